import { z } from 'zod';

/** Every member name that a declaration knows, at whatever depth. */
export function fieldNames(schema: z.ZodType): ReadonlySet<string> {
  const names = new Set<string>();
  gather(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), names);
  return names;
}

function gather(schema: unknown, names: Set<string>): void {
  if (Array.isArray(schema)) {
    for (const one of schema) gather(one, names);
    return;
  }
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema as Readonly<Record<string, unknown>>)) {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) names.add(name);
    gather(value, names);
  }
}

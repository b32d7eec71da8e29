import { pointer } from '@lodemark/domain';
import { bodyTooLarge, type InputProblem, type JsonReading } from '@lodemark/platform';
import { readJson, type JsonValue } from '@lodemark/transparency';

/** Bytes of the JSON body of a route that does not take events. */
export const REQUEST_JSON_BYTES = 256 * 1024;

/**
 * Reads the body of a route that is declared with class-validator, before it is known who asks: so it must be cheap.
 * Names that Nest's validation takes out of a body unasked are refused, for what is kept must be what was sent.
 */
export function readRequestJson(bytes: Uint8Array, depth: number): JsonReading {
  if (bytes.length > REQUEST_JSON_BYTES) throw bodyTooLarge(REQUEST_JSON_BYTES);
  const read = readJson(bytes, { depth });
  if (!read.ok) return read;
  const problems = [...strippedNames(read.value, [])];
  return problems.length === 0 ? read : { ok: false, problems };
}

// ValidationPipe.stripProtoKeys of @nestjs/common; `__proto__` the strict reader refuses itself.
const STRIPPED: ReadonlySet<string> = new Set(['constructor', 'prototype']);

function* strippedNames(value: JsonValue, path: readonly string[]): Generator<InputProblem> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries<JsonValue>(value)) {
    const at = [...path, name];
    if (STRIPPED.has(name))
      yield {
        code: 'forbidden-name',
        pointer: pointer(at),
        detail: `No member may be named "${name}" here.`,
      };
    yield* strippedNames(member, at);
  }
}

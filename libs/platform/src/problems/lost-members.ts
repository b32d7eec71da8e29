import type { InputProblem } from './problem-error.js';
import { memberPointer } from './validation-problems.js';

// ValidationPipe.stripProtoKeys of @nestjs/common takes these out of whatever it is given, however deep they are.
const STRIPPED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Members that Nest's validation would take out of a body unasked: what is kept must be what was sent. */
export function* strippedMembers(sent: unknown, at = ''): Generator<InputProblem> {
  if (typeof sent !== 'object' || sent === null) return;
  for (const [name, member] of Object.entries(sent)) {
    const pointer = memberPointer(at, name);
    if (STRIPPED.has(name))
      yield { code: 'forbidden-name', pointer, detail: `No member may be named "${name}" here.` };
    yield* strippedMembers(member, pointer);
  }
}

/**
 * Members that the instance made of a request lacks: class-transformer leaves out whatever is named like a method of
 * `Object.prototype`, before anybody can find that it is not known here.
 */
export function* droppedMembers(sent: unknown, made: unknown, at = ''): Generator<InputProblem> {
  if (sent === made || !isObject(sent) || !isObject(made)) return;
  for (const [name, member] of Object.entries(sent)) {
    const pointer = memberPointer(at, name);
    if (Object.hasOwn(made, name)) yield* droppedMembers(member, made[name], pointer);
    else if (name in Object.prototype)
      yield { code: 'unknown-field', pointer, detail: 'This field is not known here.' };
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

import { copyOf } from './copy.js';
import type { Bundle } from '@lodemark/certificate';
import { canonicalBytes } from '@lodemark/transparency';
import fc from 'fast-check';

/** Where in a value, as turns taken at each level, and what becomes of what stands there. */
export interface Damage {
  readonly turns: readonly number[];
  readonly how: 'left-out' | 'repeated' | 'other-text' | 'other-number' | 'empty' | 'null' | 'nested';
  readonly place: number;
}

export function anyDamage(): fc.Arbitrary<Damage> {
  return fc.record({
    turns: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
    how: fc.constantFrom('left-out', 'repeated', 'other-text', 'other-number', 'empty', 'null', 'nested'),
    place: fc.nat(),
  });
}

/** The bundle in canonical form with one value damaged. */
export function damaged(bundle: Bundle, { turns, how, place }: Damage): Uint8Array {
  const whole = copyOf(bundle) as unknown as Container;
  let [within, name] = [whole, turn(whole, turns[0] ?? 0)];
  for (const one of turns.slice(1)) {
    const next = within[name];
    if (typeof next !== 'object' || next === null || Object.keys(next).length === 0) break;
    within = next as Container;
    name = turn(within, one);
  }
  damage(within, name, { how, place });
  return canonicalBytes(whole);
}

/**
 * Whether nothing became of the bundle but that it lacks checkpoints before the last: these only bracket when entries
 * were covered, and nobody can tell from a bundle how many there were.
 */
export function onlyLacksBrackets(bundle: Bundle, bytes: Uint8Array): boolean {
  const left = JSON.parse(Buffer.from(bytes).toString()) as Bundle;
  const { checkpoints } = bundle.root;
  const kept = (left.root as Partial<Bundle['root']> | undefined)?.checkpoints;
  if (!Array.isArray(kept) || kept.at(-1) !== checkpoints.at(-1)) return false;
  const inOrder = checkpoints.filter((note) => kept.includes(note));
  const whole = { ...left, root: { ...left.root, checkpoints } };
  return (
    JSON.stringify(inOrder) === JSON.stringify(kept) &&
    Buffer.from(canonicalBytes(whole)).equals(canonicalBytes({ ...bundle }))
  );
}

type Container = Record<string, unknown>;

function turn(within: Container, at: number): string {
  const names = Object.keys(within);
  return names[at % names.length] ?? '';
}

function damage(within: Container, name: string, { how, place }: Omit<Damage, 'turns'>): void {
  const value = within[name];
  if (how === 'left-out' || how === 'repeated') {
    if (Array.isArray(within))
      within.splice(Number(name), how === 'left-out' ? 1 : 0, ...(how === 'left-out' ? [] : [value]));
    else Reflect.deleteProperty(within, name);
  } else if (how === 'other-text' && typeof value === 'string') {
    const at = place % (value.length + 1);
    const other = value[at] === 'A' ? 'B' : 'A';
    within[name] = `${value.slice(0, at)}${other}${value.slice(at + 1)}`;
  } else if (how === 'other-number' && typeof value === 'number') {
    within[name] = value + 1 + (place % 3);
  } else if (how === 'empty') {
    within[name] = Array.isArray(value) ? [] : typeof value === 'object' ? {} : '';
  } else {
    within[name] = how === 'null' ? null : [value];
  }
}

/**
 * Answers of pure functions about immutable things, kept for as long as the things are. What is remembered is a
 * function of the very objects that are asked about, so that no evidence set, horizon or policy can see another's:
 * a correction, another horizon or another key makes other objects, and those have answers of their own.
 */

/** The function, asked once about each object. */
export function remembered<A extends object, V>(work: (about: A) => V): (about: A) => V {
  const known = new WeakMap<A, { readonly answer: V }>();
  return (about) => {
    const before = known.get(about);
    if (before !== undefined) return before.answer;
    const answer = work(about);
    known.set(about, { answer });
    return answer;
  };
}

/** The function, asked once about each pair of objects. */
export function rememberedPair<A extends object, B extends object, V>(
  work: (one: A, other: B) => V,
): (one: A, other: B) => V {
  const ofOne = remembered((one: A) => remembered((other: B) => work(one, other)));
  return (one, other) => ofOne(one)(other);
}

/** An answer that stands for as long as it would be worked out of the very same things. */
export class Kept<V> {
  private parts: readonly unknown[] = [];
  private answer: { readonly value: V } | undefined;

  from(parts: readonly unknown[], work: () => V): V {
    const { answer } = this;
    if (
      answer !== undefined &&
      parts.length === this.parts.length &&
      parts.every((part, index) => part === this.parts[index])
    )
      return answer.value;
    const value = work();
    this.parts = parts;
    this.answer = { value };
    return value;
  }
}

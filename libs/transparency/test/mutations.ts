import fc from 'fast-check';

/** A text with a few characters inserted, removed or doubled somewhere, or any text at all. */
export function mutationsOf(text: string): fc.Arbitrary<string> {
  const changed = fc
    .tuple(fc.nat(text.length), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(3))
    .map(([at, inserted, removed]) => text.slice(0, at) + inserted + text.slice(at + removed));
  const lines = text.split('\n');
  const moved = fc
    .tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1))
    .map(([from, to]) => lines.toSpliced(to, 0, lines[from] ?? '').join('\n'));
  return fc.oneof(changed, moved, fc.string({ unit: 'binary' }));
}

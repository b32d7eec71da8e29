/** A request that was an example once. */
export interface Mangled {
  /** What was done to it, for whoever reads a failure. */
  readonly what: string;
  readonly value: string;
}

/** What a hostile client puts in the place of any value. */
const ODD_VALUES: readonly unknown[] = [
  null,
  [],
  [[]],
  {},
  { constructor: { prototype: 1 } },
  { toString: 1 },
  true,
  -1,
  1.5,
  9_007_199_254_740_991,
  '',
  '\u0000',
  '..',
  'x'.repeat(5_000),
  '9'.repeat(400),
  '2026-02-30',
  '<script>',
];

/** What it puts in the place of a parameter. */
export const ODD_PARAMETERS: readonly string[] = [
  ...['%00', '%', '%zz', '%FF', '-1', '0', '1e9', '99999999999999999999', '__proto__', 'constructor'],
  ...['a%2Fb', '%20', '*', "'%22%3B--", 'x'.repeat(300)],
];

/** The JSON text of an example with each of its values replaced, left out or joined by a stranger, one at a time. */
export function* mangledJson(example: unknown): Generator<Mangled> {
  for (const path of pathsOf(example)) {
    const at = `/${path.join('/')}`;
    for (const odd of ODD_VALUES)
      yield {
        what: `${JSON.stringify(odd).slice(0, 40)} at ${at}`,
        value: JSON.stringify(replaced(example, path, odd)),
      };
    if (path.length > 0)
      yield { what: `nothing at ${at}`, value: JSON.stringify(replaced(example, path, undefined)) };
  }
  const text = JSON.stringify(example);
  yield* [
    { what: 'the first half', value: text.slice(0, text.length / 2) },
    { what: 'a surrogate alone', value: text.replace(/"([^"]*)"/, '"\\ud800"') },
    { what: 'a member twice', value: text.replace(/^\{("[^"]+":)/, '{$1null,$1') },
    { what: 'a million brackets', value: '['.repeat(1_000_000) },
  ];
}

/** A text that is no JSON, cut, doubled and with bytes that have no business there. */
export function* mangledText(example: string): Generator<Mangled> {
  yield* [
    { what: 'nothing', value: '' },
    { what: 'the first half', value: example.slice(0, example.length / 2) },
    { what: 'twice', value: example + example },
    { what: 'a NUL in it', value: `${example.slice(0, 20)}\u0000${example.slice(20)}` },
    { what: 'dots', value: '.'.repeat(1_000) },
    { what: 'lines', value: '\n'.repeat(1_000) },
    { what: 'another letter in the middle', value: example.replace(/(?<=^[^]{200})[A-Za-z]/, '!') },
  ];
}

type Path = readonly (string | number)[];

/** The places of all values in it, itself included; of a list only the first, since the others are like it. */
function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (Array.isArray(value)) {
    if (value.length > 0) yield* pathsOf(value[0], [...path, 0]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* pathsOf(member, [...path, name]);
  }
}

function replaced(value: unknown, [step, ...rest]: Path, odd: unknown): unknown {
  if (step === undefined) return odd;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.map((item, at) => (at === step ? replaced(item, rest, odd) : item));
  }
  const members = Object.entries(value as Readonly<Record<string, unknown>>).map(([name, member]) => [
    name,
    name === step ? replaced(member, rest, odd) : member,
  ]);
  return Object.fromEntries(members);
}

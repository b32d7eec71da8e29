import { attestation, custodyEvent } from '@lodemark/domain';
import { z } from 'zod';

interface Shape {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly additionalProperties?: unknown;
}

/** Members that every event has or may have. */
const ENVELOPE = new Set([
  'v',
  'type',
  'facility',
  'eventId',
  'occurredAt',
  'prev',
  'attestations',
  'private',
  'documents',
  'clerk',
  'position',
]);
/** Members that every attestation has beside its words. */
const SIGNED = new Set(['v', 'type', 'organization', 'statedAt']);

/**
 * What each custody event and each attestation may hold, as text for people who write them by hand: it comes from the
 * declaration that the services parse by.
 */
export function eventPage(): string {
  return [
    '# Custody events and attestations',
    '',
    'What an event may hold, for people who write scenarios or post by hand. Made by',
    '`UPDATE_EVENTS=1 npm run test:only -- test/scenarios.e2e-spec` from the declaration by which the services parse; a test',
    'holds this page to it. `?` marks what may be left out, `[]` a list, `|` a choice.',
    '',
    'Every event has its `type`, `facility`, `occurredAt` and `eventId`, and may have `documents` (`digest`, `kind`, `number?`),',
    '`position` and `attestations`; scenario files have `type`, `facility`, `at` and `attestations` beside `fields`. Numbers are decimals in',
    'quotes. Members that end in `At`, and `minedFrom`, `minedTo`, `periodFrom`, `periodTo`, `until`, are times with offset; those that end in',
    '`On`, and `from`, `to`, `keptUntil`, are calendar dates. Countries have two letters (ISO 3166).',
    '',
    '## Shapes',
    '',
    ...shapes().map(([name, shape]) => `- \`${name}\`: \`${textOf(shape, name)}\``),
    '',
    '## Events',
    '',
    ...typesOf(custodyEvent, ENVELOPE),
    '',
    '## Attestations',
    '',
    'Third parties’ own words, signed under their own keys, in the `attestations` of an event.',
    '',
    ...typesOf(attestation, SIGNED),
    '',
  ].join('\n');
}

function typesOf(union: z.ZodType, left: ReadonlySet<string>): string[] {
  const { oneOf = [] } = schemaOf(union);
  return oneOf.flatMap(({ properties = {}, required = [] }) => {
    const fields = Object.entries(properties)
      .filter(([name]) => !left.has(name))
      .map(([name, shape]) => `  - \`${member(name, required)}\`: \`${textOf(shape)}\``);
    return [`- **${String(properties['type']?.const)}**`, ...fields];
  });
}

function schemaOf(type: z.ZodType): Shape {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Shape;
}

function member(name: string, required: readonly string[]): string {
  return required.includes(name) ? name : `${name}?`;
}

/** Shapes that stand in many events: the member whose shape each is, and what it is called here. */
const NAMED: readonly (readonly [member: string, shown: string])[] = [
  ['form', 'form'],
  ['step', 'step'],
  ['unit', 'unit'],
  ['uncertainty', 'uncertainty'],
  ['net', 'quantity'],
  ['treo', 'fraction'],
  ['scale', 'scale'],
  ['mass', 'mass'],
  ['composition', 'composition'],
  ['place', 'place'],
  ['position', 'position'],
];

let named: readonly (readonly [string, Shape])[] | undefined;

function shapes(): readonly (readonly [string, Shape])[] {
  named ??= NAMED.flatMap(([name, shown]) => {
    const shape = firstNamed(schemaOf(custodyEvent), name);
    return shape === undefined ? [] : [[shown, shape] as const];
  });
  return named;
}

function firstNamed(shape: Shape, wanted: string): Shape | undefined {
  for (const [name, one] of Object.entries(shape.properties ?? {}))
    if (name === wanted && (one.properties ?? one.enum) !== undefined) return one;
  const within = [
    ...Object.values(shape.properties ?? {}),
    ...(shape.items === undefined ? [] : [shape.items]),
    ...(shape.anyOf ?? []),
    ...(shape.oneOf ?? []),
  ];
  for (const one of within) {
    const found = firstNamed(one, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textOf(shape: Shape, within?: string): string {
  const same = shapes().find(([name, one]) => name !== within && isSame(one, shape));
  if (same !== undefined) return same[0];
  if (shape.const !== undefined) return String(shape.const);
  if (shape.enum !== undefined)
    return shape.enum.length > 40 ? 'a formula, such as Nd2O3' : shape.enum.join(' | ');
  const either = shape.anyOf ?? shape.oneOf;
  // The body of whatever is corrected stands above under its own type.
  if (either !== undefined)
    return either.length > 6
      ? 'an event’s fields with its type'
      : either.map((one) => textOf(one)).join(' | ');
  if (shape.items !== undefined) return listOf(textOf(shape.items));
  if (shape.properties !== undefined)
    return `{ ${Object.entries(shape.properties)
      .map(([name, one]) => `${member(name, shape.required ?? [])}: ${textOf(one)}`)
      .join(', ')} }`;
  return shape.type === 'string' ? wordsOf(shape.pattern) : (shape.type ?? 'anything');
}

function isSame(one: Shape, other: Shape): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function listOf(item: string): string {
  return / [|]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
}

/** What kind of text a pattern wants, where it has a name of its own. */
function wordsOf(pattern = ''): string {
  if (pattern.includes('{64}$') && pattern.startsWith('^[0-9a-f]')) return 'digest';
  if (pattern.startsWith('^[a-z0-9-]{1,63}\\/')) return 'lot';
  if (pattern === '^[a-z0-9-]{1,63}$') return 'id';
  if (pattern.startsWith('^(0|[1-9]')) return 'number';
  return 'text';
}

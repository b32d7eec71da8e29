import { CUSTODY_MODELS, FORMS, STEPS } from '@lodemark/domain';
import type { Json } from './paths.js';

/** A member of what somebody said, and what could stand there instead. */
export interface Leaf {
  readonly path: string;
  readonly value: Json;
}

const NEVER = new Set(['v', 'eventId', 'statementId', 'type', 'facility', 'documents', 'proofOfPossession']);
/** Of a long list the first and the last say what the others would. */
const ENDS = (items: readonly unknown[]) => new Set([0, 1, items.length - 1]);

/** Everything that can be left out of it or changed in it, each with its path. */
export function* leavesOf(what: Json, path = ''): Generator<Leaf> {
  if (path !== '') yield { path, value: what };
  if (!(what instanceof Object)) return;
  const ends = Array.isArray(what) ? ENDS(what) : undefined;
  for (const [name, value] of Object.entries(what as Record<string, Json>)) {
    if (NEVER.has(name) || ends?.has(Number(name)) === false) continue;
    yield* leavesOf(value, path === '' ? name : `${path}.${name}`);
  }
}

const DECIMAL = /^\d+(\.\d+)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const COUNTRY = /^[A-Z]{2}$/;
const CONTAINER = /^[A-Z]{4}\d{7}$/;
const DAY = 86_400_000;

/** What a name may stand for instead, by the member that it is the value of. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  custodyModel: CUSTODY_MODELS,
  form: FORMS,
  step: STEPS,
  role: ['feed', 'diffusion-source', 'additive', 'reagent', 'product', 'byproduct', 'residue'],
  family: ['NdFeB', 'SmCo', 'other'],
  basis: ['dry', 'as-received'],
  of: ['material', 'treo'],
  unit: ['kg', 't', 'lb', '%', 'ppm'],
  condition: ['intact', 'broken', 'missing', 'replaced'],
  decision: ['accepted', 'refused'],
  direction: ['export', 'import'],
  purpose: ['dispatch', 'receipt', 'umpire', 'process', 'attestation', 'event', 'log'],
  class: ['I', 'S', 'H'],
  feed: ['swarf', 'scrap', 'end-of-life', 'other'],
  kind: [
    ...[
      'mined',
      'purchased',
      'opening-stock',
      'government',
      'private-person',
      'absolute',
      'relative-percent',
    ],
    ...['offtake', 'licence', 'accepted', 'border-crossed', 'port-call', 'opened', 'delivered', 'stored'],
  ],
  exception: ['COTS', 'ELECTRONIC-DEVICE', 'RECYCLED', 'NONAVAILABILITY'],
  clauseVersion: ['MAY 2024', 'JAN 2023'],
  elementProfile: ['strict', 'literal'],
  substance: ['Nd', 'Dy', 'Fe', 'Nd2O3', 'CeO2'],
  scheme: ['ISO/IEC 17025', 'ISO 9001'],
  method: ['ICP-MS', 'gravimetric', 'by eye'],
  reason: ['compromised', 'superseded', 'customs-examination', 'tampering', 'receipt'],
};

/** Who and what else there is in the story, for what names one of them. */
export interface Others {
  readonly organizations: readonly string[];
  readonly facilities: readonly string[];
  readonly lots: readonly string[];
  readonly digests: readonly string[];
}

/** What could stand there instead. */
export function insteadOf({ path, value }: Leaf, others: Others): Json[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [0, value + 1, value - 1].filter((one) => one >= 0 && one !== value);
  if (Array.isArray(value) || typeof value !== 'string') return [];
  const member = path.split('.').at(-1) ?? '';
  const candidates = WORDS[member] ?? otherThan(value, member, others);
  return candidates.filter((one) => one !== value);
}

function otherThan(value: string, member: string, others: Others): readonly string[] {
  if (DATE.test(value)) return [-400, -1, 1, 400].map((days) => dayLater(value, days));
  if (INSTANT.test(value))
    return [-400 * DAY, -60 * DAY, -3_600_000, 3_600_000, 60 * DAY, 400 * DAY].map((ms) =>
      instantLater(value, ms),
    );
  if (DECIMAL.test(value)) return ['0', ...[0.5, 0.97, 1.03, 2].map((by) => times(value, by))];
  if (COUNTRY.test(value)) return ['CN', 'JP', 'BR', 'US'];
  if (CONTAINER.test(value)) return ['CSQU3054383'];
  if (/^[0-9a-f]{64}$/.test(value)) return ['f'.repeat(64), ...others.digests.slice(0, 2)];
  if (others.lots.includes(value)) return others.lots.slice(-3);
  if (others.organizations.includes(value)) return others.organizations.slice(0, 3);
  if (member === 'to' || others.facilities.includes(value)) return others.facilities;
  return [`${value}-2`];
}

export function times(value: string, by: number): string {
  const [, places = ''] = value.split('.');
  return (Number(value) * by).toFixed(Math.max(places.length, 1)).replace(/\.0+$/, '');
}

export const dayLater = (date: string, days: number) =>
  new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

export const instantLater = (instant: string, ms: number) =>
  new Date(Date.parse(instant) + ms).toISOString().replace('.000Z', 'Z');

/** Numbers and times lie on a line: between two of them there is a last that comes out like the one and a first that does not. */
export function between(one: string, other: string): string | undefined {
  if (DATE.test(one)) {
    const days = Math.trunc((Date.parse(other) - Date.parse(one)) / DAY / 2);
    return days === 0 ? undefined : dayLater(one, days);
  }
  if (INSTANT.test(one)) {
    const seconds = Math.trunc((Date.parse(other) - Date.parse(one)) / 2_000);
    return seconds === 0 ? undefined : instantLater(one, seconds * 1_000);
  }
  if (!DECIMAL.test(one) || !DECIMAL.test(other)) return undefined;
  const places = Math.max(...[one, other].map((text) => text.split('.')[1]?.length ?? 0), 1);
  const middle = ((Number(one) + Number(other)) / 2).toFixed(places).replace(/\.?0+$/, '');
  return [one, other].some((end) => Number(end) === Number(middle)) ? undefined : middle;
}

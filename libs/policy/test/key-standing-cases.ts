import type { EvidenceEntry, RootStatement } from '../src/evidence.js';
import { attestationCounts, keyStanding } from '../src/key-standing.js';
import { RootFacts } from '../src/root-facts.js';
import type { ToldCase } from './told-case.js';

type Fields = Record<string, unknown>;

const KEY = 'k'.repeat(43);
const OTHER = 'o'.repeat(43);
const VOICE = 'v'.repeat(43);

/** Root log: the keys at 1 and 2, and whatever a case adds from 10 on, a day for each index of November. */
const day = (index: number) => `2026-11-${String(index).padStart(2, '0')}T00:00:00Z`;

function told(index: number, statement: Fields, kid = 'registrar'): RootStatement {
  return { index, at: day(index), statement: statement as never, kid };
}

const added = (kid: string, fields: Fields = {}): Fields => ({
  ...{ type: 'KeyAdded', kid, owner: { facility: 'src' }, purpose: 'event', validFrom: day(1) },
  ...fields,
});
const OF_VOICE = { owner: { organization: 'broker' }, purpose: 'attestation' };

/** Covered by root leaf 20, having seen 15 leaves. */
function entry(fields: Fields = {}): EvidenceEntry {
  return {
    ref: { facility: 'src', index: 5, leaf: 'a'.repeat(64) },
    kind: 'event',
    event: { facility: 'src', eventId: 'e' },
    ...{ kid: KEY, signatureValid: true, seenRoot: { size: 15, hash: 'h' }, seenRootMatches: true },
    covered: { rootIndex: 20, at: day(20) },
    attestations: [],
    ...fields,
  } as never;
}

interface Told {
  readonly key?: Fields;
  readonly entry?: Fields;
  readonly then?: readonly RootStatement[];
}

function standing({ key = {}, entry: fields = {}, then = [] }: Told): string {
  const facts = new RootFacts([told(1, added(KEY, key)), told(2, added(OTHER)), ...then]);
  return keyStanding(entry(fields), facts);
}

function counts({
  key = {},
  entry: fields = {},
  then = [],
  ...voice
}: Told & { readonly said?: Fields }): boolean {
  const facts = new RootFacts([told(1, added(KEY)), told(3, added(VOICE, { ...OF_VOICE, ...key })), ...then]);
  const said = { kid: VOICE, signatureValid: true, attestation: { organization: 'broker' }, ...voice.said };
  return attestationCounts(said as never, entry(fields), facts);
}

const revoked = (index: number, suspectFrom: string, kid = KEY) =>
  told(index, { type: 'KeyRevoked', kid, suspectFrom, reason: 'compromised' });

/** Of the entries 3 to 7, under a key of the facility's own unless said otherwise. */
const reattested = (index: number, fields: Fields = {}, kid = OTHER) =>
  told(index, { type: 'EntriesReattested', facility: 'src', fromIndex: 3, size: 8, ...fields }, kid);

/** Revoked after the entry was covered, and suspect from a day before that. */
const LATER = revoked(22, day(19));

const STANDINGS: readonly (readonly [string, Told, string])[] = [
  ['is good when it was registered before and nothing speaks against it', {}, 'valid'],
  ['is unknown when no statement registers it', { entry: { kid: 'x'.repeat(43) } }, 'key-unknown'],
  [
    'is of another when an organization owns it',
    { key: { owner: { organization: 'src' } } },
    'key-of-another',
  ],
  [
    'is of another when another facility owns it',
    { key: { owner: { facility: 'euclid' } } },
    'key-of-another',
  ],
  [
    'is of another when the event is of another facility',
    { entry: { event: { facility: 'euclid' } } },
    'key-of-another',
  ],
  [
    'is of another when the event stands in the log of another facility',
    { entry: { ref: { facility: 'euclid', index: 5, leaf: '' } } },
    'key-of-another',
  ],
  ['may be kept by the custody service', { key: { purpose: 'custodial' } }, 'valid'],
  ['signs no events when it is for attestations', { key: { purpose: 'attestation' } }, 'key-purpose'],
  [
    'does not help a signature that does not verify',
    { entry: { signatureValid: false } },
    'signature-invalid',
  ],
  [
    'does not help an entry that saw another root log',
    { entry: { seenRootMatches: false } },
    'root-reference-wrong',
  ],
  [
    'does not help an entry that saw more of the root log than covers it',
    { entry: { seenRoot: { size: 21, hash: 'h' } } },
    'root-reference-wrong',
  ],
  [
    'may have been seen with all that covers the entry',
    { entry: { seenRoot: { size: 20, hash: 'h' } } },
    'valid',
  ],
  [
    'is unseen when the entry saw only what was before it',
    { entry: { seenRoot: { size: 1, hash: 'h' } } },
    'key-unseen',
  ],
  ['is seen as the last of what the entry saw', { entry: { seenRoot: { size: 2, hash: 'h' } } }, 'valid'],
  [
    'is revoked when that was said before the entry was covered',
    { then: [revoked(19, day(30))] },
    'key-revoked',
  ],
  ['is not revoked by the very leaf that covers the entry', { then: [revoked(20, day(30))] }, 'valid'],
  ['is not good before it is valid', { key: { validFrom: day(21) } }, 'key-not-yet-valid'],
  ['is good from the very instant on', { key: { validFrom: day(20) } }, 'valid'],
  ['is expired from the very instant on', { key: { validUntil: day(20) } }, 'key-expired'],
  ['is good until then', { key: { validUntil: '2026-11-20T00:00:01Z' } }, 'valid'],
  [
    'is expired when another replaced it and the overlap is over',
    {
      then: [
        told(10, { ...added('n'.repeat(43)), type: 'KeyRotated', replaces: KEY, overlapUntil: day(20) }),
      ],
    },
    'key-expired',
  ],
  [
    'is good as long as the overlap lasts',
    {
      then: [
        told(10, { ...added('n'.repeat(43)), type: 'KeyRotated', replaces: KEY, overlapUntil: day(21) }),
      ],
    },
    'valid',
  ],
  ['is suspect when it was in wrong hands by then', { then: [LATER] }, 'suspect'],
  ['is suspect from the very instant on', { then: [revoked(22, day(20))] }, 'suspect'],
  ['is not suspect before that', { then: [revoked(22, '2026-11-20T00:00:01Z')] }, 'valid'],
  ['is suspect no more when the entry was attested again', { then: [LATER, reattested(23)] }, 'valid'],
  ['stays suspect when that was said before the revocation', { then: [reattested(21), LATER] }, 'suspect'],
  [
    'stays suspect when that is said under the same key',
    { then: [LATER, reattested(23, {}, KEY)] },
    'suspect',
  ],
  [
    'stays suspect when that is about another log',
    { then: [LATER, reattested(23, { facility: 'euclid' })] },
    'suspect',
  ],
  [
    'stays suspect when that begins after the entry',
    { then: [LATER, reattested(23, { fromIndex: 6 })] },
    'suspect',
  ],
  [
    'is suspect no more when that begins with the entry',
    { then: [LATER, reattested(23, { fromIndex: 5 })] },
    'valid',
  ],
  [
    'stays suspect when that ends before the entry',
    { then: [LATER, reattested(23, { size: 5 })] },
    'suspect',
  ],
  [
    'is suspect no more when that ends with the entry',
    { then: [LATER, reattested(23, { size: 6 })] },
    'valid',
  ],
  [
    'is suspect no more when the registrar says so',
    { then: [LATER, reattested(23, {}, 'registrar')] },
    'valid',
  ],
  [
    'stays suspect when another facility says so',
    {
      then: [
        told(4, added('n'.repeat(43), { owner: { facility: 'euclid' } })),
        LATER,
        reattested(23, {}, 'n'.repeat(43)),
      ],
    },
    'suspect',
  ],
  [
    'stays suspect when an organization says so',
    { then: [told(4, added(VOICE, OF_VOICE)), LATER, reattested(23, {}, VOICE)] },
    'suspect',
  ],
  [
    'stays suspect when the key under which that is said was in wrong hands, too',
    { then: [LATER, reattested(23), revoked(24, day(23), OTHER)] },
    'suspect',
  ],
  [
    'is suspect no more when that key fell into wrong hands only afterwards',
    { then: [LATER, reattested(23), revoked(24, '2026-11-23T00:00:01Z', OTHER)] },
    'valid',
  ],
];

const VOICES: readonly (readonly [string, Parameters<typeof counts>[0], boolean])[] = [
  ['counts under a key of its organization', {}, true],
  ['does not count under a key that nobody registered', { said: { kid: 'x'.repeat(43) } }, false],
  ['does not count under a key for events', { key: { purpose: 'event' } }, false],
  ['does not count under a key of a facility', { key: { owner: { facility: 'broker' } } }, false],
  [
    'does not count under a key of another organization',
    { said: { attestation: { organization: 'carrier' } } },
    false,
  ],
  ['does not count when its signature does not verify', { said: { signatureValid: false } }, false],
  [
    'does not count when its key was registered after the entry was covered',
    { entry: { covered: { rootIndex: 3, at: day(20) } } },
    false,
  ],
  [
    'counts when its key was registered just before',
    { entry: { covered: { rootIndex: 4, at: day(20) } } },
    true,
  ],
  ['does not count when its key is revoked', { then: [revoked(19, day(30), VOICE)] }, false],
  ['does not count when its key is suspect', { then: [revoked(22, day(19), VOICE)] }, false],
];

export const KEY_STANDING_CASES: readonly ToldCase[] = [
  ...STANDINGS.map(([name, told, expected]) => ({
    name: `a key ${name}`,
    found: () => standing(told),
    expected,
  })),
  ...VOICES.map(([name, told, expected]) => ({
    name: `an attestation ${name}`,
    found: () => counts(told),
    expected,
  })),
];

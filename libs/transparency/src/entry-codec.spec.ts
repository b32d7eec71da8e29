import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ed25519Jwk, ed25519Signer, rfc8032 } from '../test/signers.js';
import { toHex, toUtf8 } from './bytes.js';
import { canonicalize } from './canonical-json.js';
import { signCheckpoint } from './checkpoint.js';
import { decodeFacilityLogEntry, decodeRootLogEntry, encodeEntry, type DecodedEntry } from './entry-codec.js';
import type { ConflictEntry, EventEntry, HeadsEntry, LogEntry, RootLogEntry } from './entry.js';
import { EMPTY_ROOT, leafHash } from './merkle.js';

const HASH = 'ab'.repeat(32);
const EVENT: EventEntry = {
  v: 1,
  kind: 'event',
  jws: 'aaaa.bbbb.cccc',
  lots: { 'kokbulak/2026-0017': 3, '*': 0 },
  recordedAt: '2026-03-04T05:06:07.089Z',
  root: { hash: HASH, size: 12 },
};
const CONFLICT: ConflictEntry = { ...EVENT, kind: 'conflict', with: { index: 7, leaf: HASH } };
const HEADS: HeadsEntry = {
  v: 1,
  kind: 'heads',
  map: HASH,
  recordedAt: EVENT.recordedAt,
  root: EVENT.root,
};

let rootEntries: RootLogEntry[];

beforeAll(async () => {
  const note = await signCheckpoint(
    { origin: 'n.example/log/a', size: 1, root: HASH },
    await ed25519Signer(),
  );
  const envelope = { v: 1, recordedAt: EVENT.recordedAt } as const;
  rootEntries = [
    {
      ...envelope,
      kind: 'genesis',
      network: 'n.example',
      registrarKeys: [ed25519Jwk(rfc8032[0]!.publicKey)],
    },
    { ...envelope, kind: 'statement', jws: EVENT.jws },
    { ...envelope, kind: 'checkpoints', checkpoints: [note] },
    { ...envelope, kind: 'certificate', digest: HASH },
    { ...envelope, kind: 'status', digest: HASH },
    {
      ...envelope,
      kind: 'status',
      digest: HASH,
      changes: [
        {
          ...{ certificate: HASH, purpose: 'suspension', set: true, verdict: HASH },
          cause: { index: 4, origin: 'n.example/log/a' },
        },
      ],
    },
    {
      ...envelope,
      kind: 'logFault',
      origin: 'n.example/log/a',
      fault: 'fork',
      size: 9,
      evidence: [note, note],
    },
  ];
});

type Outcome = readonly [reason: string, lots: readonly string[], ...codes: string[]];

function outcome(decoded: DecodedEntry<unknown>): Outcome | 'ok' {
  if (decoded.ok) return 'ok';
  return [
    decoded.reason,
    decoded.lots,
    ...decoded.problems.map(({ code, pointer }) => `${code} ${pointer}`.trim()),
  ];
}

/** What a facility log's reader makes of the event with these members changed (undefined removes one). */
function changed(members: Readonly<Record<string, unknown>>): Outcome | 'ok' {
  const value: unknown = JSON.parse(JSON.stringify({ ...EVENT, ...members }));
  return outcome(decodeFacilityLogEntry(toUtf8(canonicalize(value))));
}

const NAMED = ['*', 'kokbulak/2026-0017'];

describe('the entry codec', () => {
  it('gives back every entry of a facility log', () => {
    for (const entry of [EVENT, CONFLICT, HEADS]) {
      expect(decodeFacilityLogEntry(encodeEntry(entry))).toEqual({ ok: true, value: entry });
    }
  });

  it('gives back every entry of the root log', () => {
    for (const entry of rootEntries) {
      expect(decodeRootLogEntry(encodeEntry(entry))).toEqual({ ok: true, value: entry });
    }
  });

  it('writes the bytes that everybody else hashes too', () => {
    const bytes = encodeEntry(EVENT);
    expect(new TextDecoder().decode(bytes)).toBe(
      '{"jws":"aaaa.bbbb.cccc","kind":"event","lots":{"*":0,"kokbulak/2026-0017":3},' +
        `"recordedAt":"2026-03-04T05:06:07.089Z","root":{"hash":"${HASH}","size":12},"v":1}`,
    );
    expect(toHex(leafHash(bytes))).toBe('52b13e2e52213c2b0fbad0c9af56ca4e51f5b1f848c570c14c62a371e4cbdaf2');
  });

  it('writes heads as others hash them', () => {
    const bytes = encodeEntry(HEADS);
    expect(new TextDecoder().decode(bytes)).toBe(
      `{"kind":"heads","map":"${HASH}","recordedAt":"2026-03-04T05:06:07.089Z",` +
        `"root":{"hash":"${HASH}","size":12},"v":1}`,
    );
  });

  it.each([
    ['lots', { lots: EVENT.lots }, 'unknown-member /lots'],
    ['a JWS', { jws: EVENT.jws }, 'unknown-member /jws'],
    ['a map in capitals', { map: HASH.toUpperCase() }, 'bad-value /map'],
    ['no map', { map: undefined }, 'missing-member /map'],
  ])('refuses heads with %s', (_, members, code) => {
    const text = canonicalize(JSON.parse(JSON.stringify({ ...HEADS, ...members })));
    expect(outcome(decodeFacilityLogEntry(toUtf8(text)))).toEqual(['malformed', expect.anything(), code]);
  });

  it('knows the root log of which nothing was seen yet', () => {
    expect(changed({ root: { hash: toHex(EMPTY_ROOT), size: 0 } })).toBe('ok');
    expect(changed({ root: { hash: HASH, size: 0 } })).toEqual(['malformed', NAMED, 'bad-value /root/hash']);
  });

  it('keeps the two logs apart', () => {
    for (const entry of rootEntries) {
      expect(outcome(decodeFacilityLogEntry(encodeEntry(entry)))).toEqual([
        'unsupported',
        ['*'],
        'unsupported-kind /kind',
      ]);
    }
    expect(outcome(decodeRootLogEntry(encodeEntry(EVENT)))).toEqual([
      'unsupported',
      NAMED,
      'unsupported-kind /kind',
    ]);
  });
});

describe('an entry that this release does not know', () => {
  it('is told apart from a broken one, and names its lots', () => {
    expect(changed({ v: 2 })).toEqual(['unsupported', NAMED, 'unsupported-version /v']);
    expect(changed({ v: 2, kind: 'unheard', extra: 1 })).toEqual([
      'unsupported',
      NAMED,
      'unsupported-version /v',
    ]);
    expect(changed({ kind: 'tails' })).toEqual(['unsupported', NAMED, 'unsupported-kind /kind']);
    expect(changed({ kind: 'tails', lots: undefined })).toEqual([
      'unsupported',
      ['*'],
      'unsupported-kind /kind',
    ]);
  });

  it('holds everything back where its lots cannot be read', () => {
    for (const lots of [undefined, null, [], {}, 'x', { 'Kok bulak': 1 }, { 'a/b': -1 }, { 'a/b': 'x' }]) {
      expect(changed({ v: 2, lots })).toEqual(['unsupported', ['*'], 'unsupported-version /v']);
    }
  });

  it('is not one with a kind that every object has', () => {
    for (const kind of ['constructor', 'toString', '__proto__', '']) {
      expect(changed({ kind })).toEqual(['unsupported', NAMED, 'unsupported-kind /kind']);
    }
  });
});

describe('a malformed entry', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string[]]>([
    ['an unknown member', { extra: 1 }, ['unknown-member /extra']],
    ['a member of another kind', { with: { index: 1, leaf: HASH } }, ['unknown-member /with']],
    ['no JWS', { jws: undefined }, ['missing-member /jws']],
    ['a JWS of two parts', { jws: 'a.b' }, ['bad-value /jws']],
    ['a JWS with padding', { jws: 'a=.b.c' }, ['bad-value /jws']],
    ['a JWS that is no text', { jws: {} }, ['bad-value /jws']],
    ['a version that is no number', { v: '1' }, ['bad-value /v']],
    ['a negative version', { v: -1 }, ['bad-value /v']],
    ['no version', { v: undefined }, ['bad-value /v']],
    ['no kind', { kind: undefined }, ['bad-value /kind']],
    ['a kind that is no text', { kind: ['event'] }, ['bad-value /kind']],
    ['a root of another shape', { root: { hash: HASH, size: 1, time: 2 } }, ['unknown-member /root/time']],
    ['a hash in capitals', { root: { hash: HASH.toUpperCase(), size: 1 } }, ['bad-value /root/hash']],
    ['a fractional size', { root: { hash: HASH, size: 1.5 } }, ['bad-value /root/size']],
    ['no root', { root: null }, ['bad-value /root']],
    ['several faults', { jws: 1, root: 1, x: 1 }, ['bad-value /jws', 'bad-value /root', 'unknown-member /x']],
  ])('with %s is refused', (_, members, codes) => {
    expect(changed(members)).toEqual(['malformed', NAMED, ...codes]);
  });

  it.each<[string, unknown, string[]]>([
    ['no lot', {}, ['bad-value /lots']],
    ['a list of lots', ['a/b'], ['bad-value /lots']],
    ['a lot without facility', { b: 1 }, ['bad-value /lots/b']],
    ['a facility in capitals', { 'A/b': 1 }, ['bad-value /lots/A~1b']],
    ['a lot with a slash', { 'a/b/c': 1 }, ['bad-value /lots/a~1b~1c']],
    ['a lot of 65 characters', { [`a/${'b'.repeat(65)}`]: 1 }, [`bad-value /lots/a~1${'b'.repeat(65)}`]],
    ['a negative number', { 'a/b': -1 }, ['bad-value /lots/a~1b']],
    ['a fraction', { 'a/b': 0.5 }, ['bad-value /lots/a~1b']],
    ['a text', { 'a/b': '1' }, ['bad-value /lots/a~1b']],
  ])('with %s as lots is refused and holds everything back', (_, lots, codes) => {
    expect(changed({ lots })).toEqual(['malformed', ['*'], ...codes]);
  });

  it.each([
    '2026-03-04T05:06:07Z',
    '2026-03-04T05:06:07.0891Z',
    '2026-03-04T05:06:07.089z',
    '2026-03-04t05:06:07.089Z',
    '2026-03-04T05:06:07.089+00:00',
    '2026-02-30T05:06:07.089Z',
    '2026-13-04T05:06:07.089Z',
    '2026-03-04T24:00:00.000Z',
    '2026-03-04T05:06:60.000Z',
    '2026-03-04 05:06:07.089Z',
    '+002026-03-04T05:06:07.089Z',
    '2026-03-04T05:06:07.089Z\n',
    '',
    1741064767089,
  ])('with recordedAt %j is refused', (recordedAt) => {
    expect(changed({ recordedAt })).toEqual(['malformed', NAMED, 'bad-value /recordedAt']);
  });

  it.each<[string, string, string]>([
    ['not JSON', '{', 'syntax'],
    ['not canonical', `${canonicalize(EVENT)}\n`, 'not-canonical'],
    ['in another order', JSON.stringify(EVENT), 'not-canonical'],
    ['twice the same member', canonicalize(EVENT).replace('{', '{"kind":"event",'), 'duplicate-name /kind'],
    ['a list', '[]', 'bad-value'],
    ['null', 'null', 'bad-value'],
    ['nothing', '', 'syntax'],
    ['nested deeply', `{"a":${'['.repeat(50)}${']'.repeat(50)}}`, `too-deep /a${'/0'.repeat(7)}`],
    ['too large', canonicalize('x'.repeat(65_534)), 'too-large'],
  ])('that is %s holds everything back', (_, text, code) => {
    expect(outcome(decodeFacilityLogEntry(toUtf8(text)))).toEqual(['malformed', ['*'], code]);
    expect(outcome(decodeRootLogEntry(toUtf8(text)))).toEqual(['malformed', ['*'], code]);
  });

  it('of the root log is refused with the place of the fault', () => {
    const [genesis, , checkpoints, certificate, , status, fault] = rootEntries;
    const decode = (entry: RootLogEntry | undefined, members: object): Outcome | 'ok' =>
      outcome(decodeRootLogEntry(toUtf8(canonicalize({ ...entry, ...members }))));
    const lowOrder = { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) };
    expect(decode(genesis, { registrarKeys: [] })).toEqual(['malformed', ['*'], 'bad-value /registrarKeys']);
    expect(decode(genesis, { registrarKeys: [lowOrder] })).toEqual([
      'malformed',
      ['*'],
      'bad-value /registrarKeys/0/x',
    ]);
    expect(decode(genesis, { network: 'two words' })).toEqual(['malformed', ['*'], 'bad-value /network']);
    expect(decode(checkpoints, { checkpoints: ['text'] })).toEqual([
      'malformed',
      ['*'],
      'bad-value /checkpoints/0',
    ]);
    expect(decode(certificate, { digest: 'AB' })).toEqual(['malformed', ['*'], 'bad-value /digest']);
    expect(decode(status, { changes: [] })).toEqual(['malformed', ['*'], 'bad-value /changes']);
    const cause = { index: 1, origin: 'n.example/log/a' };
    const changes = [{ certificate: HASH, purpose: 'suspension', set: 1, verdict: HASH, cause }];
    expect(decode(status, { changes })).toEqual(['malformed', ['*'], 'bad-value /changes/0/set']);
    expect(decode(certificate, { changes: [] })).toEqual(['malformed', ['*'], 'unknown-member /changes']);
    expect(decode(fault, { fault: 'late' })).toEqual(['malformed', ['*'], 'bad-value /fault']);
    expect(decode(fault, { evidence: [''] })).toEqual(['malformed', ['*'], 'bad-value /evidence/0']);
    expect(decode(fault, { evidence: [] })).toEqual(['malformed', ['*'], 'bad-value /evidence']);
  });

  it('never comes out as anything but a decoded entry', () => {
    const good = canonicalize(CONFLICT);
    const mutated = fc
      .tuple(fc.nat(good.length), fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(3))
      .map(([at, inserted, removed]) => good.slice(0, at) + inserted + good.slice(at + removed));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string({ unit: 'binary' })), (text) => {
        for (const decode of [decodeFacilityLogEntry, decodeRootLogEntry]) {
          const decoded = decode(toUtf8(text));
          if (decoded.ok) expect(encodeEntry(decoded.value)).toEqual(toUtf8(text));
          else expect(decoded.problems.length * decoded.lots.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('encodeEntry', () => {
  it('fills an entry to the last byte and not beyond', () => {
    const spare = 65_535 - encodeEntry(EVENT).length;
    const full = { ...EVENT, jws: EVENT.jws + 'c'.repeat(spare) };
    expect(encodeEntry(full)).toHaveLength(65_535);
    expect(() => encodeEntry({ ...full, jws: full.jws + 'c' })).toThrow(
      expect.objectContaining({ code: 'entry-too-large' }),
    );
  });

  it('never writes what would not be read', () => {
    const broken: unknown[] = [
      { ...EVENT, extra: 1 },
      { ...EVENT, kind: 'tails' },
      { ...EVENT, kind: 'heads' },
      { ...EVENT, kind: 'toString' },
      { ...EVENT, v: 2 },
      { ...EVENT, lots: {} },
      { ...EVENT, jws: undefined },
      { ...EVENT, recordedAt: 'now' },
    ];
    for (const entry of broken) {
      expect(() => encodeEntry(entry as LogEntry)).toThrow(
        expect.objectContaining({ code: 'entry-invalid' }),
      );
    }
  });
});

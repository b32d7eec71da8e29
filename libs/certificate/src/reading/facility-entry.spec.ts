import { describe, expect, it } from '@jest/globals';
import { canonicalBytes, canonicalize, encodeEntry, toBase64Url, toUtf8 } from '@lodemark/transparency';
import fc from 'fast-check';
import { readFacilityEntry } from './facility-entry.js';

const EVENT = {
  v: 1,
  type: 'LotCreated',
  facility: 'mine',
  eventId: '00000000-0000-4000-8000-000000000001',
  occurredAt: '2026-11-20T08:00:00Z',
  lot: 'mine/1',
  form: 'CONCENTRATE',
  mass: { net: { value: '1000', unit: 'kg' } },
  origin: { kind: 'mined', licence: 'INVENTED' },
};

function jws(payload: Uint8Array | object, typ = 'lodemark-event+jws'): string {
  const header = canonicalize({ alg: 'EdDSA', kid: 'A'.repeat(43), typ });
  const bytes = payload instanceof Uint8Array ? payload : canonicalBytes(payload);
  return [toUtf8(header), bytes, new Uint8Array(64)].map(toBase64Url).join('.');
}

function entry(text: string, lots: Record<string, number> = { 'mine/1': 0 }): Uint8Array {
  return encodeEntry({
    v: 1,
    kind: 'event',
    jws: text,
    lots,
    recordedAt: '2026-11-20T09:00:00.000Z',
    root: { hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', size: 0 },
  });
}

describe('reading an entry of a facility log', () => {
  it('applies an event, whatever its signature, for which another log is needed', () => {
    expect(readFacilityEntry('mine', entry(jws(EVENT)))).toMatchObject({ kind: 'applied', lots: ['mine/1'] });
  });

  it('takes heads as what they are: they park nothing and name no lot', () => {
    const heads = encodeEntry({
      ...{ v: 1, kind: 'heads', map: '0'.repeat(64), recordedAt: '2026-11-20T09:00:00.000Z' },
      root: { hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', size: 0 },
    });
    expect(readFacilityEntry('mine', heads)).toMatchObject({ kind: 'heads', lots: [] });
  });

  it('counts the lots that the event names when the envelope leaves them out', () => {
    const read = readFacilityEntry('mine', entry(jws(EVENT), { 'other/9': 4 }));
    expect(read.lots).toEqual(['mine/1', 'other/9']);
  });

  it.each<[string, Uint8Array]>([
    ['entry-malformed', toUtf8('no json')],
    ['entry-unsupported', canonicalBytes({ v: 2, kind: 'event', lots: { 'mine/1': 0 } })],
    ['entry-unsupported', canonicalBytes({ v: 1, kind: 'tails', lots: { 'mine/1': 0 } })],
    ['jws-malformed', entry(jws(EVENT, 'lodemark-statement+jws'))],
    ['payload-not-canonical', entry(jws(toUtf8('{"v": 1}')))],
    ['payload-not-canonical', entry(jws(toUtf8('{"v":1,"v":1}')))],
    ['event-unsupported', entry(jws({ ...EVENT, v: 2 }))],
    ['event-malformed', entry(jws({ ...EVENT, colour: 'red' }))],
    ['foreign-facility', entry(jws({ ...EVENT, facility: 'plant', lot: 'plant/1' }))],
    [
      'attestation-unsupported',
      entry(jws({ ...EVENT, attestations: [jws({ v: 9 }, 'lodemark-attestation+jws')] })),
    ],
  ])('parks as %s what it cannot apply', (reason, bytes) => {
    expect(readFacilityEntry('mine', bytes)).toMatchObject({ kind: 'parked', reason });
  });

  it('names the lots of the envelope when it parks, and the whole facility when there is no envelope to read', () => {
    expect(readFacilityEntry('mine', entry(jws({ ...EVENT, v: 2 }))).lots).toEqual(['mine/1']);
    expect(readFacilityEntry('mine', toUtf8('no json')).lots).toEqual(['*']);
  });

  it('passes over what is no attestation at all: it is nobody’s word', () => {
    const read = readFacilityEntry('mine', entry(jws({ ...EVENT, attestations: ['nonsense'] })));
    expect(read).toMatchObject({ kind: 'applied', attestations: [] });
  });

  it('never throws, and always says which lots are concerned', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(toUtf8)), (bytes) => {
        const read = readFacilityEntry('mine', bytes);
        expect(read.kind).toBe('parked');
        expect(read.lots.length).toBeGreaterThan(0);
      }),
    );
  });
});

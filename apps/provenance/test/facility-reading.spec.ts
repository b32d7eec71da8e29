import { describe, expect, it } from '@jest/globals';
import type { FeedEntry } from '@lodemark/feed';
import { nodeSignatures } from '@lodemark/platform';
import { encodeEntry, isAdmissible, leafHash, toHex, type SignatureChecker } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { Facility } from '../../../libs/ledger/test/signed-events.js';
import { FacilityReading } from '../src/ingest/facility-reading.js';

const mine = new Facility('mine');

function entries(count: number, from = 0): readonly FeedEntry[] {
  return Array.from({ length: count }, (_, i) => {
    const { jws } = mine.created(String(from + i), '10');
    const lots = { [mine.lot(String(from + i))]: 0 };
    const envelope = { recordedAt: '2026-11-24T09:00:00.000Z', root: { hash: 'ab'.repeat(32), size: 3 } };
    const bytes = encodeEntry({ v: 1, kind: 'event', jws, lots, ...envelope });
    return { origin: mine.origin, index: from + i, leafHash: toHex(leafHash(bytes)), bytes };
  });
}

/** A reading that counts what it checks; `keys` is what the database answers when it is asked for keys. */
function reading(keys: () => Promise<{ rows: readonly object[] }>) {
  const counted = { checked: 0 };
  const signatures = nodeSignatures(isAdmissible);
  const checker: SignatureChecker = {
    check: (batch) => {
      counted.checked += batch.length;
      return signatures.check(batch);
    },
  };
  const pool = { query: keys } as unknown as Pool;
  return { counted, of: new FacilityReading({ facility: 'mine', pool, checker }) };
}

const known = () => Promise.resolve({ rows: [{ kid: mine.kid, jwk: JSON.stringify(mine.publicKey) }] });
const holds = (read: Awaited<ReturnType<FacilityReading['of']>>) =>
  read.flatMap(({ signatures }) => signatures.map((one) => one.holds));

describe('reading a facility’s entries', () => {
  it('reads what was expected once, and gives it in order', async () => {
    const { counted, of } = reading(known);
    const [first, second] = [entries(120), entries(30, 120)];
    of.expect(first);
    of.expect(second);
    expect((await of.of(first)).map(({ idx }) => idx)).toEqual(first.map(({ index }) => index));
    expect(holds(await of.of(second))).toEqual(Array.from({ length: 30 }, () => true));
    expect(counted.checked).toBe(150);
  });

  it('reads anew what begins as expected and goes on otherwise', async () => {
    const { of } = reading(known);
    const expected = entries(3);
    of.expect(expected);
    const other = [expected[0]!, ...entries(2, 1)];
    const read = await of.of(other);
    expect(read.map((one) => one.read.kind === 'applied' && one.read.jws.text)).toEqual(
      (await of.of(entries(0).concat(other))).map((one) => one.read.kind === 'applied' && one.read.jws.text),
    );
  });

  it('leaves open what it has no key for', async () => {
    const { counted, of } = reading(() => Promise.resolve({ rows: [] }));
    expect(holds(await of.of(entries(2)))).toEqual([undefined, undefined]);
    expect(counted.checked).toBe(0);
  });

  it('leaves open what it could not ask for, and still reads', async () => {
    const { of } = reading(() => Promise.reject(new Error('no connection')));
    const read = await of.of(entries(2));
    expect(read.map((one) => one.read.kind)).toEqual(['applied', 'applied']);
    expect(holds(read)).toEqual([undefined, undefined]);
  });

  it('lives on when what was expected cannot be read, and tells whoever asks for it', async () => {
    const { of } = reading(known);
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const broken = entries(1).map((entry) => ({ ...entry, bytes: undefined as unknown as Uint8Array }));
    of.expect(broken);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    await expect(of.of(broken)).rejects.toThrow();
  });

  it('says of a signature that does not hold that it does not', async () => {
    const { of } = reading(() =>
      Promise.resolve({ rows: [{ kid: mine.kid, jwk: JSON.stringify(new Facility('other').publicKey) }] }),
    );
    expect(holds(await of.of(entries(1)))).toEqual([false]);
  });
});

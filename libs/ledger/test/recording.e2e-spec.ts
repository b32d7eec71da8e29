import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LedgerError, type BatchOutcome, type EventPost, type PostOutcome } from '@lodemark/ledger';
import { decodeFacilityLogEntry, EMPTY_ROOT, leafHash, toHex } from '@lodemark/transparency';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility } from './signed-events.js';

let fixture: LedgerFixture;
let plant: Facility;
let count = 0;

beforeAll(async () => {
  fixture = await LedgerFixture.open('recording');
});

beforeEach(async () => {
  plant = new Facility(`plant-${(count += 1)}`);
  fixture.clock.set('2026-11-24T09:00:00.000Z');
  await fixture.ledger.open(plant.origin);
});

afterAll(() => fixture.close());

function post(event: EventPost): Promise<PostOutcome> {
  return fixture.ledger.post(plant.origin, event);
}

function receiptOf(outcome: BatchOutcome) {
  if (outcome.kind !== 'recorded' && outcome.kind !== 'repeated') throw new Error(`It is ${outcome.kind}.`);
  return outcome.receipt;
}

async function entryAt(index: number) {
  const stored = await fixture.reader.entry(plant.origin, index);
  const entry = decodeFacilityLogEntry(stored!.data);
  if (!entry.ok || entry.value.kind === 'heads') throw new Error('No statement stands there.');
  return entry.value;
}

describe('recording one event', () => {
  it('gives a receipt for the entry that stands in the log', async () => {
    const event = plant.created('1', '1000');
    const outcome = await post(event);
    const stored = await fixture.reader.entry(plant.origin, 0);
    expect(outcome).toEqual({
      kind: 'recorded',
      receipt: {
        v: 1,
        origin: plant.origin,
        index: 0,
        leaf: toHex(leafHash(stored!.data)),
        eventId: event.event.eventId,
        payloadDigest: event.payloadDigest,
        recordedAt: '2026-11-24T09:00:00.000Z',
      },
    });
    expect(await entryAt(0)).toEqual({
      v: 1,
      kind: 'event',
      jws: event.jws,
      lots: { [plant.lot('1')]: 0 },
      recordedAt: '2026-11-24T09:00:00.000Z',
      root: { hash: toHex(EMPTY_ROOT), size: 0 },
    });
    await fixture.expectClean(plant);
  });

  it('counts the entries of each lot, and those of the whole facility, from 0 without gaps', async () => {
    await post(plant.created('1', '1000'));
    await post(plant.consumed('1', '400', '2'));
    await post(plant.consumed('1', '400', '3'));
    await post(plant.post({ type: 'InventoryCounted', method: 'tally', complete: false, counted: [] }));
    expect((await entryAt(2)).lots).toEqual({ [plant.lot('1')]: 2, [plant.lot('3')]: 0 });
    expect((await entryAt(3)).lots).toEqual({ '*': 0 });
    const entries = await fixture.reader.entriesOfLot(plant.origin, plant.lot('1'), { from: 1 });
    expect(entries.map(({ index, lotSequence }) => [index, lotSequence])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    await fixture.expectClean(plant);
  });

  it('never dates an entry before the one before it, even when the clock goes back', async () => {
    await post(plant.created('1', '1000'));
    fixture.clock.set('2026-11-24T08:00:00.000Z');
    await post(plant.created('2', '1000'));
    expect((await entryAt(1)).recordedAt).toBe('2026-11-24T09:00:00.000Z');
    await fixture.expectClean(plant);
  });

  it('refuses what contradicts the log, and leaves no trace of it', async () => {
    await post(plant.created('1', '1000'));
    const outcome = await post(plant.consumed('1', '1500', '2'));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'mass-exceeds-held' } });
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 1 });
    expect(await fixture.reader.lotState(plant.origin, plant.lot('2'))).toBeUndefined();
    await fixture.expectClean(plant);
  });

  it('refuses an entry that no leaf can hold, saying how long it would be', async () => {
    const packages = Array.from({ length: 500 }, (_, i) => ({
      id: `drum-${String(i).padStart(59, '0')}`,
      net: { value: '2', unit: 'kg', uncertainty: { value: '0.001', kind: 'absolute', k: '2' } },
    }));
    const event = plant.created('1', '1000', { packages });
    expect(await post(event)).toEqual({ kind: 'too-large', bytes: expect.any(Number), limit: 65_535 });
    const group = await fixture.ledger.postAll(plant.origin, [plant.created('2', '1'), event], {
      atomic: true,
    });
    expect(group.map(({ kind }) => kind)).toEqual(['held-back', 'too-large']);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 0 });
    await fixture.expectClean(plant);
  });

  it('knows only logs that were opened', async () => {
    const stranger = new Facility('stranger');
    await expect(fixture.ledger.post(stranger.origin, stranger.created('1', '1'))).rejects.toMatchObject({
      code: 'log-unknown',
    });
    await expect(fixture.reader.head('a\0b')).rejects.toMatchObject({ code: 'log-unknown' });
  });
});

describe('an event of another facility', () => {
  it('never gets into the log, whatever the caller has checked', async () => {
    const foreign = { code: 'foreign-event' };
    const event = new Facility('elsewhere').created('1', '1');
    await expect(post(event)).rejects.toMatchObject(foreign);
    await expect(
      fixture.ledger.postAll(plant.origin, [plant.created('1', '1'), event]),
    ).rejects.toMatchObject(foreign);
    await expect(fixture.ledger.check(plant.origin, [event])).rejects.toMatchObject(foreign);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 0 });
  });
});

describe('the same event again', () => {
  it('gets the first receipt, even under another signature', async () => {
    const event = plant.created('1', '1000');
    const first = receiptOf(await post(event));
    fixture.clock.set('2026-11-25T09:00:00.000Z');
    const otherKey = new Facility(plant.id);
    const again = { ...event, jws: otherKey.jws(event.event) };
    expect(await post(again)).toEqual({ kind: 'repeated', receipt: first });
    expect(await post(event)).toEqual({ kind: 'repeated', receipt: first });
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 1 });
    await fixture.expectClean(plant);
  });

  it('is recognized within one batch', async () => {
    const event = plant.created('1', '1000');
    const outcomes = await fixture.ledger.postAll(plant.origin, [event, event, event]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'repeated', 'repeated']);
    expect(new Set(outcomes.map((one) => receiptOf(one).leaf)).size).toBe(1);
    await fixture.expectClean(plant);
  });

  it('is recorded once when many post it at the same time to two processes', async () => {
    const event = plant.created('1', '1000');
    const other = fixture.ledgerOn(fixture.pool);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? other : fixture.ledger).post(plant.origin, event)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'recorded')).toHaveLength(1);
    expect(new Set(outcomes.map((one) => receiptOf(one).leaf)).size).toBe(1);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 1 });
    await fixture.expectClean(plant);
  });
});

describe('another payload under the same eventId', () => {
  const eventId = randomUUID();

  it('becomes one conflict entry that names the original, and no event', async () => {
    await post(plant.created('0', '5'));
    const original = receiptOf(await post(plant.created('1', '1000', { eventId })));
    const contradicting = plant.created('2', '900', { eventId });
    const outcome = await post(contradicting);
    expect(outcome).toMatchObject({ kind: 'conflict', original, conflict: { index: 2 } });
    expect(await entryAt(2)).toMatchObject({
      kind: 'conflict',
      jws: contradicting.jws,
      with: { index: 1, leaf: original.leaf },
      lots: { [plant.lot('1')]: 1, [plant.lot('2')]: 0 },
    });
    expect((await fixture.reader.lotState(plant.origin, plant.lot('2')))?.state.known).toBe(false);
    expect(await post(contradicting)).toEqual(outcome);
    expect(await post({ ...contradicting, jws: new Facility(plant.id).jws(contradicting.event) })).toEqual(
      outcome,
    );
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 3 });
    expect(await post(plant.created('2', '800', { eventId }))).toMatchObject({ conflict: { index: 3 } });
    expect(receiptOf(await post(plant.created('2', '7')))).toMatchObject({ index: 4 });
    await fixture.expectClean(plant);
  });

  it('is recognized within one batch, once', async () => {
    const posts = [
      plant.created('1', '1000', { eventId }),
      plant.created('1', '999', { eventId }),
      plant.created('1', '999', { eventId }),
      plant.created('1', '1000', { eventId }),
    ];
    posts[2] = posts[1]!;
    posts[3] = posts[0]!;
    const outcomes = await fixture.ledger.postAll(plant.origin, posts);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'conflict', 'conflict', 'repeated']);
    expect(outcomes[2]).toEqual(outcomes[1]);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 2 });
    await fixture.expectClean(plant);
  });
});

describe('an atomic group', () => {
  it('is recorded whole', async () => {
    const group = [
      plant.created('1', '1000'),
      plant.consumed('1', '1000', '2'),
      plant.consumed('2', '10', '3'),
    ];
    const outcomes = await fixture.ledger.postAll(plant.origin, group, { atomic: true });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'recorded', 'recorded']);
    await fixture.expectClean(plant);
  });

  it('is not recorded at all when one of it is refused, and does not disturb its neighbours', async () => {
    const [before, after] = [plant.created('before', '1'), plant.created('after', '1')];
    const group = [plant.created('1', '10'), plant.consumed('1', '11', '2'), plant.created('3', '1')];
    const answers = await Promise.all([
      fixture.ledger.postAll(plant.origin, [before]),
      fixture.ledger.postAll(plant.origin, group, { atomic: true }),
      fixture.ledger.postAll(plant.origin, [after, plant.created('1', '5')]),
    ]);
    expect(answers[1]).toMatchObject([
      { kind: 'held-back', because: 1 },
      { kind: 'refused', refusal: { code: 'mass-exceeds-held' } },
      { kind: 'held-back', because: 1 },
    ]);
    expect([...answers[0], ...answers[2]].map(({ kind }) => kind)).toEqual([
      'recorded',
      'recorded',
      'recorded',
    ]);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 3 });
    await fixture.expectClean(plant);
  });

  it('keeps the contradiction of a recorded event although it fails', async () => {
    const eventId = randomUUID();
    const first = plant.created('1', '10', { eventId });
    await post(first);
    const group = [plant.created('2', '10'), first, plant.created('1', '11', { eventId })];
    const outcomes = await fixture.ledger.postAll(plant.origin, group, { atomic: true });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['held-back', 'repeated', 'conflict']);
    expect(await entryAt(1)).toMatchObject({ kind: 'conflict', with: { index: 0 } });
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 2 });
    await fixture.expectClean(plant);
  });

  it('that contradicts itself leaves nothing behind', async () => {
    const eventId = randomUUID();
    const group = [plant.created('1', '10', { eventId }), plant.created('1', '11', { eventId })];
    const outcomes = await fixture.ledger.postAll(plant.origin, group, { atomic: true });
    expect(outcomes).toEqual([
      { kind: 'held-back', because: 1 },
      { kind: 'contradicts-group', with: 0 },
    ]);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 0 });
  });
});

describe('a correction', () => {
  it('of what was just posted is folded in, in the same batch or later', async () => {
    const created = plant.created('1', '1000');
    const first = plant.corrected(created, plant.createdBody('1', '900'));
    const outcomes = await fixture.ledger.postAll(plant.origin, [created, first]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['recorded', 'recorded']);
    expect((await fixture.reader.lotState(plant.origin, plant.lot('1')))?.state.kg).toMatch(/^900/);
    expect(await post(plant.consumed('1', '901', '2'))).toMatchObject({ kind: 'recorded' });
    expect(await post(plant.consumed('1', '500', '3'))).toMatchObject({ kind: 'refused' });
    const second = plant.corrected(created, plant.createdBody('1', '500'));
    expect(await post(second)).toMatchObject({ kind: 'recorded' });
    expect((await fixture.reader.lotState(plant.origin, plant.lot('1')))?.state.kg).toMatch(/^-401/);
    await fixture.expectClean(plant);
  });

  it('counts under the lots of what it corrects and of what it says instead', async () => {
    const created = plant.created('1', '1000');
    await post(created);
    await post(plant.corrected(created, plant.createdBody('2', '1000')));
    expect((await entryAt(1)).lots).toEqual({ [plant.lot('1')]: 1, [plant.lot('2')]: 0 });
    expect((await fixture.reader.lotState(plant.origin, plant.lot('1')))?.state.known).toBe(false);
    expect((await fixture.reader.lotState(plant.origin, plant.lot('2')))?.state.kg).toMatch(/^1000/);
    await fixture.expectClean(plant);
  });

  it('that takes an earlier correction back reaches the lots which that one had brought in', async () => {
    const created = plant.created('1', '1000');
    await post(created);
    await post(plant.corrected(created, plant.createdBody('2', '1000')));
    await post(plant.corrected(created, plant.createdBody('3', '1000')));
    expect((await entryAt(2)).lots).toEqual({
      [plant.lot('1')]: 2,
      [plant.lot('2')]: 1,
      [plant.lot('3')]: 0,
    });
    expect((await fixture.reader.lotState(plant.origin, plant.lot('2')))?.state.known).toBe(false);
    expect(await post(plant.consumed('2', '1', '4'))).toMatchObject({ refusal: { code: 'lot-unknown' } });
    await fixture.expectClean(plant);
  });

  it('of an unknown event is refused, and so is one with another digest', async () => {
    const created = plant.created('1', '1000');
    await post(created);
    expect(await post(plant.corrected(plant.created('9', '1'), null))).toMatchObject({
      refusal: { code: 'target-unknown' },
    });
    expect(await post(plant.corrected({ ...created, payloadDigest: '0'.repeat(64) }, null))).toMatchObject({
      refusal: { code: 'target-mismatch' },
    });
    await fixture.expectClean(plant);
  });
});

describe('a dispute', () => {
  it('counts under the lots of the own event that it disputes', async () => {
    const created = plant.created('1', '1000');
    await post(created);
    const dispute = {
      type: 'Disputed',
      target: { facility: plant.id, eventId: created.event.eventId },
      lots: [plant.lot('7')],
      about: 'mass',
      statement: 'weighed again',
    };
    await post(plant.post(dispute));
    expect((await entryAt(1)).lots).toEqual({ [plant.lot('1')]: 1, [plant.lot('7')]: 0 });
    await fixture.expectClean(plant);
  });
});

describe('the root checkpoint that entries name', () => {
  const [small, large] = [
    { size: 10, hash: '1'.repeat(64) },
    { size: 20, hash: '2'.repeat(64) },
  ];

  it('is the last one verified, and never goes back', async () => {
    await fixture.ledger.noteVerifiedRoot(plant.origin, large);
    await fixture.ledger.noteVerifiedRoot(plant.origin, small);
    await fixture.ledger.noteVerifiedRoot(plant.origin, large);
    await post(plant.created('1', '1000'));
    expect((await entryAt(0)).root).toEqual(large);
    await fixture.expectClean(plant);
  });

  it('cannot be two of one size', async () => {
    await fixture.ledger.noteVerifiedRoot(plant.origin, large);
    const other = fixture.ledger.noteVerifiedRoot(plant.origin, { ...large, hash: '3'.repeat(64) });
    await expect(other).rejects.toBeInstanceOf(LedgerError);
    await expect(other).rejects.toMatchObject({ code: 'root-contradicts' });
  });
});

describe('checking without recording', () => {
  it('says of each post what would become of it, one after the other', async () => {
    const eventId = randomUUID();
    const first = plant.created('1', '1000', { eventId });
    await post(first);
    const contradiction = plant.created('1', '1', { eventId });
    const checked = await fixture.ledger.check(plant.origin, [
      first,
      contradiction,
      plant.consumed('1', '1000', '2'),
      plant.consumed('1', '1000', '3'),
    ]);
    expect(checked).toMatchObject([
      { kind: 'repeated' },
      { kind: 'conflict', conflict: null },
      { kind: 'acceptable' },
      { kind: 'refused', refusal: { code: 'lot-not-held' } },
    ]);
    expect(await fixture.reader.head(plant.origin)).toMatchObject({ size: 1 });
    await post(contradiction);
    expect(await fixture.ledger.check(plant.origin, [contradiction])).toMatchObject([
      { conflict: { index: 1 } },
    ]);
    await fixture.expectClean(plant);
  });

  it('knows atomic groups', async () => {
    const group = [plant.created('1', '10'), plant.consumed('1', '11', '2')];
    expect(await fixture.ledger.check(plant.origin, group, { atomic: true })).toMatchObject([
      { kind: 'held-back' },
      { kind: 'refused' },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeFacilityLogEntry, encodeEntry, verifyHead } from '@lodemark/transparency';
import { HeadsProofs } from '../src/heads/heads-proofs.js';
import type { Alarm } from '../src/ingest/alarms.js';
import { mined } from './support/events.js';
import { allEntries, FedReadModel } from './support/fed-read-model.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

describe('proofs of heads', () => {
  let world: World;
  let fed: FedReadModel;
  let proofs: HeadsProofs;
  let origin: string;
  const alarms: Alarm[] = [];

  beforeAll(async () => {
    world = await openWorld();
    const { custody } = world;
    await custody.join('mine');
    origin = custody.originOf('mine');
    const first = await custody.post('mine', mined('mine/1'));
    await custody.post('mine', mined('mine/2'));
    await custody.ledger.appendHeads(origin);
    // Taken back: its envelope names the lot, and the event alone would count under the whole facility.
    await custody.post('mine', {
      ...{ type: 'Corrected', reason: 'typing mistake', replacement: null },
      target: { eventId: first.event.eventId, payload: first.digest },
    });
    await custody.postUnreadable('mine', 'mine/2');
    await custody.ledger.appendHeads(origin);
    await custody.post('mine', mined('mine/3'));
    fed = await FedReadModel.open(world);
    for (const entries of (await allEntries(world)).values()) await fed.apply(entries);
    proofs = new HeadsProofs({ pool: fed.pool, alarms: { raise: (alarm) => alarms.push(alarm) } });
  });

  afterAll(async () => {
    await fed.close();
    await closeWorld(world);
  });

  const mapAt = async (size: number): Promise<string> => {
    const stored = await world.custody.reader.entry(origin, size - 1);
    const entry = decodeFacilityLogEntry(stored!.data);
    if (!entry.ok || entry.value.kind !== 'heads') throw new Error('No heads stand there.');
    return entry.value.map;
  };

  const lastOf = async (size: number, ...names: string[]): Promise<unknown[]> => {
    const map = await mapAt(size);
    const proven = await proofs.at(origin, size, names);
    return proven.map(({ name, proof }) => {
      const verified = verifyHead(map, name, proof);
      return verified.ok ? (verified.value ?? 'absent') : 'refused';
    });
  };

  it('say how far each lot has got in the entries that a checkpoint covers, the parked ones too', async () => {
    expect(await lastOf(3, 'mine/1', 'mine/2', 'mine/3', '*')).toEqual([0, 0, 'absent', 'absent']);
    expect(await lastOf(6, 'mine/1', 'mine/2', 'mine/3', '*')).toEqual([1, 1, 'absent', 'absent']);
    // An earlier horizon may be asked about after a later one.
    expect(await lastOf(3, 'mine/1')).toEqual([0]);
    expect(alarms).toEqual([]);
  });

  it('are not made where the entries do not end in heads', async () => {
    expect(await proofs.at(origin, 2, ['mine/1'])).toEqual([]);
    expect(await proofs.at(origin, 7, ['mine/1'])).toEqual([]);
    expect(await proofs.at(origin, 99, ['mine/1'])).toEqual([]);
  });

  it('are not made of heads that lie: that is an alarm', async () => {
    const stored = await world.custody.reader.entry(origin, 5);
    const heads = decodeFacilityLogEntry(stored!.data);
    if (!heads.ok || heads.value.kind !== 'heads') throw new Error('No heads stand there.');
    await world.custody.overwrite('mine', 5, encodeEntry({ ...heads.value, map: '1'.repeat(64) }));
    const entries = (await allEntries(world)).get(origin)!;
    await fed.undo(origin, 5);
    await fed.apply(entries.slice(5));
    await expect(proofs.at(origin, 6, ['mine/1'])).rejects.toMatchObject({
      name: 'HeadsContradicted',
      index: 5,
    });
    expect(alarms).toEqual([expect.objectContaining({ origin, kind: 'heads-mismatch', index: 5 })]);
    expect(await lastOf(3, 'mine/1')).toEqual([0]);
  });
});

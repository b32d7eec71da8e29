import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dispatched, mined, received, transformed } from './support/events.js';
import { TestProvenance } from './support/test-provenance.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(60_000);

describe('ingest', () => {
  let world: World;
  let provenance: TestProvenance;

  beforeAll(async () => {
    world = await openWorld();
    provenance = await TestProvenance.open(world);
    await provenance.ingest.start();
  });

  afterAll(async () => {
    await provenance.close();
    await closeWorld(world);
  });

  it('follows a log that joins while it runs, up to the published horizon', async () => {
    const { custody } = world;
    await custody.join('mine');
    await custody.join('plant');
    await custody.post('mine', mined('mine/1'));
    const shipment = await custody.post('mine', dispatched('plant', [{ lot: 'mine/1', kg: '1000' }]));
    await custody.post('plant', received(shipment.digest, [{ lot: 'mine/1', kg: '999' }]));
    await custody.post(
      'plant',
      transformed('CRACK_LEACH', [{ lot: 'mine/1', kg: '999' }], [{ lot: 'plant/1', kg: '700' }]),
    );
    const size = await custody.round('mine', 'plant');
    await provenance.caughtUp(size);
    const horizon = await provenance.ingest.horizons.latest();
    expect(horizon.size).toBe(size);
    expect(Object.fromEntries(horizon.counted)).toEqual({
      'test.lodemark.example/log/mine': 2,
      'test.lodemark.example/log/plant': 2,
    });
    const { rows } = await provenance.pool.query('SELECT valid FROM signature');
    expect(rows).toEqual(Array.from({ length: 4 }, () => ({ valid: true })));
  });

  it('makes the same read model anew from what it kept, and from the logs', async () => {
    const digest = await provenance.digest();
    expect(await provenance.rebuild('kept')).toMatchObject({ before: digest, after: digest });
    expect(await provenance.rebuild('logs')).toMatchObject({ before: digest, after: digest });
    expect(await provenance.digest()).toBe(digest);
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FeedEntry } from '@lodemark/feed';
import { allEntries, FedReadModel } from './support/fed-read-model.js';
import { policyOf } from './support/policies.js';
import { Random } from './support/random.js';
import { RandomHistory } from './support/random-history.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(600_000);

const SEED = Number(process.env['LODEMARK_SEED'] ?? 20261124);
const HORIZONS = 200;
const FACILITIES = ['alpha', 'beta', 'gamma', 'delta'];

/** Cuts every log into batches and shuffles the logs into one another, each in its own order. */
function interleaved(logs: ReadonlyMap<string, readonly FeedEntry[]>, random: Random): FeedEntry[][] {
  const left = [...logs.values()].map((entries) => [...entries]).filter((entries) => entries.length > 0);
  const batches: FeedEntry[][] = [];
  while (left.length > 0) {
    const log = random.one(left);
    batches.push(log.splice(0, 1 + random.integer(40)));
    if (log.length === 0) left.splice(left.indexOf(log), 1);
  }
  return batches;
}

describe(`a random history (seed ${SEED})`, () => {
  let world: World;
  let logs: ReadonlyMap<string, readonly FeedEntry[]>;
  let full: FedReadModel;
  let other: FedReadModel;
  let rootSize: number;
  let fullDigest: string;
  const random = new Random(SEED);

  beforeAll(async () => {
    world = await openWorld();
    await new RandomHistory(world, random).write(150);
    logs = await allEntries(world);
    rootSize = logs.get(world.registry.network.rootOrigin)!.length;
    full = await FedReadModel.open(world);
    other = await FedReadModel.open(world);
    for (const batch of interleaved(logs, random)) await full.apply(batch);
    await full.publish(rootSize);
    fullDigest = await full.digest();
  });

  afterAll(async () => {
    await full.close();
    await other.close();
    await closeWorld(world);
  });

  it('has what makes the following worth while', async () => {
    const counts = await full.pool.query<{ what: string; count: string }>(
      `SELECT 'parked' AS what, count(*) FROM parked UNION ALL SELECT 'edges', count(*) FROM edge
       UNION ALL SELECT 'conflicts', count(*) FROM event WHERE kind = 'conflict'
       UNION ALL SELECT 'corrections', count(*) FROM event WHERE corrects IS NOT NULL
       UNION ALL SELECT 'invalid', count(*) FROM signature WHERE valid IS NOT TRUE
       UNION ALL SELECT 'ignored', count(*) FROM root_statement WHERE fault IS NOT NULL
       UNION ALL SELECT 'dispatches', count(*) FROM dispatch
       UNION ALL SELECT 'faults', count(*) FROM log_fault`,
    );
    for (const { what, count } of counts.rows) expect(`${what} ${Number(count) > 0}`).toBe(`${what} true`);
  });

  it('gives the same read model however the logs arrive', async () => {
    for (let order = 0; order < 8; order += 1) {
      await other.empty();
      for (const batch of interleaved(logs, random)) await other.apply(batch);
      expect(await other.digest()).toBe(fullDigest);
    }
  });

  it(`answers at ${HORIZONS} horizons as a read model does that was fed only that prefix`, async () => {
    const policy = await policyOf('WC-3');
    const root = logs.get(world.registry.network.rootOrigin)!;
    for (let round = 0; round < HORIZONS; round += 1) {
      const size = 1 + random.integer(rootSize);
      await other.empty();
      for (const batch of interleaved(await prefix(size, root), random)) await other.apply(batch);
      await other.publish(size);
      expect(await other.latest()).toBe(size);
      const facilities = [random.one(FACILITIES)];
      const chosen: string[] = [];
      const pick = (lots: readonly string[]) => {
        if (lots.length > 0) chosen.push(random.one(lots), random.one(lots));
        return chosen;
      };
      const expected = await other.answers(size, { pick, facilities, policy });
      const got = await full.answers(size, { pick: () => chosen, facilities, policy });
      expect(got).toBe(expected);
    }
  });

  it('does not answer at a horizon whose entries are missing when the root log comes while it is looked for', async () => {
    const root = logs.get(world.registry.network.rootOrigin)!;
    await other.empty();
    await other.apply(root.slice(0, 1));
    await other.publish(1);
    let arrived = false;
    const size = await other.latestWhile(async () => {
      if (arrived) return;
      arrived = true;
      await other.apply(root.slice(1));
      await other.publish(rootSize);
    });
    expect(size).toBe(1);
  });

  /** The root log up to a size, and of every facility log what counts there. */
  async function prefix(
    size: number,
    root: readonly FeedEntry[],
  ): Promise<ReadonlyMap<string, readonly FeedEntry[]>> {
    const { rows } = await full.pool.query<{ origin: string; size: string }>(
      `SELECT c.origin, max(c.size) AS size FROM coverage c WHERE c.fault IS NULL AND c.root_index < $1
         AND NOT EXISTS (SELECT FROM log_fault f WHERE f.origin = c.origin AND f.root_index < $1 AND f.size < c.size)
       GROUP BY c.origin`,
      [size],
    );
    const counted = rows.map(
      ({ origin, size: to }) => [origin, logs.get(origin)!.slice(0, Number(to))] as const,
    );
    return new Map([[root[0]!.origin, root.slice(0, size)], ...counted]);
  }
});

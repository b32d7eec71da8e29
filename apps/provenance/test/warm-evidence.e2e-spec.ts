import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { allEntries, FedReadModel } from './support/fed-read-model.js';
import { policyOf } from './support/policies.js';
import { Random } from './support/random.js';
import { RandomHistory } from './support/random-history.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(600_000);

const SEED = Number(process.env['LODEMARK_SEED'] ?? 20261124);
const QUESTIONS = 240;
const POLICIES = ['WC-0', 'WC-3', 'DFARS-7052-phase2'];
const DATES = ['2026-12-31', '2027-02-15'];

describe(`one process asked about a random history (seed ${SEED})`, () => {
  let world: World;
  let fed: FedReadModel;
  let rootSize: number;
  const random = new Random(SEED);

  beforeAll(async () => {
    world = await openWorld();
    await new RandomHistory(world, random).write(150);
    const logs = await allEntries(world);
    rootSize = logs.get(world.registry.network.rootOrigin)!.length;
    fed = await FedReadModel.open(world);
    for (const entries of logs.values()) await fed.apply(entries);
    await fed.publish(rootSize);
  });

  afterAll(async () => {
    await fed.close();
    await closeWorld(world);
  });

  it(`answers ${QUESTIONS} questions, at horizons in any order, as one does that was never asked before`, async () => {
    const lots = await fed.lots();
    const warm = fed.judge();
    const policies = await Promise.all(POLICIES.map(policyOf));
    const different = new Set<string>();
    for (let round = 0; round < QUESTIONS; round += 1) {
      const size = 1 + random.integer(rootSize);
      const policy = random.one(policies);
      const asked = { lot: random.one(lots), policy, question: { deliveryDate: random.one(DATES) } };
      const fresh = { ...asked, policy: structuredClone(policy) };
      const got = await warm(size, asked);
      expect(got).toBe(await fed.judge()(size, fresh));
      different.add(got);
    }
    expect(different.size).toBeGreaterThan(QUESTIONS / 2);
  });
});

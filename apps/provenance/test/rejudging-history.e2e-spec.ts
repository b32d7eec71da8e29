import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { judge, type Verdict } from '@lodemark/policy';
import { canonicalBytes, canonicalize, sha256Hex } from '@lodemark/transparency';
import { allEntries, FedReadModel } from './support/fed-read-model.js';
import { Random } from './support/random.js';
import { RandomHistory } from './support/random-history.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(600_000);

const SEED = Number(process.env['LODEMARK_SEED'] ?? 20261129);
const LOTS = 25;

function sayings({ horizon: _, ...rest }: Verdict): string {
  return canonicalize(rest);
}

describe(`re-judging along a random history (seed ${String(SEED)})`, () => {
  let world: World;
  let model: FedReadModel;
  let rootSize: number;
  let document: string;
  const random = new Random(SEED);

  beforeAll(async () => {
    world = await openWorld();
    const text = await readFile(new URL(`../../../policies/WC-3.json`, import.meta.url), 'utf8');
    document = world.registry.keepPolicy(JSON.parse(text) as object);
    await new RandomHistory(world, random).write(150);
    const logs = await allEntries(world);
    rootSize = logs.get(world.registry.network.rootOrigin)!.length;
    model = await FedReadModel.open(world);
    for (const entries of logs.values()) await model.apply(entries);
  });

  afterAll(async () => {
    await model.close();
    await closeWorld(world);
  });

  it('leaves no verdict on file that the latest horizon would contradict, and gives none anew without need', async () => {
    const { rejudging, rejudgements, judging, store, evidence, documents } = model.rejudging();
    const lots = (await model.lots()).filter(() => random.chance(60)).slice(0, LOTS);
    const onFile = new Map<string, Verdict>();
    let [last, unchanged, anew] = [0, 0, 0];
    for (let size = 12; size <= rootSize; size = Math.min(rootSize, size + 1 + random.integer(12))) {
      await model.publish(size);
      const advance = await rejudging.advance();
      expect(advance?.to).toBe(size);
      const since = await rejudgements.since(last);
      last = since.at(-1)?.id ?? last;
      anew += since.length;
      const horizon = await judging.horizon({});
      for (const lot of lots) {
        const fresh = await judging.judgeUnder(horizon, { lot, document, question: {} });
        const before = onFile.get(lot);
        const given = since.find((one) => one.lot === lot);
        if (before === undefined) await store.keep(fresh, { askedBy: 'test', askedAt: world.clock.now() });
        else if (given === undefined) {
          // Time went on; nothing that the verdict rests on did.
          const now = await evidence.at(horizon, lot);
          const { at } = before.horizon;
          const policy = await documents.policy(document);
          const same = judge({ ...now, horizon: { ...now.horizon, at } }, policy, { lot, question: {} });
          expect(sayings(same)).toBe(sayings(before));
          unchanged += 1;
          continue;
        } else {
          expect(given.after).toEqual({ id: sha256Hex(canonicalBytes(fresh)), outcome: fresh.outcome });
          expect(given.before.outcome).toBe(before.outcome);
        }
        onFile.set(lot, fresh);
      }
      if (size === rootSize) break;
    }
    expect(anew).toBeGreaterThan(20);
    expect(unchanged).toBeGreaterThan(20);
  });
});

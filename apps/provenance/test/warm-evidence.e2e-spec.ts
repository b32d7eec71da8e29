import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FeedEntry } from '@lodemark/feed';
import type { Policy, Verdict } from '@lodemark/policy';
import type { FilledHorizon } from '../src/horizon/horizon.js';
import { dispatched, mined, received, split } from './support/events.js';
import { allEntries, FedReadModel, type Asked, type AskedProcess } from './support/fed-read-model.js';
import { policyOf } from './support/policies.js';
import { Random } from './support/random.js';
import { RandomHistory } from './support/random-history.js';
import type { Recorded } from './support/test-custody.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(600_000);

const SEED = Number(process.env['LODEMARK_SEED'] ?? 20261124);
const QUESTIONS = 60;
const POLICIES = ['WC-0', 'WC-3', 'DFARS-7052-phase2'];
const DATES = ['2026-12-31', '2027-02-15'];
const HOUR = 3_600_000;
/** Without a composition nobody looks at where a lot comes from. */
const ORE = {
  composition: {
    basis: 'dry',
    treo: { value: '45.0', unit: '%' },
    analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
  },
};

/** The same verdict, to the byte, from the process asked so far and from one that was never asked anything. */
async function agreed(
  fed: FedReadModel,
  warm: AskedProcess,
  { size, asked }: { size: number; asked: Asked },
): Promise<string> {
  const got = await warm.verdict(await warm.horizon(size), asked);
  const cold = fed.asked();
  const policy = structuredClone(asked.policy);
  expect(got).toBe(await cold.verdict(await cold.horizon(size), { ...asked, policy }));
  return got;
}

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
    const warm = fed.asked();
    const policies = await Promise.all(POLICIES.map(policyOf));
    const different = new Set<string>();
    for (let round = 0; round < QUESTIONS; round += 1) {
      const size = 1 + random.integer(rootSize);
      const policy = random.one(policies);
      const asked = { lot: random.one(lots), policy, question: { deliveryDate: random.one(DATES) } };
      different.add(await agreed(fed, warm, { size, asked }));
    }
    expect(different.size).toBeGreaterThan(QUESTIONS / 2);
  });
});

describe('one process asked about a lot again and again', () => {
  let world: World;
  let fed: FedReadModel;
  let fedUpTo: Map<string, number>;
  let policy: Policy;
  let made: Recorded;
  let halved: Recorded;
  const LOT = 'plant/1';

  beforeEach(async () => {
    world = await openWorld();
    fed = await FedReadModel.open(world);
    fedUpTo = new Map();
    policy = await policyOf('WC-3');
  });

  afterEach(async () => {
    await fed.close();
    await closeWorld(world);
  });

  /** A lot mined, split, sent, received and split again. */
  async function write(): Promise<void> {
    const { custody } = world;
    for (const facility of ['mine', 'plant']) await custody.seeRoot(facility);
    made = await custody.post('mine', mined('mine/1', '1000', ORE));
    const halves = ['mine/2', 'mine/3'].map((lot) => ({ lot, kg: '500' }));
    await custody.post('mine', split('mine/1', halves));
    const shipment = await custody.post('mine', dispatched('plant', [{ lot: 'mine/2', kg: '500' }]));
    await custody.post('plant', received(shipment.digest, [{ lot: 'mine/2', kg: '500' }]));
    halved = await custody.post('plant', split('mine/2', [{ lot: LOT, kg: '500' }]));
  }

  async function writeAll(): Promise<void> {
    for (const facility of ['mine', 'plant']) await world.custody.join(facility);
    await write();
  }

  /** A round of the registry's, and all that the logs then hold is read here; gives the size of the root log. */
  async function told(...facilities: string[]): Promise<number> {
    world.clock.advance(HOUR);
    const size = await world.custody.round(...facilities);
    for (const [origin, entries] of await allEntries(world)) {
      await fed.apply(entries.slice(fedUpTo.get(origin) ?? 0));
      fedUpTo.set(origin, entries.length);
    }
    await fed.publish(size);
    return size;
  }

  function question(more: Partial<Asked> = {}): Asked {
    return { lot: LOT, policy, question: { deliveryDate: '2027-02-15' }, ...more };
  }

  async function findings(warm: AskedProcess, size: number, more: Partial<Asked> = {}): Promise<string> {
    const text = await agreed(fed, warm, { size, asked: question(more) });
    const { horizon: _horizon, ...rest } = JSON.parse(text) as Verdict;
    return JSON.stringify(rest);
  }

  /** Asks both ways round, and again, so that each answer is given before and after the other. */
  async function differ(before: number, after: number): Promise<void> {
    for (const order of [
      [before, after, before, after],
      [after, before, after, before],
    ]) {
      const warm = fed.asked();
      const given = new Map<number, Set<string>>();
      for (const size of order)
        given.set(size, (given.get(size) ?? new Set()).add(await findings(warm, size)));
      expect([...given].map(([size, answers]) => [size, answers.size])).toEqual(
        order.slice(0, 2).map((size) => [size, 1]),
      );
      expect([...given.get(before)!]).not.toEqual([...given.get(after)!]);
    }
  }

  it('takes in a correction, and answers without it at the horizon before', async () => {
    await writeAll();
    const before = await told('mine', 'plant');
    const { eventId } = made.event;
    await world.custody.post('mine', {
      type: 'Corrected',
      target: { eventId, payload: made.digest },
      reason: 'typing mistake',
      replacement: mined('mine/1', '10', ORE),
    });
    await differ(before, await told('mine'));
  });

  it('takes in an entry that comes late, in another log too', async () => {
    await writeAll();
    const before = await told('mine', 'plant');
    await world.custody.post('mine', {
      ...mined('mine/1', '7'),
      eventId: made.event.eventId,
    });
    await differ(before, await told('mine'));
    const between = await told();
    await world.custody.post('plant', { ...mined('plant/2', '7'), eventId: halved.event.eventId });
    await differ(between, await told('plant'));
  });

  it('says the same of a lot at a later horizon at which nothing new is told of it', async () => {
    await writeAll();
    const before = await told('mine', 'plant');
    await world.custody.post('mine', mined('mine/9', '10'));
    const after = await told('mine');
    const warm = fed.asked();
    const first = await findings(warm, before);
    expect([await findings(warm, after), await findings(warm, before)]).toEqual([first, first]);
  });

  it('answers each policy and each question by itself', async () => {
    await writeAll();
    const sizes = [await told('mine', 'plant'), await told('mine')];
    const warm = fed.asked();
    const answers = new Set<string>();
    for (const name of [...POLICIES, ...POLICIES]) {
      const other = await policyOf(name);
      for (const deliveryDate of DATES) {
        for (const size of sizes)
          answers.add(await findings(warm, size, { policy: other, question: { deliveryDate } }));
      }
    }
    expect(answers.size).toBeGreaterThanOrEqual(POLICIES.length);
  });

  it('takes in that a key was revoked and suspect before, and answers by it as it was at the horizon before', async () => {
    await writeAll();
    const before = await told('mine', 'plant');
    await world.registry.state({
      type: 'KeyRevoked',
      kid: world.custody.signersOf('mine').event.kid,
      reason: 'compromised',
      suspectFrom: '2026-11-24T09:00:00Z',
    });
    await differ(before, await told());
  });

  it('does not take a signature for checked at a horizon that does not know the key yet', async () => {
    const { custody, registry } = world;
    for (const facility of ['mine', 'plant']) {
      await custody.open(facility);
      await registry.registerOrganization(`${facility}-co`);
      await registry.registerFacility(facility);
      await registry.addKey(custody.signersOf(facility).log, { facility }, 'log');
    }
    await write();
    const before = await told('mine', 'plant');
    const warm = fed.asked();
    const unknown = await findings(warm, before);
    await custody.registry.addKey(custody.signersOf('mine').event, { facility: 'mine' }, 'event');
    const after = await told();
    expect(await findings(warm, after)).not.toBe(unknown);
    await differ(before, after);
  });

  it('never takes a reference to a root for right that the horizon does not reach', async () => {
    const { custody, registry } = world;
    for (const facility of ['mine', 'plant']) await custody.join(facility);
    const { size } = await registry.reader.head(registry.network.rootOrigin);
    await custody.seeRoot('mine', { size: size + 4, hash: 'ab'.repeat(32) });
    await custody.post('mine', mined('mine/1', '1000', ORE));
    const early = await told('mine');
    for (let more = 0; more < 4; more += 1) await registry.registerOrganization(`other-${more}`);
    const late = await told();
    for (const order of [
      [early, late, early],
      [late, early, late],
    ]) {
      const warm = fed.asked();
      const answers = [];
      for (const at of order) answers.push(await findings(warm, at, { lot: 'mine/1' }));
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('root-reference-wrong');
    }
  });

  it('is in doubt about the lot from an entry on that cannot be read, and not before', async () => {
    await writeAll();
    const before = await told('mine', 'plant');
    await world.custody.postUnreadable('mine', 'mine/2');
    const after = await told('mine');
    await differ(before, after);
    await world.registry.state({ type: 'SomethingOfTheFuture' });
    await differ(after, await told());
  });

  it.each(['withheld', 'fork'] as const)(
    'counts no more of a log than up to where a fault (%s) ends it, and all of it before that was said',
    async (fault) => {
      await writeAll();
      const before = await told('mine', 'plant');
      const origin = world.custody.originOf('mine');
      await world.registry.append({
        kind: 'logFault',
        origin,
        fault,
        size: 1,
        evidence: ['an invented note'],
      });
      await differ(before, await told());
    },
  );

  describe('while entries are undone', () => {
    let size: number;
    let origin: string;
    let entries: readonly FeedEntry[];
    let warm: AskedProcess;
    let first: string;
    let horizon: FilledHorizon;

    beforeEach(async () => {
      await writeAll();
      size = await told('mine', 'plant');
      origin = world.custody.originOf('mine');
      entries = (await allEntries(world)).get(origin)!;
      warm = fed.asked();
      first = await agreed(fed, warm, { size, asked: question() });
      horizon = await warm.horizon(size);
      await fed.undo(origin, 1);
    });

    const notFilled = { name: 'HorizonNotFilled' };
    /** As the feed gives them; the tree is another. */
    const swapped = () => [entries[2]!, entries[1]!].map((entry, i) => ({ ...entry, index: 1 + i }));

    it('gives no answer, and the right one when they are back', async () => {
      for (const asked of [warm, fed.asked()]) {
        await expect(asked.horizon(size)).rejects.toMatchObject(notFilled);
        await expect(asked.verdict(horizon, question({ lot: 'mine/2' }))).rejects.toMatchObject(notFilled);
      }
      // What a root hash commits to does not change: this was worked out of the very entries that are away.
      expect(await warm.verdict(horizon, question())).toBe(first);
      await fed.apply(entries.slice(1));
      expect(await agreed(fed, warm, { size, asked: question() })).toBe(first);
      await agreed(fed, warm, { size, asked: question({ lot: 'mine/2' }) });
    });

    it('takes nothing out of others that came in their place, and the right ones when those are replaced', async () => {
      await fed.apply(swapped());
      for (const asked of [warm, fed.asked()]) {
        await expect(asked.horizon(size)).rejects.toMatchObject(notFilled);
        await expect(asked.verdict(horizon, question({ lot: 'mine/2' }))).rejects.toMatchObject(notFilled);
      }
      await fed.undo(origin, 1);
      await fed.apply(entries.slice(1));
      expect(await agreed(fed, warm, { size, asked: question() })).toBe(first);
      await agreed(fed, warm, { size, asked: question({ lot: 'mine/2' }) });
    });
  });

  it('answers of the root log that is held when that was undone and came back otherwise', async () => {
    await writeAll();
    const from = await told('mine', 'plant');
    const { registry, custody } = world;
    await registry.state({
      type: 'KeyRevoked',
      kid: custody.signersOf('mine').event.kid,
      reason: 'compromised',
      suspectFrom: '2026-11-24T09:00:00Z',
    });
    for (const other of ['one', 'two']) await registry.registerOrganization(other);
    const size = await told();
    const origin = registry.network.rootOrigin;
    const right = (await allEntries(world)).get(origin)!.slice(from);
    const [revoked, one, two] = right as [FeedEntry, FeedEntry, FeedEntry];
    const others = [one, revoked, two, { ...one, bytes: one.bytes }].map((entry, i) => ({
      ...entry,
      index: from + i,
    }));
    const warm = fed.asked();
    const revokedHere = await findings(warm, from + 1);
    await findings(warm, size);
    for (let round = 0; round < 2; round += 1) {
      await fed.undo(origin, from);
      await fed.apply(others);
      await fed.publish(size + 1, true);
      expect(await findings(warm, from + 1)).not.toBe(revokedHere);
      for (const at of [size, from, from + 2, size + 1]) await findings(warm, at);
      await fed.undo(origin, from);
      await fed.apply(right);
      await fed.publish(size);
      expect(await findings(warm, from + 1)).toBe(revokedHere);
      for (const at of [size, from, from + 2]) await findings(warm, at);
    }
  });

  it('does not answer at a horizon whose root log was undone, with what a fault or an unread entry said in it', async () => {
    await writeAll();
    const from = await told('mine', 'plant');
    const origin = world.custody.originOf('mine');
    const evidence = ['an invented note'];
    await world.registry.append({ kind: 'logFault', origin, fault: 'withheld', size: 1, evidence });
    await world.registry.state({ type: 'SomethingOfTheFuture' });
    const size = await told();
    const warm = fed.asked();
    const horizon = await warm.horizon(size);
    const first = await warm.verdict(horizon, question());
    await fed.undo(world.registry.network.rootOrigin, from);
    for (const asked of [warm, fed.asked()]) {
      await expect(asked.verdict(horizon, question({ lot: 'mine/2' }))).rejects.toMatchObject({
        name: 'HorizonNotFilled',
      });
    }
    expect(await warm.verdict(horizon, question())).toBe(first);
  });
});

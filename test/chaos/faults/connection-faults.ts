import type { Sender } from '../load/sender.js';
import type { Cut } from '../network/commit-proxy.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import type { SeededChance } from '../seeded-chance.js';
import { within } from '../within.js';
import { FaultNotHad, type Fault } from './fault.js';

const CUTS: readonly Cut[] = ['after-commit', 'at-commit', 'before-commit'];
const PATIENCE_MS = 20_000;

/** Connections to Postgres are cut at COMMIT: the service cannot know whether it has committed. */
export function cutCommits(network: NetworkUnderTest, service: string, chance: SeededChance): Fault {
  const { proxy } = network;
  const facility = service.replace('custody-', '');
  return {
    ...{ kind: 'commit unknown', target: service, facilities: FACILITIES.filter((one) => one === facility) },
    async run() {
      const database = network.databaseOf(service);
      const cuts = Array.from({ length: chance.between(3, 8) }, () => chance.pick(CUTS));
      proxy.plan(database, cuts);
      await spent(() => proxy.cutsLeft(database), `${service} did not commit often enough`);
    },
  };
}

/** Clients lose their connection after they have sent an event and before its receipt is here. */
export function loseAnswers(sender: Sender, facility: string, chance: SeededChance): Fault {
  return {
    ...{ kind: 'answer lost', target: `clients of ${facility}`, facilities: [facility] },
    async run() {
      sender.loseAnswers(facility, chance.between(5, 20));
      await spent(() => sender.lossesLeft(facility), `${facility} has too few clients`);
    },
  };
}

async function spent(left: () => number, otherwise: string): Promise<void> {
  if (!(await within(PATIENCE_MS, () => left() === 0))) throw new FaultNotHad(otherwise);
}

import type { Sender } from '../load/sender.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import { SeededChance } from '../seeded-chance.js';
import { freezeBroker, killBrokers } from './broker-faults.js';
import { cutCommits, loseAnswers } from './connection-faults.js';
import { crashServer, freezeBackend, killBackend } from './database-faults.js';
import { fillDisk, stopDisk } from './disk-faults.js';
import type { Fault } from './fault.js';
import { freezeService, killService } from './process-faults.js';
import { secondCustody } from './second-custody.js';

const CUSTODIES = FACILITIES.map((facility) => `custody-${facility}`);
const SERVICES = ['registry', ...CUSTODIES, 'provenance'];
const TOPICS = ['lodemark.root', ...FACILITIES.map((facility) => `lodemark.log.${facility}`)];

/**
 * Faults without end: every kind that can be had once, in an order that the seed gives, then every kind again with
 * the next of its targets.
 */
export function* faultDeck(network: NetworkUnderTest, sender: Sender, seed: number): Generator<Fault> {
  const chance = SeededChance.of(seed, 'faults');
  const kinds = chance.shuffled(kindsOf(network, sender, chance)).map((faults) => chance.shuffled(faults));
  for (let round = 0; ; round += 1)
    for (const faults of chance.shuffled(kinds)) {
      const fault = faults[round % faults.length];
      if (fault !== undefined) yield fault;
    }
}

/** By kind, the faults that differ in their target. */
function kindsOf(network: NetworkUnderTest, sender: Sender, chance: SeededChance): readonly Fault[][] {
  const { disk, kafka } = network;
  return [
    CUSTODIES.map((name) => killService(network, name)),
    [killService(network, 'registry')],
    [killService(network, 'provenance')],
    CUSTODIES.map((name) => freezeService(network, name, chance)),
    [freezeService(network, 'registry', chance)],
    [freezeService(network, 'provenance', chance)],
    FACILITIES.map((facility) => secondCustody(network, facility, chance)),
    [crashServer(network, 'SIGKILL', chance)],
    [crashServer(network, 'SIGQUIT', chance)],
    SERVICES.map((name) => killBackend(network, name)),
    SERVICES.map((name) => freezeBackend(network, name, chance)),
    CUSTODIES.map((name) => cutCommits(network, name, chance)),
    [cutCommits(network, 'registry', chance), cutCommits(network, 'provenance', chance)],
    FACILITIES.map((facility) => loseAnswers(sender, facility, chance)),
    ...(disk.canBeFilled ? [[fillDisk(network, chance)]] : []),
    ...(disk.canBeStopped ? [[stopDisk(network, chance)]] : []),
    ...(kafka === undefined
      ? []
      : [
          TOPICS.map((topic) => killBrokers(network, { topic, count: 1 }, chance)),
          TOPICS.map((topic) => killBrokers(network, { topic, count: 2 }, chance)),
          TOPICS.map((topic) => freezeBroker(network, topic, chance)),
        ]),
  ];
}

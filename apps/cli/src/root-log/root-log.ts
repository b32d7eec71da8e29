import { setTimeout as sleep } from 'node:timers/promises';
import { Network } from '@lodemark/domain';
import { nodeSignatures } from '@lodemark/platform/light';
import {
  decodeRootLogEntry,
  fromBase64,
  isAdmissible,
  leafHash,
  openCheckpoint,
  parseVerifierKey,
  toHex,
  type Checkpoint,
  type RootLogEntry,
  type VerifierKey,
} from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { listMember, member, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import { isIncluded } from './inclusion.js';
import type { Pins } from './pins.js';

const ASK_AGAIN_MS = 500;
/** A registry publishes a checkpoint every second or so. */
const TIMES_ASKED = 60;

/** The root log as its signed checkpoint proves it; of what the registry says besides, nothing is believed. */
export class RootLog {
  readonly network: Network;

  private constructor(
    private readonly registry: ServiceClient,
    private readonly key: VerifierKey,
    private checkpoint: Checkpoint,
    /** Whether its key was known beforehand, or is the one that the registry names. */
    readonly pinned: boolean,
  ) {
    this.network = new Network(key.name.replace(/\/root$/, ''));
  }

  /** @throws Failure when the registry cannot show that this root log is signed, or is the pinned one */
  static async open(registry: ServiceClient, pins: Pins): Promise<RootLog> {
    const genesis = await registry.ask('/v1/root/genesis');
    const named = pins.rootLogKey ?? textMember(genesis, 'logKey') ?? '';
    const key = parseVerifierKey(named);
    if (!key.ok) throw unproven(`${registry.url} names no verifier key of the root log.`);
    const bytes = fromBase64(textMember(genesis, 'entry') ?? '');
    const leaf = bytes && toHex(leafHash(bytes));
    if (pins.genesis !== undefined && pins.genesis !== leaf)
      throw unproven(`The genesis entry of ${registry.url} is ${leaf ?? 'missing'}, not the pinned one.`);
    const checkpoint = await published(registry, key.value);
    const log = new RootLog(registry, key.value, checkpoint, pins.rootLogKey !== undefined);
    if (pins.network !== undefined && pins.network !== log.network.name)
      throw unproven(`${registry.url} is of the network ${log.network.name}, not of ${pins.network}.`);
    // The tree that is signed begins with the entry that is pinned.
    if (pins.genesis !== undefined) await log.entry(0);
    return log;
  }

  /** The entry at an index, proved to be in the published tree; waits for a tree that holds it. @throws Failure */
  async entry(index: number): Promise<RootLogEntry> {
    for (let asked = 1; this.checkpoint.size <= index; asked += 1) {
      if (asked > TIMES_ASKED)
        throw unproven(`No published root checkpoint covers entry ${index} of the root log yet.`);
      await sleep(ASK_AGAIN_MS);
      this.checkpoint = await published(this.registry, this.key);
    }
    const page = await this.registry.ask('/v1/root/entries', { query: { from: index, limit: 1 } });
    const [found] = listMember(page, 'entries').filter((one) => member(one, 'index') === index);
    const bytes = fromBase64(textMember(found, 'entry') ?? '');
    const decoded = bytes && decodeRootLogEntry(bytes);
    if (bytes === undefined || decoded?.ok !== true)
      throw unproven(`${this.registry.url} gives no entry ${index} of the root log.`);
    if (!(await isIncluded(this.registry, { leaf: leafHash(bytes), index }, this.checkpoint)))
      throw unproven(`Entry ${index} is not proved to be in the root log of size ${this.checkpoint.size}.`);
    return decoded.value;
  }
}

async function published(registry: ServiceClient, key: VerifierKey): Promise<Checkpoint> {
  const note = await registry.ask('/v1/root/checkpoint');
  const text = typeof note === 'string' ? note : '';
  const opened = await openCheckpoint(text, [key], nodeSignatures(isAdmissible));
  if (opened.ok) return opened.value;
  const why = opened.problems.map(({ detail }) => detail).join(' ');
  throw unproven(`The published root checkpoint is not signed by the root log: ${why}`);
}

/** Something that was to be proved is not. */
export function unproven(cause: string): Failure {
  return new Failure({
    code: 'root-log-unproven',
    exit: EXIT.unproven,
    cause,
    next: 'Trust nothing of it until its operator has explained it; lodemark doctor looks closer.',
  });
}

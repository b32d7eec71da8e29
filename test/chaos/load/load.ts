import { setTimeout as pause } from 'node:timers/promises';
import { call } from '../../../apps/standalone/src/scenario/api.js';
import type { Journal } from '../journal.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import { SeededChance } from '../seeded-chance.js';
import { within } from '../within.js';
import { Acceptance } from './acceptance.js';
import { Client, resolveUnanswered } from './client.js';
import { Roads } from './roads.js';
import { Sender } from './sender.js';

const CLIENTS = 4;
const PAUSE_MS = 200;
const BATCH = 1_000;
const BATCH_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
const ATTEMPTS = 240;

/** Clients of all facilities, and somebody who collects checkpoints, until they are stopped. */
export class Load {
  readonly acceptance = new Acceptance();
  readonly sender: Sender;
  private readonly clients: Client[] = [];
  private readonly running: Promise<void>[] = [];
  private isOn = true;

  constructor(
    private readonly network: NetworkUnderTest,
    private readonly journal: Journal,
    private readonly seed: number,
  ) {
    this.sender = new Sender((facility) => network.addressesOf(facility));
  }

  start(): void {
    const roads = new Roads(FACILITIES);
    const { journal, sender, acceptance } = this;
    for (const facility of FACILITIES) {
      const signer = this.network.parties.eventSigner(facility, undefined);
      if (signer === undefined) throw new Error(`${facility} does not sign for itself`);
      for (let number = 1; number <= CLIENTS; number += 1) {
        const name = `${facility}-${number}`;
        const chance = SeededChance.of(this.seed, name);
        const parts = { facility, name, signer, chance, roads, journal, sender, acceptance };
        this.clients.push(new Client({ ...parts, pauseMs: PAUSE_MS }));
      }
    }
    this.running.push(...this.clients.map((client) => client.run()), this.batches(), this.looks());
  }

  /** Ends when the last client has its answer or has given up; what is unanswered is left for `resolve`. */
  async stop(): Promise<void> {
    this.isOn = false;
    for (const client of this.clients) client.stop();
    await Promise.all(this.running);
  }

  /** Sends what nobody answered again, once all is healed. */
  async resolve(): Promise<void> {
    const { journal, sender } = this;
    const unanswered = this.clients.flatMap((client) => client.unanswered);
    await resolveUnanswered(unanswered, { journal, sender, attempts: ATTEMPTS });
    sender.close();
  }

  /** A thousand new lots at once, of each facility in turn. */
  private async batches(): Promise<void> {
    for (let turn = 0; this.isOn; turn += 1) {
      await within(BATCH_EVERY_MS, () => !this.isOn);
      const client = this.clients[(turn * CLIENTS) % this.clients.length];
      if (client !== undefined) await client.batch(BATCH);
    }
  }

  /** Keeps every checkpoint that is given out: none may ever be contradicted. */
  private async looks(): Promise<void> {
    const { cluster, rootOrigin } = this.network;
    const addresses = [
      [rootOrigin, `${cluster.registryUrl}/v1/root/checkpoint`],
      ...FACILITIES.map((id) => [id, `${cluster.custodyOf(id)}/v1/logs/${id}/checkpoint`]),
    ];
    while (this.isOn) {
      await Promise.all(addresses.map(([from = '', url = '']) => this.look(from, url)));
      await pause(LOOK_EVERY_MS);
    }
  }

  private async look(from: string, url: string): Promise<void> {
    const answer = await call(url).catch(() => undefined);
    if (answer?.status !== 200) return;
    this.journal.write({ line: 'checkpoint', from, note: String(answer.body) });
  }
}

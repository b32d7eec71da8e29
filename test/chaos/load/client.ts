import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { buildJws, canonicalBytes, payloadDigest, type Signer } from '@lodemark/transparency';
import type { InvokeLine } from '../journal-lines.js';
import type { Journal } from '../journal.js';
import type { SeededChance } from '../seeded-chance.js';
import type { Acceptance } from './acceptance.js';
import { LotsOnHand, type Intent } from './lots-on-hand.js';
import type { Roads } from './roads.js';
import type { Sender, Told } from './sender.js';

export interface ClientParts {
  readonly facility: string;
  readonly name: string;
  readonly signer: Signer;
  readonly chance: SeededChance;
  readonly roads: Roads;
  readonly journal: Journal;
  readonly sender: Sender;
  readonly acceptance: Acceptance;
  /** Longest pause between two operations. */
  readonly pauseMs: number;
}

type Signed = Pick<InvokeLine, 'op' | 'facility' | 'eventId' | 'payloadDigest' | 'jws' | 'expects'>;

const RETRY_MS = 250;

/** A facility's system: says one thing after the other, and asks again where it got no answer. */
export class Client {
  private readonly lots: LotsOnHand;
  /** Without an answer when the client went on or stopped. */
  readonly unanswered: Signed[] = [];
  private isOn = true;

  constructor(private readonly parts: ClientParts) {
    const { facility, name, chance, roads } = parts;
    this.lots = new LotsOnHand(facility, name, chance, roads);
  }

  async run(): Promise<void> {
    const { chance, pauseMs } = this.parts;
    while (this.isOn) {
      await this.perform(this.lots.next());
      await pause(chance.between(0, pauseMs));
    }
  }

  /** Posts one batch of new lots. */
  async batch(size: number): Promise<void> {
    const { facility, journal, sender } = this.parts;
    const all = await Promise.all(Array.from({ length: size }, () => this.sign(this.lots.created())));
    journal.write(...all.map((one) => this.invoke(one)));
    let left = all;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt > 0) journal.write(...left.map(({ op }) => ({ line: 'again' as const, op })));
      const told = await sender.postAll(
        facility,
        left.map(({ jws }) => jws),
      );
      journal.write(...left.map(({ op }, position) => lineOf(op, told[position])));
      left = left.filter((_, position) => told[position]?.kind === 'unknown');
      if (!this.isOn) break;
      if (left.length > 0) await pause(RETRY_MS);
    }
    this.unanswered.push(...left);
  }

  stop(): void {
    this.isOn = false;
  }

  private async perform(intent: Intent): Promise<void> {
    const { facility, chance, journal, sender, acceptance } = this.parts;
    const signed = await this.sign(intent);
    journal.write(this.invoke(signed));
    // Half of those whom nobody answers ask again at once; the others go on and leave it to the end of the run.
    const isPatient = intent.fields['type'] !== 'LotCreated' || chance.isBelow(0.5);
    for (;;) {
      const sentAt = Date.now();
      const told = await sender.post(facility, signed.jws);
      journal.write(lineOf(signed.op, told));
      if (told.kind === 'ok') {
        acceptance.acknowledged(facility, sentAt);
        intent.acknowledged?.(signed);
      }
      if (told.kind !== 'unknown') return;
      if (!isPatient || !this.isOn) break;
      await pause(chance.between(0, 2 * RETRY_MS));
      journal.write({ line: 'again', op: signed.op });
    }
    this.unanswered.push(signed);
    await pause(RETRY_MS);
  }

  private async sign({ fields, eventId = randomUUID(), expects }: Intent): Promise<Signed> {
    const { facility, journal, signer } = this.parts;
    const occurredAt = new Date().toISOString();
    const bytes = canonicalBytes({ v: 1, facility, eventId, occurredAt, ...fields });
    const jws = await buildJws(bytes, signer, 'lodemark-event+jws');
    return {
      op: journal.nextOperation(),
      facility,
      eventId,
      payloadDigest: payloadDigest(bytes),
      jws,
      expects,
    };
  }

  private invoke(signed: Signed): Omit<InvokeLine, 'at'> {
    return { line: 'invoke', client: this.parts.name, ...signed };
  }
}

/** Posts what was left without an answer again, the same bytes, until each is answered or patience ends. */
export async function resolveUnanswered(
  unanswered: readonly Signed[],
  { journal, sender, attempts }: { journal: Journal; sender: Sender; attempts: number },
): Promise<void> {
  for (const { op, facility, jws } of unanswered) {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      journal.write({ line: 'again', op });
      const told = await sender.post(facility, jws);
      journal.write(lineOf(op, told));
      if (told.kind !== 'unknown') break;
      await pause(RETRY_MS);
    }
  }
}

function lineOf(op: number, told: Told | undefined) {
  switch (told?.kind) {
    case 'ok':
      return { line: 'ok' as const, op, receipt: told.receipt, signedReceipt: told.signedReceipt };
    case 'fail': {
      const { status, code, conflict } = told;
      return { line: 'fail' as const, op, status, code, ...(conflict === undefined ? {} : { conflict }) };
    }
    default: {
      const status = told?.status;
      const why = told?.why ?? 'no answer';
      return { line: 'info' as const, op, why, ...(status === undefined ? {} : { status }) };
    }
  }
}

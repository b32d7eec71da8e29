import { Pause } from '../pause.js';
import {
  admissionOf,
  admitAll,
  type Admission,
  type ClusterUsers,
  type ServedFacility,
} from './admission.js';
import type { KafkaAdministration } from './kafka-administration.js';

export interface AdmissionRoundsPorts {
  readonly administration: KafkaAdministration;
  readonly users: ClusterUsers;
  /** The facilities that are registered now, all of them. */
  readonly facilities: () => Promise<readonly ServedFacility[]>;
}

export interface KeepingUp {
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly onAdmitted: (admission: Admission) => void;
  /** Told of each round that failed. */
  readonly onTrouble: (error: unknown) => void;
}

/** Milliseconds after which all is made again though nothing changed: the cluster may have been lost meanwhile. */
const RENEWAL_MS = 30_000;

/** The network administrator's job: sees to it, round by round, that topics and access rules are as registered. */
export class AdmissionRounds {
  private made = '';
  private madeAt = 0;

  constructor(private readonly ports: AdmissionRoundsPorts) {}

  /** One round. Undefined when nothing had to be changed. @throws whatever registry or brokers are in trouble with */
  async once(): Promise<Admission | undefined> {
    const { administration, users, facilities } = this.ports;
    const admission = admissionOf(users, await facilities());
    const wanted = JSON.stringify([[...admission.operators], admission.strangers]);
    const isNew = wanted !== this.made;
    if (!isNew && performance.now() - this.madeAt < RENEWAL_MS) return undefined;
    await admitAll(administration, users, admission);
    this.made = wanted;
    this.madeAt = performance.now();
    return isNew ? admission : undefined;
  }

  /** Round after round until it is told to end. */
  async keepUp({ everyMs, signal, onAdmitted, onTrouble }: KeepingUp): Promise<void> {
    const pause = new Pause();
    while (!signal.aborted) {
      try {
        const admission = await this.once();
        if (admission !== undefined) onAdmitted(admission);
      } catch (error) {
        onTrouble(error);
      }
      await pause.wait(everyMs, signal);
    }
  }
}

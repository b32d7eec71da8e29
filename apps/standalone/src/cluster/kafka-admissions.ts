import { createWriteStream, type WriteStream } from 'node:fs';
import { AdmissionRounds, KafkaAdministration, type ServedFacility } from '@lodemark/feed';
import { allFacilities, custodyUrlOf } from './facilities.js';
import { member } from '../scenario/api.js';

/** Who comes to the cluster's Kafka, and as whom. */
export const KAFKA_USERS = { registry: 'registry', provenance: 'provenance' } as const;

export interface AdmissionsOptions {
  /** Brokers, as whoever administers them reaches them. */
  readonly brokers: readonly string[];
  readonly logFile: string;
}

const EVERY_MS = 1_000;

/**
 * The network administrator's job on a cluster's own Kafka: the registry and provenance are let in before they start,
 * and each operator as its facilities are registered.
 */
export class KafkaAdmissions {
  private readonly administration: KafkaAdministration;
  private readonly ending = new AbortController();
  private readonly log: WriteStream;
  private running: Promise<void> = Promise.resolve();

  private constructor({ brokers, logFile }: AdmissionsOptions) {
    this.administration = new KafkaAdministration({ brokers, clientId: 'lodemark-admissions' });
    this.log = createWriteStream(logFile, { flags: 'a' });
  }

  /** Lets in the services that every network has. */
  static async open(options: AdmissionsOptions): Promise<KafkaAdmissions> {
    const admissions = new KafkaAdmissions(options);
    await admissions.rounds(new Map(), () => Promise.resolve([])).once();
    return admissions;
  }

  /** From here on follows what is registered; users are given by the addresses of their custody services. */
  follow(registryUrl: string, custody: ReadonlyMap<string, string>): void {
    this.running = this.rounds(custody, () => registered(registryUrl)).keepUp({
      everyMs: EVERY_MS,
      signal: this.ending.signal,
      onAdmitted: ({ operators, strangers }) =>
        this.say({ operators: Object.fromEntries(operators), strangers }),
      onTrouble: (error) => this.say({ trouble: String(error) }),
    });
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
    await this.administration.close();
    this.log.end();
  }

  private rounds(
    custody: ReadonlyMap<string, string>,
    facilities: () => Promise<readonly ServedFacility[]>,
  ): AdmissionRounds {
    const { registry, provenance } = KAFKA_USERS;
    const users = { registry, provenance: [provenance], custody };
    return new AdmissionRounds({ administration: this.administration, users, facilities });
  }

  private say(what: object): void {
    this.log.write(`${JSON.stringify({ time: new Date().toISOString(), ...what })}\n`);
  }
}

async function registered(registryUrl: string): Promise<readonly ServedFacility[]> {
  const facilities = await allFacilities(registryUrl);
  return facilities.map((one) => ({
    facility: String(member(one, 'facility')),
    custodyUrl: custodyUrlOf(one),
  }));
}

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster, OPERATORS } from '../../../apps/standalone/src/cluster/cluster.js';
import { drivenCluster } from '../../../apps/standalone/src/cluster/driven.js';
import type { Supervised } from '../../../apps/standalone/src/cluster/supervised.js';
import { Parties } from '../../../apps/standalone/src/scenario/parties.js';
import type { TestKafka } from '../../support/test-kafka.js';
import type { Undoing } from '../undoing.js';
import { CommitProxy } from './commit-proxy.js';
import { DatabaseServer } from './database-server.js';
import type { Disk } from './disk.js';

export const FACILITIES = OPERATORS;
export type FacilityId = (typeof FACILITIES)[number];

const PREFIX = 'chaos';
const NAME = 'chaos.lodemark.example';

export interface NetworkOptions {
  readonly folder: string;
  readonly disk: Disk;
  readonly kafka: TestKafka | undefined;
  /** Told how to stop what was started, also when the rest does not start. */
  readonly undoing: Undoing;
}

interface Parts {
  readonly cluster: Cluster;
  readonly parties: Parties;
  readonly postgres: DatabaseServer;
  readonly proxy: CommitProxy;
  readonly disk: Disk;
  readonly kafka: TestKafka | undefined;
}

/** A whole network of real processes, with a hand on everything that can be broken. */
export class NetworkUnderTest {
  /** Custody processes beside the first, by facility. */
  readonly further = new Map<string, string>();
  kafka: TestKafka | undefined;

  private constructor(private readonly parts: Parts) {
    this.kafka = parts.kafka;
  }

  static async start({ folder, disk, kafka, undoing }: NetworkOptions): Promise<NetworkUnderTest> {
    await mkdir(folder, { recursive: true });
    const log = createWriteStream(join(folder, 'postgres.log'), { flags: 'a' });
    const postgres = await DatabaseServer.start(disk.folder, (line) => log.write(`${line}\n`));
    undoing.add(() => postgres.stop());
    const proxy = await CommitProxy.before(() => postgres.port);
    undoing.add(() => proxy.close());
    const url = new URL(postgres.adminUrl);
    url.port = String(proxy.port);
    const cluster = await Cluster.start({
      ...{ folder, name: NAME, adminUrl: url.href, prefix: PREFIX },
      ...(kafka === undefined ? {} : { kafka: { KAFKA_BROKERS: kafka.brokers.join(',') } }),
    });
    undoing.add(() => cluster.stop());
    const parties = new Parties(drivenCluster(cluster, new Date()));
    for (const facility of FACILITIES) await admit(parties, facility);
    await cluster.settle();
    return new NetworkUnderTest({ cluster, parties, postgres, proxy, disk, kafka });
  }

  get cluster(): Cluster {
    return this.parts.cluster;
  }

  /** Who signs the facilities' events. */
  get parties(): Parties {
    return this.parts.parties;
  }

  get postgres(): DatabaseServer {
    return this.parts.postgres;
  }

  /** Between all services and Postgres. */
  get proxy(): CommitProxy {
    return this.parts.proxy;
  }

  get disk(): Disk {
    return this.parts.disk;
  }

  get name(): string {
    return NAME;
  }

  service(name: string): Supervised {
    const found = this.cluster.services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`the network has no service ${name}`);
    return found;
  }

  /** Where a facility's clients may post. */
  addressesOf(facility: string): readonly string[] {
    const further = this.further.get(facility);
    return [this.cluster.custodyOf(facility), ...(further === undefined ? [] : [further])];
  }

  /** Name of a service's database, as `Cluster` gives it. */
  databaseOf(service: string): string {
    return `${PREFIX}_${service.replaceAll('-', '_')}`;
  }

  originOf(facility: string): string {
    return `${NAME}/log/${facility}`;
  }

  get rootOrigin(): string {
    return `${NAME}/root`;
  }
}

/** An invented organization with one facility that signs for itself. */
async function admit(parties: Parties, facility: FacilityId): Promise<void> {
  await parties.organization(
    facility,
    { legalName: `${facility} (invented)`, kind: 'operator', incorporatedIn: 'CA' },
    false,
  );
  await parties.facility(
    facility,
    {
      organization: facility,
      name: `${facility} (invented)`,
      country: 'CA',
      steps: [{ step: 'SPLIT' }],
      operating: { from: '2020-01-01' },
    },
    'own',
  );
}

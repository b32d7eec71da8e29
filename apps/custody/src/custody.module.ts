import { Network } from '@lodemark/domain';
import { Ledger, LedgerReader, LogKeeping, ledgerPool, verifyDurability, verifyRole } from '@lodemark/ledger';
import {
  createServiceApp,
  createTokenVerifier,
  HEALTH,
  HealthFailure,
  KeyVault,
  METRICS,
  mountOpenApi,
  nodeSignatures,
  SHUTDOWN,
  systemClock,
  type HealthRegistry,
  type Metrics,
  type Shutdown,
} from '@lodemark/platform';
import { isAdmissible, parseVerifierKey, readJson } from '@lodemark/transparency';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Pool } from 'pg';
import {
  DEFAULT_LIMITS,
  type Custody,
  type CustodyConfig,
  type CustodyLimits,
  type CustodyPorts,
} from './custody.js';
import { DisclosuresController } from './documents/disclosures.controller.js';
import { Disclosures } from './documents/disclosures.js';
import { DocumentStore } from './documents/document-store.js';
import { DocumentsController } from './documents/documents.controller.js';
import { ClerkSigner } from './events/clerk-signer.js';
import { DoorKeeper } from './events/door-keeper.js';
import { EventCounts } from './events/event-counts.js';
import { EventsController } from './events/events.controller.js';
import { FacilityLogs } from './events/facility-logs.js';
import { FindEventHandler, LogAccess } from './events/find-event.js';
import { PostEventsHandler } from './events/post-events.js';
import { FacilitiesController, OpenFacilityHandler } from './facilities/facilities.controller.js';
import { HeldKeys } from './facilities/held-keys.js';
import { LogsController } from './logs/logs.controller.js';
import { CheckpointPublisher } from './logs/publish-checkpoints.js';
import { FindLotHandler, ListLotsHandler } from './lots/find-lots.js';
import { LotsController } from './lots/lots.controller.js';
import { LIMITS } from './ports.js';
import { RootFollower } from './root/follow-root.js';
import { RootReader } from './root/root-reader.js';
import { RootRegister } from './root/root-register.js';
import { Rounds } from './rounds.js';

const SIGNATURES = nodeSignatures(isAdmissible);

/** Everything with a life of its own, made once and handed to whoever needs it. */
class Parts {
  readonly pool: Pool;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly reader: LedgerReader;
  readonly keys: HeldKeys;
  readonly register: RootRegister;
  readonly root: RootFollower;
  readonly publisher: CheckpointPublisher;
  readonly limits: CustodyLimits;

  constructor(
    readonly config: CustodyConfig,
    readonly ports: CustodyPorts,
  ) {
    const clock = ports.clock ?? systemClock;
    this.limits = { ...DEFAULT_LIMITS, ...config.limits };
    this.pool = ledgerPool({ connectionString: config.databaseUrl });
    this.pool.on('error', (err) => {
      ports.logger.warn({ err }, 'idle database connection lost');
    });
    this.network = new Network(config.network);
    this.ledger = new Ledger({ pool: this.pool, clock });
    this.reader = new LedgerReader({ pool: this.pool });
    this.keys = new HeldKeys(this.pool, new KeyVault(config.keyEncryption));
    this.register = new RootRegister(this.pool);
    const { pool, ledger, reader, network, keys } = this;
    const rootKey = parseVerifierKey(config.rootLogKey);
    if (!rootKey.ok) throw new Error(`rootLogKey: ${rootKey.problems.map(({ detail }) => detail).join(' ')}`);
    const rootReader = new RootReader(config.registryUrl, rootKey.value, SIGNATURES);
    this.root = new RootFollower(pool, rootReader, { ledger, reader, network }, config.genesis);
    const keeping = new LogKeeping({ pool });
    this.publisher = new CheckpointPublisher(pool, { reader, keeping, network, keys }, config);
  }
}

@Module({})
class CustodyModule {
  static of(parts: Parts): DynamicModule {
    return {
      module: CustodyModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        EventsController,
        LotsController,
        LogsController,
        FacilitiesController,
        DocumentsController,
        DisclosuresController,
      ],
      providers: providers(parts),
    };
  }
}

function providers(parts: Parts): Provider[] {
  const { config, ports, pool, ledger, network, reader, keys, register, limits } = parts;
  const clock = ports.clock ?? systemClock;
  const { depth } = limits;
  return [
    { provide: LIMITS, useValue: limits },
    { provide: RootRegister, useValue: register },
    { provide: LogAccess, useValue: new LogAccess(reader, network, keys, clock) },
    { provide: DocumentStore, useValue: new DocumentStore(pool, config.documentFolder) },
    { provide: Disclosures, useValue: new Disclosures(pool) },
    { provide: DoorKeeper, useValue: new DoorKeeper(register, SIGNATURES, clock) },
    { provide: ClerkSigner, useValue: new ClerkSigner(keys, config.pseudonymSecret, depth) },
    { provide: FacilityLogs, useValue: new FacilityLogs({ ledger, network, keys }, depth) },
    { provide: OpenFacilityHandler, useValue: new OpenFacilityHandler(keys, { ledger, network }) },
    { provide: EventCounts, useFactory: (metrics: Metrics) => new EventCounts(metrics), inject: [METRICS] },
    PostEventsHandler,
    FindEventHandler,
    ListLotsHandler,
    FindLotHandler,
  ];
}

/** Puts the service together around its parts; closing the app drains the ledger and ends the pool. */
export async function assembleCustody(config: CustodyConfig, ports: CustodyPorts): Promise<Custody> {
  const parts = new Parts(config, ports);
  const app = await createServiceApp(CustodyModule.of(parts), {
    service: 'custody',
    logger: ports.logger,
    readJson: (bytes) => readJson(bytes, { depth: parts.limits.depth }),
    tokens: ports.tokens ?? createTokenVerifier(config.issuers),
    bodyLimit: parts.limits.bodyBytes,
    ...(ports.clock === undefined ? {} : { clock: ports.clock }),
    ...(config.rateLimit === undefined ? {} : { rateLimit: config.rateLimit }),
  });
  mountOpenApi(app, {
    title: 'Lodemark custody',
    version: '1',
    description: 'Where the facilities of one operator post custody events and read what they recorded.',
  });
  const rounds = new Rounds(parts.root, parts.publisher, ports.logger);
  addHealth(app, parts);
  endWith(app, parts, rounds);
  rounds.start(config.roundMs ?? 1_000);
  return { app, flush: () => parts.publisher.publish(), syncRoot: () => parts.root.sync() };
}

function addHealth(app: NestFastifyApplication, { pool, root }: Parts): void {
  const health = app.get<HealthRegistry>(HEALTH);
  health.add({
    name: 'database',
    timeoutMs: 2_000,
    probes: ['ready', 'startup'],
    check: async () => {
      await pool.query('SELECT 1');
      return undefined;
    },
  });
  health.add({
    name: 'durability',
    timeoutMs: 2_000,
    probes: ['ready'],
    check: async () => {
      const faults = [...(await verifyDurability(pool)), ...(await verifyRole(pool))];
      if (faults.length > 0) throw new HealthFailure(faults.join('; '));
      return undefined;
    },
  });
  health.add({
    name: 'root-log',
    timeoutMs: 2_000,
    probes: ['ready', 'startup'],
    check: () => {
      if (root.verifiedSize === 0) return Promise.reject(new HealthFailure('the root log was not read yet'));
      return Promise.resolve({ verifiedSize: root.verifiedSize });
    },
  });
}

function endWith(app: NestFastifyApplication, { pool, ledger }: Parts, rounds: Rounds): void {
  const shutdown = app.get<Shutdown>(SHUTDOWN);
  shutdown.onStop('database', () => pool.end());
  shutdown.onStop('ledger', () => ledger.drain());
  shutdown.onStop('rounds', () => rounds.stop());
}

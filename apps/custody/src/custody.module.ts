import { Network } from '@lodemark/domain';
import { Ledger, LedgerReader, LogKeeping } from '@lodemark/ledger';
import { KeyVault, METRICS, nodeSignatures, RateLimiter, type Metrics } from '@lodemark/platform';
import { isAdmissible, type VerifierKey } from '@lodemark/transparency';
import type { LogSigner } from '@lodemark/witness';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { DEFAULT_EVENT_RATE, type CustodyConfig, type CustodyLimits } from './custody-config.js';
import { custodyMetrics } from './custody-metrics.js';
import { DisclosuresController } from './documents/disclosures.controller.js';
import { Disclosures } from './documents/disclosures.js';
import { DocumentStore } from './documents/document-store.js';
import { DocumentsController } from './documents/documents.controller.js';
import { RecordAccess } from './documents/record-access.js';
import { ClerkSigner } from './events/clerk-signer.js';
import { DoorKeeper } from './events/door-keeper.js';
import { EventsController } from './events/events.controller.js';
import { FacilityLogs } from './events/facility-logs.js';
import { FindEventHandler } from './events/find-event.js';
import { Intake } from './events/intake.js';
import { PostEventsHandler } from './events/post-events.js';
import { FacilitiesController } from './facilities/facilities.controller.js';
import { HeldKeys } from './facilities/held-keys.js';
import { OpenFacilityHandler } from './facilities/open-facility.js';
import { CheckpointSigning } from './logs/checkpoint-signing.js';
import { CheckpointHandIn } from './logs/hand-in-checkpoints.js';
import { LogAccess } from './logs/log-access.js';
import { LogFollowing } from './logs/log-following.js';
import { LogRecovery, SignedTrees } from './logs/log-recovery.js';
import { LogStandings } from './logs/log-standings.js';
import { LogTilesController } from './logs/log-tiles.controller.js';
import { LogsController } from './logs/logs.controller.js';
import { OwnSignatures } from './logs/own-signatures.js';
import { RecoveryController } from './logs/recovery.controller.js';
import { CheckpointPublisher } from './logs/publish-checkpoints.js';
import { FindLotHandler, ListLotsHandler } from './lots/find-lots.js';
import { LotHistories } from './lots/lot-histories.js';
import { LotsController } from './lots/lots.controller.js';
import { PermittedSteps } from './lots/permitted-steps.js';
import {
  CONFIG,
  CUSTODY_METRICS,
  DATABASE,
  EVENT_RATE_LIMITER,
  LIMITS,
  LOG_SIGNER,
  ROOT_LOG_KEY,
  SIGNATURES,
} from './ports.js';
import { RegistryCheckpoints } from './registry/registry-checkpoints.js';
import { RegistryHttp } from './registry/registry-http.js';
import { RootFollower } from './root/follow-root.js';
import { RootCursor } from './root/root-cursor.js';
import { RootReader } from './root/root-reader.js';
import { RootRegister } from './root/root-register.js';
import { VerifiedRootNotes } from './root/verified-root-notes.js';
import { Rounds } from './rounds.js';

/** What is opened before the service is put together. */
export interface OpenedCustody {
  readonly config: CustodyConfig;
  readonly limits: CustodyLimits;
  readonly vault: KeyVault;
  readonly pool: Pool;
  readonly rootLogKey: VerifierKey;
  readonly network: Network;
  readonly ledger: Ledger;
  readonly reader: LedgerReader;
  readonly keeping: LogKeeping;
  /** Without one a restored backup would be signed as if nothing had been. */
  readonly signer: LogSigner | undefined;
}

const CONTROLLERS = [
  DisclosuresController,
  DocumentsController,
  EventsController,
  FacilitiesController,
  LogsController,
  LogTilesController,
  LotsController,
  RecoveryController,
];

const HANDLERS = [FindEventHandler, FindLotHandler, ListLotsHandler, OpenFacilityHandler, PostEventsHandler];

const SERVICES = [
  CheckpointHandIn,
  CheckpointPublisher,
  CheckpointSigning,
  ClerkSigner,
  Disclosures,
  DocumentStore,
  DoorKeeper,
  FacilityLogs,
  HeldKeys,
  Intake,
  LogAccess,
  LogFollowing,
  LogRecovery,
  LogStandings,
  LotHistories,
  OwnSignatures,
  PermittedSteps,
  RecordAccess,
  RegistryCheckpoints,
  RegistryHttp,
  RootCursor,
  RootFollower,
  RootReader,
  RootRegister,
  Rounds,
  SignedTrees,
  VerifiedRootNotes,
];

/** The custody service: the one place where its parts meet. */
@Module({})
export class CustodyModule {
  static over(opened: OpenedCustody): DynamicModule {
    return {
      module: CustodyModule,
      imports: [CqrsModule.forRoot()],
      controllers: CONTROLLERS,
      providers: [...HANDLERS, ...SERVICES, ...given(opened)],
    };
  }
}

function given(opened: OpenedCustody): Provider[] {
  return [
    { provide: CONFIG, useValue: opened.config },
    { provide: LIMITS, useValue: opened.limits },
    { provide: DATABASE, useValue: opened.pool },
    { provide: ROOT_LOG_KEY, useValue: opened.rootLogKey },
    { provide: SIGNATURES, useValue: nodeSignatures(isAdmissible) },
    { provide: KeyVault, useValue: opened.vault },
    { provide: Network, useValue: opened.network },
    { provide: Ledger, useValue: opened.ledger },
    { provide: LedgerReader, useValue: opened.reader },
    { provide: LogKeeping, useValue: opened.keeping },
    { provide: LOG_SIGNER, useValue: opened.signer ?? null },
    {
      provide: EVENT_RATE_LIMITER,
      useFactory: () => new RateLimiter(opened.config.eventRate ?? DEFAULT_EVENT_RATE),
    },
    {
      provide: CUSTODY_METRICS,
      useFactory: (metrics: Metrics) => custodyMetrics(metrics),
      inject: [METRICS],
    },
  ];
}

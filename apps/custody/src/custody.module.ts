import { Network } from '@lodemark/domain';
import { Ledger, LedgerReader, LogKeeping } from '@lodemark/ledger';
import { KeyVault, nodeSignatures } from '@lodemark/platform';
import { isAdmissible, type VerifierKey } from '@lodemark/transparency';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import type { CustodyConfig, CustodyLimits } from './custody-config.js';
import { DisclosuresController } from './documents/disclosures.controller.js';
import { Disclosures } from './documents/disclosures.js';
import { DocumentStore } from './documents/document-store.js';
import { DocumentsController } from './documents/documents.controller.js';
import { ClerkSigner } from './events/clerk-signer.js';
import { DoorKeeper } from './events/door-keeper.js';
import { EventCounts } from './events/event-counts.js';
import { EventsController } from './events/events.controller.js';
import { FacilityLogs } from './events/facility-logs.js';
import { FindEventHandler } from './events/find-event.js';
import { PostEventsHandler } from './events/post-events.js';
import { FacilitiesController } from './facilities/facilities.controller.js';
import { HeldKeys } from './facilities/held-keys.js';
import { OpenFacilityHandler } from './facilities/open-facility.js';
import { LogAccess } from './logs/log-access.js';
import { LogsController } from './logs/logs.controller.js';
import { CheckpointPublisher } from './logs/publish-checkpoints.js';
import { FindLotHandler, ListLotsHandler } from './lots/find-lots.js';
import { LotsController } from './lots/lots.controller.js';
import { CONFIG, DATABASE, LIMITS, ROOT_LOG_KEY, SIGNATURES } from './ports.js';
import { RootFollower } from './root/follow-root.js';
import { RootReader } from './root/root-reader.js';
import { RootRegister } from './root/root-register.js';
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
}

const CONTROLLERS = [
  DisclosuresController,
  DocumentsController,
  EventsController,
  FacilitiesController,
  LogsController,
  LotsController,
];

const HANDLERS = [FindEventHandler, FindLotHandler, ListLotsHandler, OpenFacilityHandler, PostEventsHandler];

const SERVICES = [
  CheckpointPublisher,
  ClerkSigner,
  Disclosures,
  DocumentStore,
  DoorKeeper,
  EventCounts,
  FacilityLogs,
  HeldKeys,
  LogAccess,
  RootFollower,
  RootReader,
  RootRegister,
  Rounds,
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
  ];
}

import { Network } from '@lodemark/domain';
import { LedgerReader, LogKeeping, RootLog } from '@lodemark/ledger';
import { METRICS, nodeSignatures, type Metrics } from '@lodemark/platform';
import { isAdmissible } from '@lodemark/transparency';
import type { LogSigner } from '@lodemark/witness';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { CertificatesController } from './certificates/certificates.controller.js';
import { CertifiedDocuments } from './certificates/certified-documents.js';
import { FindDocumentHandler, RecordDocumentHandler } from './certificates/record-document.js';
import { CheckpointAuthenticity } from './checkpoints/checkpoint-authenticity.js';
import { CheckpointRegister } from './checkpoints/checkpoint-register.js';
import { CheckpointsController } from './checkpoints/checkpoints.controller.js';
import { FindLastCheckpointHandler } from './checkpoints/find-last-checkpoint.js';
import { HandInCheckpointHandler } from './checkpoints/hand-in-checkpoint.js';
import { LogKeys } from './checkpoints/log-keys.js';
import { FacilitiesController } from './facilities/facilities.controller.js';
import { FindFacilityHandler, ListFacilitiesHandler } from './facilities/find-facility.js';
import { FindKeyHandler } from './keys/find-key.js';
import { KeysController } from './keys/keys.controller.js';
import { LogFaultsController } from './log-faults/log-faults.controller.js';
import { LogFaults } from './log-faults/log-faults.js';
import { ReportLogFaultHandler } from './log-faults/report-log-fault.js';
import { NetworkKeys } from './network-keys.js';
import { FindOrganizationHandler, ListOrganizationsHandler } from './organizations/find-organization.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import {
  FindPolicyDocumentHandler,
  KeepPolicyDocumentHandler,
  ListPoliciesHandler,
} from './policies/policies.js';
import { ApprovePolicyHandler, PolicyApprovals } from './policies/policy-approvals.js';
import { PoliciesController } from './policies/policies.controller.js';
import { PolicyDocuments } from './policies/policy-documents.js';
import { DATABASE, LOG_SIGNER, PUBLISHED_POLICY, SIGNATURES, WITNESSES } from './ports.js';
import { Register } from './register/register.js';
import { REGISTRY_METRICS, registryMetrics } from './registry-metrics.js';
import { FindHorizonHandler } from './root-log/find-horizon.js';
import { GENESIS, type Genesis } from './root-log/genesis.js';
import {
  ProveConsistencyHandler,
  ProveInclusionHandler,
  ReadCheckpointHandler,
  ReadEntriesHandler,
  ReadTileHandler,
} from './root-log/read-root-log.js';
import { publishedPolicy, type RootWitnesses } from './root-log/vouching.js';
import { RootLogController } from './root-log/root-log.controller.js';
import { RootRecoveryController } from './recovery/root-recovery.controller.js';
import { ReturnedEntries } from './recovery/returned-entries.js';
import { RootRecovery } from './recovery/root-recovery.js';
import { RootPublisher } from './rounds/root-publisher.js';
import { RootSigning } from './rounds/root-signing.js';
import { RoundTimer } from './rounds/round-timer.js';
import { Rounds } from './rounds/rounds.js';
import { MakeStatementHandler } from './statements/make-statement.js';
import { StatementDesk } from './statements/statement-desk.js';
import { StatementLog } from './statements/statement-log.js';
import { StatementReceipts } from './statements/statement-receipts.js';
import { StatementsController } from './statements/statements.controller.js';
import { TakeStatementHandler } from './statements/take-statement.js';

/** What is opened before the service is put together. */
export interface OpenedRootLog {
  readonly network: Network;
  readonly keys: NetworkKeys;
  readonly genesis: Genesis;
  readonly pool: Pool;
  readonly rootLog: RootLog;
  readonly reader: LedgerReader;
  readonly keeping: LogKeeping;
  /** Without one a restored backup would be signed as if nothing had been. */
  readonly signer: LogSigner | undefined;
  /** Without any, checkpoints are published on the log's signature alone. */
  readonly witnesses: RootWitnesses | undefined;
}

const CONTROLLERS = [
  CertificatesController,
  CheckpointsController,
  FacilitiesController,
  KeysController,
  LogFaultsController,
  OrganizationsController,
  PoliciesController,
  RootLogController,
  RootRecoveryController,
  StatementsController,
];

const HANDLERS = [
  ApprovePolicyHandler,
  FindDocumentHandler,
  FindFacilityHandler,
  FindHorizonHandler,
  FindKeyHandler,
  FindLastCheckpointHandler,
  FindOrganizationHandler,
  FindPolicyDocumentHandler,
  HandInCheckpointHandler,
  KeepPolicyDocumentHandler,
  ListFacilitiesHandler,
  ListOrganizationsHandler,
  ListPoliciesHandler,
  MakeStatementHandler,
  ProveConsistencyHandler,
  ProveInclusionHandler,
  ReadCheckpointHandler,
  ReadEntriesHandler,
  ReadTileHandler,
  RecordDocumentHandler,
  ReportLogFaultHandler,
  TakeStatementHandler,
];

const SERVICES = [
  CertifiedDocuments,
  CheckpointAuthenticity,
  CheckpointRegister,
  LogFaults,
  LogKeys,
  PolicyApprovals,
  PolicyDocuments,
  Register,
  ReturnedEntries,
  RootPublisher,
  RootRecovery,
  RootSigning,
  Rounds,
  RoundTimer,
  StatementDesk,
  StatementLog,
  StatementReceipts,
];

/** The registry: the one place where its parts meet. */
@Module({})
export class RegistryModule {
  static over(opened: OpenedRootLog): DynamicModule {
    return {
      module: RegistryModule,
      imports: [CqrsModule.forRoot()],
      controllers: CONTROLLERS,
      providers: [...HANDLERS, ...SERVICES, ...given(opened)],
    };
  }
}

function given(opened: OpenedRootLog): Provider[] {
  return [
    { provide: Network, useValue: opened.network },
    { provide: NetworkKeys, useValue: opened.keys },
    { provide: GENESIS, useValue: opened.genesis },
    { provide: DATABASE, useValue: opened.pool },
    { provide: RootLog, useValue: opened.rootLog },
    { provide: LedgerReader, useValue: opened.reader },
    { provide: LogKeeping, useValue: opened.keeping },
    { provide: LOG_SIGNER, useValue: opened.signer ?? null },
    { provide: WITNESSES, useValue: opened.witnesses?.collector ?? null },
    {
      provide: PUBLISHED_POLICY,
      useValue: publishedPolicy(opened.keys.logKeyText, opened.witnesses),
    },
    { provide: SIGNATURES, useValue: nodeSignatures(isAdmissible) },
    {
      provide: REGISTRY_METRICS,
      useFactory: (metrics: Metrics) => registryMetrics(metrics),
      inject: [METRICS],
    },
  ];
}

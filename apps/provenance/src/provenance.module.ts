import { METRICS, type Metrics } from '@lodemark/platform';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Access } from './access/access.js';
import { Bundles } from './certificates/bundles.js';
import {
  CERTIFICATE_CONTROLLERS,
  certificateProviders,
  type OpenedForCertificates,
} from './certificates/certificate-providers.js';
import { HeadsProofs } from './heads/heads-proofs.js';
import { FindMassBalanceHandler } from './balance/find-mass-balance.js';
import { POOL } from './database/pool.js';
import { Closure } from './evidence/closure.js';
import { Dossiers } from './evidence/dossier.js';
import { EvidenceOfLot } from './evidence/evidence-of-lot.js';
import { RootStatements } from './evidence/root-statements.js';
import { StoredEntries } from './evidence/stored-entries.js';
import {
  FindOrganizationHandler,
  ListFacilitiesHandler,
  ListPoliciesHandler,
} from './facilities/root-queries.js';
import { RootViewsController } from './facilities/root-views.controller.js';
import type { Alarms } from './ingest/alarms.js';
import { Horizons } from './horizon/horizons.js';
import { FindInboundHandler } from './inbound/find-inbound.js';
import { InboundDispatches } from './inbound/inbound-dispatches.js';
import { InboundController } from './inbound/inbound.controller.js';
import { FindKeptEntriesHandler } from './kept-logs/find-kept-entries.js';
import { KeptEntries } from './kept-logs/kept-entries.js';
import { KeptLogsController } from './kept-logs/kept-logs.controller.js';
import { KeptRootController } from './kept-logs/kept-root.controller.js';
import { KeptRoot } from './kept-logs/kept-root.js';
import { FindLineageHandler } from './lineage/lineage-queries.js';
import { LotIndex } from './lots/lot-index.js';
import { FindLotHandler, FindLotsHandler } from './lots/lot-queries.js';
import { LotsController } from './lots/lots.controller.js';
import { PolicyDocuments } from './policies/policy-documents.js';
import {
  BeginSimulationHandler,
  CancelSimulationHandler,
  FindSimulationHandler,
} from './policies/simulate.js';
import { SimulationRuns } from './policies/simulation-runs.js';
import { SimulationsController } from './policies/simulations.controller.js';
import { DEFAULT_POLICY, NETWORK } from './ports.js';
import { PROVENANCE_METRICS, provenanceMetrics } from './provenance-metrics.js';
import { Rejudgements } from './rejudging/rejudgements.js';
import { FindRootSharesHandler } from './shares/find-root-shares.js';
import { LogCursors } from './status/log-cursors.js';
import { BeginRebuildHandler, FindRebuildHandler } from './status/rebuild-commands.js';
import { RebuildController } from './status/rebuild.controller.js';
import { MAINTENANCE, RebuildRuns, type Maintenance } from './status/rebuild-runs.js';
import { FindLatestHorizonHandler, FindParkedHandler } from './status/status-queries.js';
import { StatusController } from './status/status.controller.js';
import { FindTimelineHandler } from './timeline/find-timeline.js';
import { AskVerdictHandler } from './verdicts/ask-verdict.js';
import { FindCuresHandler } from './verdicts/find-cures.js';
import { FindDifferenceHandler } from './verdicts/find-difference.js';
import { FindVerdictHandler } from './verdicts/find-verdict.js';
import { FindVerdictsHandler } from './verdicts/find-verdicts.js';
import { Judging, type JudgingPorts } from './verdicts/judging.js';
import { LotVerdictsController } from './verdicts/lot-verdicts.controller.js';
import { VerdictStore } from './verdicts/verdict-store.js';
import { VerdictsController } from './verdicts/verdicts.controller.js';

/** What is opened before the service is put together. */
export interface OpenedProvenance extends OpenedForCertificates {
  readonly root: RootStatements;
  readonly maintenance: Maintenance;
  readonly defaultPolicy: string;
  readonly alarms: Alarms;
  readonly apart: JudgingPorts['apart'];
}

const CONTROLLERS = [
  ...CERTIFICATE_CONTROLLERS,
  InboundController,
  KeptLogsController,
  KeptRootController,
  LotVerdictsController,
  LotsController,
  RebuildController,
  RootViewsController,
  SimulationsController,
  StatusController,
  VerdictsController,
];

const HANDLERS = [
  AskVerdictHandler,
  BeginRebuildHandler,
  BeginSimulationHandler,
  CancelSimulationHandler,
  FindCuresHandler,
  FindDifferenceHandler,
  FindInboundHandler,
  FindKeptEntriesHandler,
  FindLatestHorizonHandler,
  FindLineageHandler,
  FindLotHandler,
  FindLotsHandler,
  FindMassBalanceHandler,
  FindRootSharesHandler,
  FindOrganizationHandler,
  FindParkedHandler,
  FindRebuildHandler,
  FindSimulationHandler,
  FindTimelineHandler,
  FindVerdictHandler,
  FindVerdictsHandler,
  ListFacilitiesHandler,
  ListPoliciesHandler,
];

/** Provenance: the one place where its parts meet. */
@Module({})
export class ProvenanceModule {
  static over(opened: OpenedProvenance): DynamicModule {
    return {
      module: ProvenanceModule,
      imports: [CqrsModule.forRoot()],
      controllers: CONTROLLERS,
      providers: [
        ...HANDLERS,
        Access,
        KeptEntries,
        KeptRoot,
        LogCursors,
        RebuildRuns,
        Rejudgements,
        SimulationRuns,
        VerdictStore,
        ...certificateProviders(opened),
        ...given(opened),
        ...reading(opened),
      ],
    };
  }
}

function given(opened: OpenedProvenance): Provider[] {
  return [
    { provide: POOL, useValue: opened.pool },
    { provide: NETWORK, useValue: opened.network },
    { provide: DEFAULT_POLICY, useValue: opened.defaultPolicy },
    { provide: MAINTENANCE, useValue: opened.maintenance },
    { provide: Horizons, useValue: opened.horizons },
    { provide: RootStatements, useValue: opened.root },
    { provide: PolicyDocuments, useValue: opened.documents },
    {
      provide: PROVENANCE_METRICS,
      useFactory: (metrics: Metrics) => provenanceMetrics(metrics),
      inject: [METRICS],
    },
  ];
}

/** Everything that reads the model: plain classes, wired here. */
function reading(opened: OpenedProvenance): Provider[] {
  const { pool, network, horizons, root, documents, registry, alarms, apart, defaultPolicy } = opened;
  const closure = new Closure(pool, network);
  const stored = new StoredEntries(pool, network);
  const dossiers = new Dossiers(closure, stored, root);
  const evidence = new EvidenceOfLot(closure, stored, root);
  return [
    {
      provide: Bundles,
      useValue: new Bundles({
        pool,
        network,
        closure,
        stored,
        documents,
        registry,
        heads: new HeadsProofs({ pool, alarms }),
      }),
    },
    { provide: Closure, useValue: closure },
    { provide: StoredEntries, useValue: stored },
    { provide: Dossiers, useValue: dossiers },
    { provide: EvidenceOfLot, useValue: evidence },
    {
      provide: Judging,
      useValue: new Judging({ horizons, evidence, root, documents, defaultPolicy, apart }),
    },
    { provide: LotIndex, useValue: new LotIndex(pool, network) },
    { provide: InboundDispatches, useValue: new InboundDispatches(pool, network, stored, dossiers) },
  ];
}

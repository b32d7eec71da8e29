import type { Network } from '@lodemark/domain';
import { CLOCK, LOGGER, type Clock, type Logger, type SecretVault } from '@lodemark/platform';
import type { Provider } from '@nestjs/common';
import type { Pool } from 'pg';
import { Access } from '../access/access.js';
import { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { Horizons } from '../horizon/horizons.js';
import type { PolicyDocuments } from '../policies/policy-documents.js';
import { PROVENANCE_METRICS, type ProvenanceMetrics } from '../provenance-metrics.js';
import type { RegistryClient } from '../registry-client.js';
import { Judging } from '../verdicts/judging.js';
import { VerdictStore } from '../verdicts/verdict-store.js';
import { Deliveries } from '../webhooks/deliveries.js';
import {
  ADDRESS_RULE,
  AddWebhookHandler,
  ListWebhooksHandler,
  RemoveWebhookHandler,
  ReplayWebhookHandler,
} from '../webhooks/webhook-commands.js';
import { WebhookSecrets } from '../webhooks/webhook-secrets.js';
import { WebhookStore } from '../webhooks/webhook-store.js';
import { WebhooksController } from '../webhooks/webhooks.controller.js';
import { ISSUER, type CertificateIssuer } from './certificate-issuer.js';
import { CertificateLifecycle } from './certificate-lifecycle.js';
import {
  FindCertificateHandler,
  IssueCertificatesHandler,
  MakeBundleHandler,
} from './certificate-queries.js';
import { CertificateStore } from './certificate-store.js';
import { CertificatesController } from './certificates.controller.js';
import { ContextsController } from './contexts.controller.js';
import { CertificateForms } from './forms/certificate-forms.js';
import { HandIn } from './hand-in.js';
import { Issuing } from './issuing.js';
import { ListCertificateChangesHandler, ListCertificatesHandler } from './list-certificates.js';
import { SeenCertificates } from './seen-certificates.js';
import { REGISTRY, StatusLists } from './status-lists.js';

export const CERTIFICATE_CONTROLLERS = [CertificatesController, ContextsController, WebhooksController];

/** What is opened before the service is put together, as far as certificates need it. */
export interface OpenedForCertificates {
  readonly pool: Pool;
  readonly network: Network;
  readonly horizons: Horizons;
  readonly documents: PolicyDocuments;
  readonly registry: RegistryClient;
  readonly issuer: CertificateIssuer | undefined;
  readonly webhooksAllowPrivate: boolean;
  /** Without it no webhooks are taken. */
  readonly secretVault: SecretVault | undefined;
}

/** Certificates: their issue, what becomes of them, and who is told. */
export function certificateProviders(opened: OpenedForCertificates): Provider[] {
  return [
    AddWebhookHandler,
    FindCertificateHandler,
    IssueCertificatesHandler,
    ListCertificateChangesHandler,
    ListCertificatesHandler,
    ListWebhooksHandler,
    MakeBundleHandler,
    RemoveWebhookHandler,
    ReplayWebhookHandler,
    CertificateForms,
    CertificateStore,
    SeenCertificates,
    StatusLists,
    WebhookStore,
    { provide: REGISTRY, useValue: opened.registry },
    { provide: ISSUER, useValue: opened.issuer },
    { provide: ADDRESS_RULE, useValue: { allowPrivate: opened.webhooksAllowPrivate } },
    issuing(opened),
    ...working(opened),
  ];
}

type IssuingParts = [
  Judging,
  Access,
  EvidenceOfLot,
  VerdictStore,
  CertificateStore,
  StatusLists,
  HandIn,
  Clock,
  Logger,
];

type HandInParts = [CertificateStore, StatusLists, ProvenanceMetrics, Logger];
type DeliveryParts = [WebhookStore, WebhookSecrets, SeenCertificates, ProvenanceMetrics, Logger];

/** What needs more collaborators than a constructor should name. */
function issuing({ issuer, documents }: OpenedForCertificates): Provider {
  return {
    provide: Issuing,
    useFactory: (
      ...[judging, access, evidence, verdicts, store, lists, handIn, clock, logger]: IssuingParts
    ) =>
      new Issuing({
        ...{ judging, access, evidence, verdicts, store, lists, handIn, clock, logger },
        ...{ issuer, documents },
      }),
    inject: [
      ...[Judging, Access, EvidenceOfLot, VerdictStore, CertificateStore, StatusLists, HandIn],
      ...[CLOCK, LOGGER],
    ],
  };
}

/** What goes on in the background. */
function working(opened: OpenedForCertificates): Provider[] {
  const { pool, network, horizons, registry, issuer, webhooksAllowPrivate: allowPrivate } = opened;
  return [
    {
      provide: WebhookSecrets,
      useFactory: (store: WebhookStore, logger: Logger) =>
        new WebhookSecrets(store, opened.secretVault, logger),
      inject: [WebhookStore, LOGGER],
    },
    {
      provide: HandIn,
      useFactory: (...[store, lists, metrics, logger]: HandInParts) =>
        new HandIn({ store, lists, registry, issuer, metrics, logger }),
      inject: [CertificateStore, StatusLists, PROVENANCE_METRICS, LOGGER],
    },
    {
      provide: CertificateLifecycle,
      useFactory: (evidence: EvidenceOfLot, clock: Clock, logger: Logger) =>
        new CertificateLifecycle({ pool, network, horizons, evidence, clock, logger }),
      inject: [EvidenceOfLot, CLOCK, LOGGER],
    },
    {
      provide: Deliveries,
      useFactory: (...[store, secrets, seen, metrics, logger]: DeliveryParts) =>
        new Deliveries({ pool, store, secrets, seen, rule: { allowPrivate }, metrics, logger }),
      inject: [WebhookStore, WebhookSecrets, SeenCertificates, PROVENANCE_METRICS, LOGGER],
    },
  ];
}

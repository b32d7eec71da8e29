import { systemClock, type Logger } from '@lodemark/platform';
import type { Pool } from 'pg';
import { changesAfter, type CertificateChange } from '../certificates/certificate-changes.js';
import type { SeenCertificates } from '../certificates/seen-certificates.js';
import type { ProvenanceMetrics } from '../provenance-metrics.js';
import { signedMessage } from './message.js';
import { postMessage } from './post-message.js';
import { AddressRefused, type AddressRule } from './receiver-address.js';
import { SecretNotAtHand, type WebhookSecrets } from './webhook-secrets.js';
import type { Webhook, WebhookStore } from './webhook-store.js';

export interface DeliveryPorts {
  readonly pool: Pool;
  readonly store: WebhookStore;
  readonly secrets: WebhookSecrets;
  readonly seen: SeenCertificates;
  readonly rule: AddressRule;
  readonly metrics: Pick<ProvenanceMetrics, 'deliveries'>;
  readonly logger: Logger;
}

/** Receivers that are told at the same time, and changes that one is told before others have their turn. */
const MOST_AT_ONCE = 20;
const CHANGES = 50;
const GONE = 410;

/**
 * Tells receivers of what happened to certificates: each in order, one after the other, from where it was. A delivery
 * that fails is tried again until it is taken, so that a receiver that was down has missed nothing; another receiver
 * never waits for it.
 */
export class Deliveries {
  private readonly underWay = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  constructor(private readonly ports: DeliveryPorts) {}

  /** Begins what is due, and waits for none of it. */
  async begin(): Promise<void> {
    const free = MOST_AT_ONCE - this.underWay.size;
    if (free <= 0 || this.ending.signal.aborted) return;
    for (const webhook of await this.ports.store.claim(free)) {
      const delivery = this.deliver(webhook).finally(() => this.underWay.delete(delivery));
      this.underWay.add(delivery);
    }
  }

  /** Breaks off what is under way; it is tried again by whoever starts next. */
  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.underWay);
  }

  private async deliver(webhook: Webhook): Promise<void> {
    try {
      await this.tell(webhook);
    } catch (err) {
      this.ports.logger.warn(
        { err, webhook: webhook.id },
        'a webhook could not be served; it is tried again',
      );
      await this.ports.store.release(webhook).catch(() => undefined);
    }
  }

  private async tell(webhook: Webhook): Promise<void> {
    const { pool, store, seen } = this.ports;
    const sees = seen.by(webhook.owner, await seen.reach());
    let at = webhook;
    for (const change of await changesAfter(pool, { after: webhook.told, limit: CHANGES })) {
      const isShown = await sees(change.lot);
      if (isShown && !(await this.post(at, change))) return;
      if (!(await store.advance(at, { told: change.id, delivered: isShown, done: false }))) return;
      at = { ...at, told: change.id };
    }
    await store.advance(at, { told: at.told, delivered: false, done: true });
  }

  /** Whether it was taken. */
  private async post(webhook: Webhook, change: CertificateChange): Promise<boolean> {
    const { store, secrets, rule, metrics, logger } = this.ports;
    let why: string;
    let status = 0;
    try {
      // The receiver compares with its own clock, whatever drives ours.
      const [secret, at] = [secrets.open(webhook), systemClock.now()];
      const message = signedMessage(change, { id: webhook.id, secret, at });
      status = await postMessage(webhook.url, message, { rule, signal: this.ending.signal });
      if (status >= 200 && status < 300) {
        metrics.deliveries.inc({ outcome: 'delivered' });
        return true;
      }
      why = `it answered ${String(status)}`;
    } catch (error) {
      why = reasonOf(error);
    }
    // What this process broke off itself is no failure of the receiver's.
    if (this.ending.signal.aborted) await store.release(webhook);
    else {
      metrics.deliveries.inc({ outcome: 'failed' });
      await store.failed(webhook, why, status === GONE);
    }
    logger.info({ webhook: webhook.id, change: change.id, why }, 'a webhook was not delivered');
    return false;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused || error instanceof SecretNotAtHand) return error.message;
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? `it cannot be reached: ${code}` : 'it cannot be reached';
}

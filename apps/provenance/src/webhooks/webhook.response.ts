import type { MadeWebhook } from './webhook-commands.js';
import { webhookState, type Webhook } from './webhook-store.js';

/** Who is told of what happens to certificates, and how it goes. */
export class WebhookResponse {
  readonly id!: string;
  readonly url!: string;
  /** Subject of the token that it was asked for with. */
  readonly owner!: string;
  readonly createdAt!: string;
  /** Every change up to this one was delivered, or is not for the owner to see. */
  readonly told!: number;
  /** `following`; `retrying` while deliveries fail; `ended` since the receiver answered that it is gone (410). */
  readonly state!: string;
  /** Deliveries that failed since the last that was taken. */
  readonly failures!: number;
  readonly lastFailure?: string;
  readonly lastDeliveryAt?: string;
  /** When a delivery that failed is tried again. */
  readonly nextTryAt?: string;
}

/** The only answer that has the secret in it. */
export class MadeWebhookResponse extends WebhookResponse {
  /** With what messages are signed (Standard Webhooks, `v1`). It is not shown again. */
  readonly secret!: string;
}

export class WebhooksResponse {
  readonly webhooks!: WebhookResponse[];
}

export function describeMadeWebhook({ webhook, secret }: MadeWebhook): MadeWebhookResponse {
  return { ...stateOf(webhook), secret };
}

export function describeWebhook(webhook: Webhook): WebhookResponse {
  return stateOf(webhook);
}

function stateOf(webhook: Webhook) {
  const { id, url, owner, createdAt, told, failures, lastFailure, lastDeliveryAt, dueAt } = webhook;
  const state = webhookState(webhook);
  return {
    ...{ id, url, owner: owner.subject, createdAt: createdAt.toISOString(), told, failures },
    state,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    ...(lastDeliveryAt === undefined ? {} : { lastDeliveryAt: lastDeliveryAt.toISOString() }),
    ...(state === 'retrying' ? { nextTryAt: dueAt.toISOString() } : {}),
  };
}

import { SealingError, type Logger, type SecretVault } from '@lodemark/platform';
import { ReadRefusal } from '../http/read-refusal.js';
import type { KeptSecret, WebhookStore } from './webhook-store.js';

/** A webhook as far as its secret goes. */
export interface WithSecret {
  readonly id: string;
  readonly secret: KeptSecret;
}

/** The secret with which messages are signed cannot be had here. */
export class SecretNotAtHand extends Error {
  override readonly name = 'SecretNotAtHand';
}

/**
 * Secrets of webhooks stand sealed in the database, under a key that is in no database, each bound to its webhook. Without
 * a key none is taken; what stood there unsealed before there was a key goes on until there is one.
 */
export class WebhookSecrets {
  constructor(
    private readonly store: WebhookStore,
    private readonly vault: SecretVault | undefined,
    private readonly logger: Logger,
  ) {}

  /** @throws ReadRefusal without a key */
  seal(id: string, secret: string): string {
    if (this.vault !== undefined) return this.vault.seal(secret, nameOf(id));
    const detail = 'This service has no key to keep secrets of webhooks under (PROVENANCE_KEY_ENCRYPTION).';
    throw new ReadRefusal({ code: 'webhooks-not-taken', detail });
  }

  /** @throws SecretNotAtHand */
  open({ id, secret }: WithSecret): string {
    if ('plain' in secret) return secret.plain;
    try {
      if (this.vault !== undefined) return this.vault.open(secret.sealed, nameOf(id));
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      throw new SecretNotAtHand(`its secret cannot be unsealed: ${error.code}`, { cause: error });
    }
    throw new SecretNotAtHand('its secret cannot be unsealed: this service has no key');
  }

  /** Seals what stands there as it is, or under an older key. What does not open is left, and said. */
  async sealAll(): Promise<void> {
    const { store, vault, logger } = this;
    const [webhooks, notAtHand] = [await store.list(undefined), [] as string[]];
    for (const webhook of webhooks) {
      const { id, secret } = webhook;
      try {
        const plain = this.open(webhook);
        if (vault === undefined || ('sealed' in secret && !vault.isOutdated(secret.sealed))) continue;
        await store.reseal(webhook, this.seal(id, plain));
      } catch (error) {
        if (!(error instanceof SecretNotAtHand)) throw error;
        notAtHand.push(id);
      }
    }
    if (notAtHand.length > 0)
      logger.error({ webhooks: notAtHand }, 'secrets of webhooks cannot be unsealed: which key is missing?');
    if (vault === undefined && webhooks.some(({ secret }) => 'plain' in secret))
      logger.warn('secrets of webhooks stand unsealed in the database: set PROVENANCE_KEY_ENCRYPTION');
  }
}

function nameOf(id: string): string {
  return `webhook ${id}`;
}

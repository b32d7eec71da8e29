import { randomBytes, randomUUID } from 'node:crypto';
import { CLOCK, type Caller, type Clock } from '@lodemark/platform';
import { Inject } from '@nestjs/common';
import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { Access } from '../access/access.js';
import { lastChange } from '../certificates/certificate-changes.js';
import { POOL } from '../database/pool.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { AddressRefused, checkReceiver, type AddressRule } from './receiver-address.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookStore, type Webhook } from './webhook-store.js';

/** Token by which Nest injects where deliveries may go. */
export const ADDRESS_RULE = Symbol('address rule of webhooks');

/** Of one owner. */
const MOST = 20;
/** Bytes of a secret of our making. */
const SECRET = 32;

/** With its secret in the clear, this once. */
export interface MadeWebhook {
  readonly webhook: Webhook;
  readonly secret: string;
}

export class AddWebhook extends Command<MadeWebhook> {
  constructor(
    readonly url: string,
    /** Left out: one is made. */
    readonly secret: string | undefined,
    /** Left out: from what happens next. */
    readonly after: number | undefined,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(AddWebhook)
export class AddWebhookHandler implements ICommandHandler<AddWebhook> {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ADDRESS_RULE) private readonly rule: AddressRule,
    private readonly store: WebhookStore,
    private readonly secrets: WebhookSecrets,
  ) {}

  async execute({ url, secret: brought, after, caller }: AddWebhook): Promise<MadeWebhook> {
    this.check(url);
    const [id, secret] = [randomUUID(), brought ?? `whsec_${randomBytes(SECRET).toString('base64')}`];
    const sealedSecret = this.secrets.seal(id, secret);
    const last = await lastChange(this.pool);
    const made = { id, url, sealedSecret, told: Math.min(after ?? last, last), createdAt: this.clock.now() };
    const webhook = await this.store.add(caller, made, MOST);
    if (webhook !== undefined) return { webhook, secret };
    const detail = `You have ${String(MOST)} webhooks; take one away first.`;
    throw new ReadRefusal({ code: 'too-many-webhooks', detail, facts: { most: MOST } });
  }

  private check(url: string): void {
    try {
      checkReceiver(url, this.rule);
    } catch (error) {
      if (!(error instanceof AddressRefused)) throw error;
      const detail = `Nothing is delivered there: ${error.message}.`;
      throw new ReadRefusal({ code: 'webhook-address-refused', detail });
    }
  }
}

export class ListWebhooks extends Query<readonly Webhook[]> {
  constructor(readonly caller: Caller) {
    super();
  }
}

@QueryHandler(ListWebhooks)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooks> {
  constructor(
    private readonly store: WebhookStore,
    private readonly access: Access,
  ) {}

  execute({ caller }: ListWebhooks): Promise<readonly Webhook[]> {
    return this.store.list(ownerFor(this.access, caller));
  }
}

export class RemoveWebhook extends Command<void> {
  constructor(
    readonly id: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(RemoveWebhook)
export class RemoveWebhookHandler implements ICommandHandler<RemoveWebhook> {
  constructor(
    private readonly store: WebhookStore,
    private readonly access: Access,
  ) {}

  async execute({ id, caller }: RemoveWebhook): Promise<void> {
    if (!(await this.store.remove(id, ownerFor(this.access, caller)))) throw unknown(id);
  }
}

export class ReplayWebhook extends Command<Webhook> {
  constructor(
    readonly id: string,
    readonly after: number,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ReplayWebhook)
export class ReplayWebhookHandler implements ICommandHandler<ReplayWebhook> {
  constructor(
    private readonly store: WebhookStore,
    private readonly access: Access,
  ) {}

  async execute({ id, after, caller }: ReplayWebhook): Promise<Webhook> {
    const webhook = await this.store.replay(id, ownerFor(this.access, caller), after);
    if (webhook === undefined) throw unknown(id);
    return webhook;
  }
}

/** Whose webhooks these are to the caller: their own; to the network's officers everybody's. */
function ownerFor(access: Access, caller: Caller): string | undefined {
  return access.visibility(caller).seesEverything() ? undefined : caller.subject;
}

function unknown(id: string): ReadRefusal {
  const detail = `You have no webhook ${id}.`;
  return new ReadRefusal({ code: 'webhook-unknown', detail, facts: { webhook: id } });
}

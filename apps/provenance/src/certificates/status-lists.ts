import {
  LODEMARK_CONTEXT_PATH,
  MOST_STATUS_CHANGES,
  STATUS_ENTRIES,
  STATUS_PURPOSES,
  signVcJwt,
  statusListCredential,
  type StatusPlace,
  type StatusPurpose,
} from '@lodemark/certificate';
import { epochMilliseconds } from '@lodemark/domain';
import { inTransaction } from '@lodemark/ledger';
import { CLOCK, nodeGzip, type Clock } from '@lodemark/platform';
import { sha256Hex, toUtf8, type StatusChange } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import { Turns } from '../evidence/turns.js';
import { ReadRefusal } from '../http/read-refusal.js';
import type { RegistryClient } from '../registry-client.js';
import type { CertificateIssuer } from './certificate-issuer.js';

/** Any constant will do: it only has to be the same in every process of the service. */
const LISTS_LOCK = 5_062_311;

export const REGISTRY = Symbol('registry client');

/** A status list that somebody wants to see. */
interface ListAsked {
  readonly purpose: StatusPurpose;
  readonly list: number;
  /** RFC 3339: as it was then; left out: as it is now. */
  readonly timestamp?: string | undefined;
}

/** The issuer's status lists: made anew whenever a bit changes, and each version named by the root log. */
@Injectable()
export class StatusLists {
  /** Within this process they wait here, so that no more than one of them holds a connection. */
  private readonly turns = new Turns();

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(REGISTRY) private readonly registry: RegistryClient,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Where the bits of a certificate stand. */
  placesOf(issuer: CertificateIssuer, number: number): readonly StatusPlace[] {
    return STATUS_PURPOSES.map((purpose) => ({
      purpose,
      list: urlOf(issuer, purpose, Math.floor(number / STATUS_ENTRIES)),
      index: number % STATUS_ENTRIES,
    }));
  }

  /**
   * Makes, keeps and records both lists that a number is on, until what the root log names says all that is known.
   * Safe to call again: a version that was made and not recorded is recorded then.
   */
  async publish(issuer: CertificateIssuer, list: number): Promise<void> {
    for (const purpose of STATUS_PURPOSES) {
      if (await this.isUpToDate(purpose, list)) continue;
      await this.turns.take(() => this.publishAlone(issuer, purpose, list));
    }
  }

  /** All lists there are. */
  async publishAll(issuer: CertificateIssuer): Promise<void> {
    const { rows } = await this.pool.query<{ last: string | null }>(
      `SELECT max(number) AS last FROM asked.certificate`,
    );
    const last = rows[0]?.last ?? null;
    if (last === null) return;
    for (let list = 0; list <= Math.floor(toCount(last) / STATUS_ENTRIES); list += 1)
      await this.publish(issuer, list);
  }

  /** The newest version of a list that the root log names, or of those made by a time. @throws ReadRefusal */
  async served({ purpose, list, timestamp }: ListAsked): Promise<string> {
    const madeBy = timestamp === undefined ? null : new Date(epochMilliseconds(timestamp));
    if (madeBy !== null && madeBy > this.clock.now())
      throw new ReadRefusal({
        ...{ code: 'as-of-in-future', detail: 'What the list will be then, nobody knows yet.' },
      });
    const { rows } = await this.pool.query<{ jwt: string }>(
      `SELECT s.jwt FROM asked.status_list s JOIN asked.status_list_recorded r USING (digest)
       WHERE s.purpose = $1 AND s.list = $2 AND s.made_at <= coalesce($3::timestamptz, 'infinity')
       ORDER BY r.root_index DESC LIMIT 1`,
      [purpose, list, madeBy],
    );
    if (rows[0] !== undefined) return rows[0].jwt;
    const asOf = timestamp === undefined ? '' : ` as of ${timestamp}`;
    const detail = `There is no status list ${purpose} ${String(list)}${asOf}.`;
    throw new ReadRefusal({ code: 'status-list-unknown', detail, facts: { purpose, list: String(list) } });
  }

  private async isUpToDate(purpose: StatusPurpose, list: number): Promise<boolean> {
    const named = await this.named(purpose, list);
    return named !== undefined && named >= (await this.changed(purpose, list));
  }

  /**
   * One process at a time: the version that the root log names last is the one that holds, so none may come after one
   * that says more. Should it happen all the same, the next look finds it and makes another.
   */
  private async publishAlone(issuer: CertificateIssuer, purpose: StatusPurpose, list: number): Promise<void> {
    await inTransaction(this.pool, async (lock) => {
      await lock.query('SELECT pg_advisory_xact_lock($1)', [LISTS_LOCK]);
      await this.recordMade(purpose, list);
      while (!(await this.isUpToDate(purpose, list))) {
        await this.make(issuer, purpose, list);
        await this.recordMade(purpose, list);
      }
    });
  }

  private async recordMade(purpose: StatusPurpose, list: number): Promise<void> {
    const { rows } = await this.pool.query<{ digest: string; jwt: string }>(
      `SELECT s.digest, s.jwt FROM asked.status_list s LEFT JOIN asked.status_list_recorded r USING (digest)
       WHERE s.purpose = $1 AND s.list = $2 AND r.digest IS NULL ORDER BY s.up_to`,
      [purpose, list],
    );
    for (const { digest, jwt } of rows) {
      const { index } = await this.registry.record('status-lists', jwt);
      await this.pool.query(
        `INSERT INTO asked.status_list_recorded (digest, root_index) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [digest, index],
      );
    }
  }

  /** The next version: with the next changes, as many as fit. */
  private async make(issuer: CertificateIssuer, purpose: StatusPurpose, list: number): Promise<void> {
    const before = (await this.named(purpose, list)) ?? 0;
    const next = await this.changesAfter(before, { purpose, list });
    const upTo = next.at(-1)?.id ?? before;
    const at = this.clock.now();
    const facts = {
      ...{ url: urlOf(issuer, purpose, list), issuer: issuer.party, purpose },
      context: `${issuer.url}${LODEMARK_CONTEXT_PATH}`,
      validFrom: at.toISOString(),
      set: await this.set(purpose, list, upTo),
      changes: next.map(({ change }) => change),
    };
    const credential = await statusListCredential(facts, nodeGzip);
    const jwt = await signVcJwt(credential, `${issuer.party.id}#${issuer.signer.kid}`, issuer.signer);
    await this.pool.query(
      `INSERT INTO asked.status_list (digest, purpose, list, up_to, jwt, made_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [sha256Hex(toUtf8(jwt)), purpose, list, upTo, jwt, at],
    );
  }

  /** Up to which change the version that the root log names last goes; undefined when it names none. */
  private async named(purpose: StatusPurpose, list: number): Promise<number | undefined> {
    const { rows } = await this.pool.query<{ up_to: string }>(
      `SELECT s.up_to FROM asked.status_list s JOIN asked.status_list_recorded r USING (digest)
       WHERE s.purpose = $1 AND s.list = $2 ORDER BY r.root_index DESC LIMIT 1`,
      [purpose, list],
    );
    return rows[0] && toCount(rows[0].up_to);
  }

  private async changesAfter(
    after: number,
    { purpose, list }: { readonly purpose: StatusPurpose; readonly list: number },
  ): Promise<readonly { readonly id: number; readonly change: StatusChange }[]> {
    const { rows } = await this.pool.query<{
      id: string;
      digest: string;
      is_set: boolean;
      verdict: string;
      cause_origin: string;
      cause_idx: string;
    }>(
      `SELECT s.id, c.digest, s.is_set, h.verdict, h.cause_origin, h.cause_idx FROM asked.certificate_status s
       JOIN asked.certificate c ON c.id = s.certificate JOIN asked.certificate_change h ON h.id = s.change
       WHERE s.purpose = $1 AND c.number >= $2 AND c.number < $3 AND s.id > $4 ORDER BY s.id LIMIT $5`,
      [purpose, list * STATUS_ENTRIES, (list + 1) * STATUS_ENTRIES, after, MOST_STATUS_CHANGES],
    );
    return rows.map(({ id, digest, is_set: isSet, verdict, cause_origin: origin, cause_idx: idx }) => ({
      id: toCount(id),
      change: {
        ...{ certificate: digest, purpose, set: isSet, verdict },
        cause: { index: toCount(idx), origin },
      },
    }));
  }

  /** The last change of a bit of the list; 0 before the first. */
  private async changed(purpose: StatusPurpose, list: number): Promise<number> {
    const { rows } = await this.pool.query<{ last: string }>(
      `SELECT s.id AS last FROM asked.certificate_status s JOIN asked.certificate c ON c.id = s.certificate
       WHERE s.purpose = $1 AND c.number >= $2 AND c.number < $3 ORDER BY s.id DESC LIMIT 1`,
      [purpose, list * STATUS_ENTRIES, (list + 1) * STATUS_ENTRIES],
    );
    return toCount(rows[0]?.last ?? 0);
  }

  private async set(purpose: StatusPurpose, list: number, upTo: number): Promise<readonly number[]> {
    const first = list * STATUS_ENTRIES;
    const { rows } = await this.pool.query<{ number: string }>(
      `SELECT number FROM (
         SELECT DISTINCT ON (c.number) c.number, s.is_set FROM asked.certificate_status s
         JOIN asked.certificate c ON c.id = s.certificate
         WHERE s.purpose = $1 AND c.number >= $2 AND c.number < $3 AND s.id <= $4 ORDER BY c.number, s.id DESC
       ) bit WHERE is_set`,
      [purpose, first, first + STATUS_ENTRIES, upTo],
    );
    return rows.map(({ number }) => toCount(number) - first);
  }
}

function urlOf({ url }: CertificateIssuer, purpose: StatusPurpose, list: number): string {
  return `${url}/v1/status/${purpose}/${String(list)}`;
}

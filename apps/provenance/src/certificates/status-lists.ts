import {
  STATUS_ENTRIES,
  STATUS_PURPOSES,
  signVcJwt,
  statusListCredential,
  type StatusPlace,
  type StatusPurpose,
} from '@lodemark/certificate';
import { CLOCK, nodeGzip, type Clock } from '@lodemark/platform';
import { sha256Hex, toUtf8 } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../database/pool.js';
import { toCount } from '../database/tables.js';
import type { RegistryClient } from '../registry-client.js';
import type { CertificateIssuer } from './certificate-issuer.js';

export const REGISTRY = Symbol('registry client');

/** The issuer's status lists: made anew whenever a bit changes, and each version named by the root log. */
@Injectable()
export class StatusLists {
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
   * Makes, keeps and records both lists that a number is on, where what is recorded says less than what is known.
   * Safe to call again: a version that was made and not recorded is recorded then.
   */
  async publish(issuer: CertificateIssuer, list: number): Promise<void> {
    for (const purpose of STATUS_PURPOSES) await this.publishOne(issuer, purpose, list);
  }

  /** The newest version of a list that the root log names. */
  async newest(purpose: StatusPurpose, list: number): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ jwt: string }>(
      `SELECT s.jwt FROM asked.status_list s JOIN asked.status_list_recorded r USING (digest)
       WHERE s.purpose = $1 AND s.list = $2 ORDER BY r.root_index DESC LIMIT 1`,
      [purpose, list],
    );
    return rows[0]?.jwt;
  }

  private async publishOne(issuer: CertificateIssuer, purpose: StatusPurpose, list: number): Promise<void> {
    const known = await this.changed(purpose, list);
    const made = await this.latest(purpose, list);
    if (made === undefined || made.upTo < known) await this.make(issuer, purpose, list);
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

  private async make(issuer: CertificateIssuer, purpose: StatusPurpose, list: number): Promise<void> {
    const upTo = await this.changed(purpose, list);
    const at = this.clock.now();
    const facts = {
      ...{ url: urlOf(issuer, purpose, list), issuer: issuer.party, purpose },
      validFrom: at.toISOString(),
      set: await this.set(purpose, list, upTo),
    };
    const credential = await statusListCredential(facts, nodeGzip);
    const jwt = await signVcJwt(credential, `${issuer.party.id}#${issuer.signer.kid}`, issuer.signer);
    await this.pool.query(
      `INSERT INTO asked.status_list (digest, purpose, list, up_to, jwt, made_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [sha256Hex(toUtf8(jwt)), purpose, list, upTo, jwt, at],
    );
  }

  private async latest(purpose: StatusPurpose, list: number): Promise<{ readonly upTo: number } | undefined> {
    const { rows } = await this.pool.query<{ up_to: string }>(
      `SELECT up_to FROM asked.status_list WHERE purpose = $1 AND list = $2 ORDER BY up_to DESC LIMIT 1`,
      [purpose, list],
    );
    return rows[0] && { upTo: toCount(rows[0].up_to) };
  }

  /** The last change of a bit of the list; 0 before the first. */
  private async changed(purpose: StatusPurpose, list: number): Promise<number> {
    const { rows } = await this.pool.query<{ last: string | null }>(
      `SELECT max(s.id) AS last FROM asked.certificate_status s JOIN asked.certificate c ON c.id = s.certificate
       WHERE s.purpose = $1 AND c.number >= $2 AND c.number < $3`,
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


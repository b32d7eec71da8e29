import type { PublicJwk } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../ports.js';
import { keysStanding } from '../register/load-facts.js';
import type { Queryable } from '../register/queryable.js';
import { holdsAt } from '../statements/statement-facts.js';

/** The keys that sign a facility log's checkpoints and receipts. */
@Injectable()
export class LogKeys {
  constructor(@Inject(DATABASE) private readonly database: Queryable) {}

  /** Every log key that the facility ever had; undefined when there is no such facility. */
  async ever(facility: string): Promise<readonly PublicJwk[] | undefined> {
    const keys = await this.registered(facility);
    return keys?.map(({ jwk }) => jwk);
  }

  /** Those that hold at this instant; undefined when there is no such facility. */
  async holding(facility: string, at: string): Promise<readonly PublicJwk[] | undefined> {
    const keys = await this.registered(facility);
    if (keys === undefined) return undefined;
    const standing = await keysStanding(
      this.database,
      keys.map(({ kid }) => kid),
    );
    return keys.filter(({ kid }) => isHolding(standing.get(kid), at)).map(({ jwk }) => jwk);
  }

  private async registered(
    facility: string,
  ): Promise<readonly { readonly kid: string; readonly jwk: PublicJwk }[] | undefined> {
    const { rows } = await this.database.query<{ kid: string | null; jwk: PublicJwk | null }>(
      `SELECT k.kid, k.jwk FROM registry.facility f
       LEFT JOIN registry.registered_key k ON k.facility = f.facility AND k.purpose = 'log'
       WHERE f.facility = $1 ORDER BY k.root_index`,
      [facility],
    );
    if (rows.length === 0) return undefined;
    return rows.flatMap(({ kid, jwk }) => (kid === null || jwk === null ? [] : [{ kid, jwk }]));
  }
}

function isHolding(key: Parameters<typeof holdsAt>[0] | undefined, at: string): boolean {
  return key !== undefined && holdsAt(key, at);
}

import { parseStatement, type StatementOf } from '@lodemark/domain';
import {
  parseJws,
  parsePublicJwk,
  readCanonicalJson,
  thumbprint,
  type PublicJwk,
} from '@lodemark/transparency';
import { member, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import type { RootLog } from '../root-log/root-log.js';

/** A key that a facility log signs its receipts with, as the root log has it. */
export interface LogKey {
  readonly kid: string;
  readonly facility: string;
  readonly publicKey: PublicJwk;
  /** Where in the root log it is registered. */
  readonly rootIndex: number;
  /** After this instant it signs nothing that counts. */
  readonly until: string | undefined;
}

/** Why a key is none that a receipt can be verified with. */
export class NoLogKey extends Error {
  override readonly name = 'NoLogKey';
}

/** The keys of facility logs. The registry says where to look; what counts is the statement that stands in the root log. */
export class LogKeys {
  private readonly known = new Map<string, Promise<LogKey>>();

  constructor(
    private readonly registry: ServiceClient,
    private readonly rootLog: RootLog,
  ) {}

  /** @throws NoLogKey; Failure when the registry cannot be asked, or cannot prove what it says */
  find(kid: string): Promise<LogKey> {
    const found = this.known.get(kid) ?? this.read(kid);
    this.known.set(kid, found);
    return found;
  }

  get used(): Promise<readonly LogKey[]> {
    return Promise.all(this.known.values());
  }

  private async read(kid: string): Promise<LogKey> {
    const record = await this.registry.find(`/v1/keys/${encodeURIComponent(kid)}`);
    const rootIndex = member(member(record, 'recorded'), 'index');
    if (typeof rootIndex !== 'number') throw new NoLogKey(`its key ${kid} is not registered`);
    const statement = await this.statementAt(rootIndex);
    if (statement?.kid !== kid || statement.purpose !== 'log' || !('facility' in statement.owner))
      throw new NoLogKey(
        `entry ${rootIndex} of the root log does not register its key ${kid} for a facility log`,
      );
    const publicKey = parsePublicJwk(statement.jwk);
    if (!publicKey.ok || thumbprint(publicKey.value) !== kid)
      throw new NoLogKey(`the key registered as ${kid} is another one`);
    if (member(record, 'revocation') !== undefined) throw new NoLogKey(`its key ${kid} is revoked`);
    const overlap = textMember(member(record, 'replacedBy'), 'overlapUntil');
    const [until] = [statement.validUntil, overlap].filter((one) => one !== undefined).sort(byTime);
    return { kid, facility: statement.owner.facility, publicKey: publicKey.value, rootIndex, until };
  }

  private async statementAt(
    index: number,
  ): Promise<StatementOf<'KeyAdded'> | StatementOf<'KeyRotated'> | undefined> {
    const entry = await this.rootLog.entry(index);
    if (entry.kind !== 'statement') return undefined;
    const jws = parseJws(entry.jws, 'lodemark-statement+jws');
    const json = jws.ok ? readCanonicalJson(jws.value.payload) : undefined;
    const statement = json?.ok === true ? parseStatement(json.value) : undefined;
    if (statement?.ok !== true) return undefined;
    const { value } = statement;
    return value.type === 'KeyAdded' || value.type === 'KeyRotated' ? value : undefined;
  }
}

function byTime(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}

import type { Network } from '@lodemark/domain';
import { generateKey, NodeSigner, type KeyVault, type PrivateJwk } from '@lodemark/platform';
import {
  formatVerifierKey,
  thumbprint,
  verifierKey,
  type PublicJwk,
  type Signer,
  type VerifierKey,
} from '@lodemark/transparency';
import type { Queryable } from './register/queryable.js';

type Use = 'registrar' | 'log';

/** The registry's own keys: one signs statements for the registrar, another the root log's checkpoints and receipts. */
export class NetworkKeys {
  /** Every key that may sign statements as the registrar, by id; the registry's own first. */
  readonly registrars: ReadonlyMap<string, PublicJwk>;

  constructor(
    network: Network,
    readonly registrar: Signer,
    readonly log: Signer,
    others: readonly PublicJwk[],
  ) {
    if (log.publicKey.kty !== 'OKP') throw new Error('the root log is signed with Ed25519');
    this.registrars = new Map([registrar.publicKey, ...others].map((key) => [thumbprint(key), key]));
    this.logKey = verifierKey(network.rootOrigin, log.publicKey);
  }

  /** What the root log's checkpoints are verified with. */
  readonly logKey: VerifierKey;

  get logKeyText(): string {
    return formatVerifierKey(this.logKey);
  }

  /** Ids that no party can register. */
  get reserved(): ReadonlySet<string> {
    return new Set([...this.registrars.keys(), this.log.kid]);
  }
}

/** Opens the registry's keys, and makes them on the first start; several processes that start at once end with the same. */
export async function openNetworkKeys(
  database: Queryable,
  vault: KeyVault,
  names: { readonly network: Network; readonly others: readonly PublicJwk[] },
): Promise<NetworkKeys> {
  const registrar = await openKey(database, vault, 'registrar');
  const log = await openKey(database, vault, 'log');
  return new NetworkKeys(names.network, registrar, log, names.others);
}

async function openKey(database: Queryable, vault: KeyVault, use: Use): Promise<Signer> {
  const held = await readKey(database, vault, use);
  if (held !== undefined) return NodeSigner.fromJwk(held);
  await database.query(`INSERT INTO registry.held_key (use, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    use,
    vault.seal(await generateKey('EdDSA')),
  ]);
  const made = await readKey(database, vault, use);
  if (made === undefined) throw new Error(`the ${use} key was written and is not there`);
  return NodeSigner.fromJwk(made);
}

async function readKey(database: Queryable, vault: KeyVault, use: Use): Promise<PrivateJwk | undefined> {
  const { rows } = await database.query<{ sealed: string }>(
    `SELECT sealed FROM registry.held_key WHERE use = $1`,
    [use],
  );
  const [row] = rows;
  return row === undefined ? undefined : vault.open(row.sealed);
}

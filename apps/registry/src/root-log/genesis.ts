import type { Network } from '@lodemark/domain';
import type { LedgerReader, RootLog } from '@lodemark/ledger';
import { decodeRootLogEntry, thumbprint, type GenesisEntry } from '@lodemark/transparency';
import type { NetworkKeys } from '../network-keys.js';

export const GENESIS = Symbol('GENESIS');

/** Entry 0 of the root log as it stands. */
export interface Genesis {
  /** Leaf hash, lowercase hex: what verifiers pin. */
  readonly leaf: string;
  readonly bytes: Uint8Array;
  readonly entry: GenesisEntry;
}

/** The configuration is of another network, or names registrars that genesis does not. */
export class GenesisMismatch extends Error {
  override readonly name = 'GenesisMismatch';
}

/** Appends genesis to an empty root log, and checks the genesis of one that is not. @throws GenesisMismatch */
export async function openGenesis(
  log: { readonly rootLog: RootLog; readonly reader: LedgerReader },
  network: Network,
  keys: NetworkKeys,
): Promise<Genesis> {
  await log.rootLog.append(({ head, recordedAt }) =>
    Promise.resolve(head.size > 0 ? [] : [{ entry: genesisEntry(network, keys, recordedAt) }]),
  );
  const stored = await log.reader.entry(network.rootOrigin, 0);
  if (stored === undefined) throw new Error('the root log has no entry 0 after genesis was appended');
  const decoded = decodeRootLogEntry(stored.data);
  if (!decoded.ok || decoded.value.kind !== 'genesis') throw new GenesisMismatch('Entry 0 is not a genesis.');
  checkGenesis(decoded.value, network, keys);
  return { leaf: stored.leaf, bytes: stored.data, entry: decoded.value };
}

function genesisEntry(network: Network, keys: NetworkKeys, recordedAt: string): GenesisEntry {
  const registrarKeys = [...keys.registrars.values()];
  return { kind: 'genesis', v: 1, recordedAt, network: network.name, registrarKeys };
}

function checkGenesis(genesis: GenesisEntry, network: Network, keys: NetworkKeys): void {
  if (genesis.network !== network.name) {
    throw new GenesisMismatch(`Genesis is of the network ${genesis.network}, not of ${network.name}.`);
  }
  const named = new Set(genesis.registrarKeys.map(thumbprint));
  const missing = [...keys.registrars.keys()].filter((kid) => !named.has(kid));
  if (missing.length > 0) {
    throw new GenesisMismatch(
      `Genesis does not name these registrar keys, and it cannot be changed: ${missing.join(', ')}.`,
    );
  }
}

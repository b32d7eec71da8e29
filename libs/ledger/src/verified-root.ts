import { equalBytes, fromHex, type RootReference } from '@lodemark/transparency';
import type { ClientBase } from 'pg';
import { LedgerError } from './ledger-error.js';
import { lockHead } from './log-head.js';
import type { Tables } from './tables.js';

/**
 * Keeps the root checkpoint that later entries of a facility log name as their causal past; a smaller one than before
 * changes nothing. @throws LedgerError `root-contradicts` for another hash at the same size
 */
export async function noteVerifiedRoot(
  client: ClientBase,
  tables: Tables,
  { origin, root }: { readonly origin: string; readonly root: RootReference },
): Promise<void> {
  const hash = fromHex(root.hash);
  if (hash?.length !== 32) throw new LedgerError('out-of-range', `${root.hash} is no root hash.`);
  const { id, verifiedRoot } = await lockHead(client, tables, { origin, kind: 'facility' });
  if (root.size < verifiedRoot.size) return;
  if (root.size > verifiedRoot.size) {
    await client.query(
      `UPDATE ${tables.log} SET verified_root_size = $2, verified_root_hash = $3 WHERE id = $1`,
      [id, root.size, Buffer.from(hash)],
    );
  } else if (!equalBytes(hash, fromHex(verifiedRoot.hash) ?? hash)) {
    throw new LedgerError('root-contradicts', `Two root hashes for size ${root.size}: the root log forked.`);
  }
}

import { fromHex, verifyInclusion, type Checkpoint } from '@lodemark/transparency';
import { listMember } from '../network/json.js';
import type { Request, ServiceClient } from '../network/service-client.js';

/** Whether the registry proves that an entry with this leaf hash stands at this index of the tree. */
export async function isIncluded(
  registry: ServiceClient,
  { leaf, index }: { readonly leaf: Uint8Array; readonly index: number },
  { size, root, patience = {} }: Pick<Checkpoint, 'size' | 'root'> & { readonly patience?: Request },
): Promise<boolean> {
  const query = { index, size };
  const answer = await registry.ask('/v1/root/proofs/inclusion', { ...patience, query });
  const proof = listMember(answer, 'proof').map((hash) => fromHex(String(hash)) ?? new Uint8Array());
  return verifyInclusion({ leaf, index, size, root: fromHex(root) ?? new Uint8Array(), proof });
}

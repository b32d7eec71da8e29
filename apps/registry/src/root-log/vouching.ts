import { readFile } from 'node:fs/promises';
import { nodeSignatures } from '@lodemark/platform';
import { isAdmissible, parseTrustPolicy } from '@lodemark/transparency';
import { CosignatureCollector, LogSigner, VouchedTrees } from '@lodemark/witness';

/** The trust policy of the registry's witnesses cannot be worked with. */
export class TrustPolicyUnfit extends Error {
  override readonly name = 'TrustPolicyUnfit';
}

/** The signer that keeps what it signed last in this folder; undefined without one. */
export function openSigner(folder: string | undefined): LogSigner | undefined {
  return folder === undefined ? undefined : new LogSigner(new VouchedTrees(folder));
}

/**
 * Collects the cosignatures that the trust policy of this file asks for; undefined without one. Its witnesses need
 * addresses; its log lines are for readers, because which log this is needs no saying here. @throws TrustPolicyUnfit
 */
export async function openWitnesses(file: string | undefined): Promise<CosignatureCollector | undefined> {
  if (file === undefined) return undefined;
  const policy = parseTrustPolicy(new Uint8Array(await readFile(file)));
  if (!policy.ok) {
    const problems = policy.problems.map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
    throw new TrustPolicyUnfit(`${file} is no trust policy: ${problems.join(' ')}`);
  }
  const silent = policy.value.witnesses.filter(({ url }) => url === undefined).map(({ name }) => name);
  if (silent.length > 0)
    throw new TrustPolicyUnfit(`${file} gives no address for the witnesses ${silent.join(', ')}.`);
  return new CosignatureCollector(policy.value, nodeSignatures(isAdmissible));
}

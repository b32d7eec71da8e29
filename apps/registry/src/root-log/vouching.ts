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

/** The witnesses of a root log: who is asked to cosign it, and what readers are told of them. */
export interface RootWitnesses {
  readonly collector: CosignatureCollector;
  /** Lines of the trust policy, but for those that name logs. */
  readonly lines: readonly string[];
}

/** The trust policy of this log's readers: its key, and the witnesses that its registry asks, with their quorum. */
export function publishedPolicy(logKey: string, witnesses: RootWitnesses | undefined): string {
  const lines = witnesses?.lines ?? ['quorum none'];
  return `${[`log ${logKey}`, ...lines].join('\n')}\n`;
}

/**
 * Collects the cosignatures that the trust policy of this file asks for; undefined without one. Its witnesses need
 * addresses; its log lines are for readers, because which log this is needs no saying here. @throws TrustPolicyUnfit
 */
export async function openWitnesses(file: string | undefined): Promise<RootWitnesses | undefined> {
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(await readFile(file));
  const policy = parseTrustPolicy(bytes);
  if (!policy.ok) {
    const problems = policy.problems.map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
    throw new TrustPolicyUnfit(`${file} is no trust policy: ${problems.join(' ')}`);
  }
  const silent = policy.value.witnesses.filter(({ url }) => url === undefined).map(({ name }) => name);
  if (silent.length > 0)
    throw new TrustPolicyUnfit(`${file} gives no address for the witnesses ${silent.join(', ')}.`);
  const collector = new CosignatureCollector(policy.value, nodeSignatures(isAdmissible));
  const text = new TextDecoder().decode(bytes);
  return {
    collector,
    lines: text.split('\n').filter((line) => /^[ \t]*(?:witness|group|quorum)[ \t]/.test(line)),
  };
}

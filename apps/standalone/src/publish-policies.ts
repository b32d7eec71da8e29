import { readdir, readFile } from 'node:fs/promises';
import { parsePolicyDocument, type PolicyDocument } from '@lodemark/policy';
import { canonicalBytes, readJson, sha256Hex } from '@lodemark/transparency';
import { callOk } from './scenario/api.js';

/** Publishes the policies that come with the product, those that the registry does not know yet. */
export async function publishPolicies(registryUrl: string, registrarToken: string): Promise<void> {
  for (const document of await shippedPolicies()) {
    const digest = sha256Hex(canonicalBytes(document));
    const body = { statementId: uuidFrom(digest), policy: document.id, document };
    await callOk(`${registryUrl}/v1/policies`, { method: 'POST', token: registrarToken, body });
  }
}

/** The policy documents that come with the product, by file name. */
export async function shippedPolicies(): Promise<readonly PolicyDocument[]> {
  const folder = new URL('../../../policies/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => {
      const read = readJson(await readFile(new URL(name, folder)));
      const policy = read.ok ? parsePolicyDocument(read.value) : read;
      if (!policy.ok)
        throw new Error(`policies/${name}: ${policy.problems.map(({ detail }) => detail).join(' ')}`);
      return policy.value;
    }),
  );
}

/** The same document has the same statement id at every start: publishing it again changes nothing. */
function uuidFrom(digest: string): string {
  const variant = '89ab'[Number.parseInt(digest.slice(16, 17), 16) % 4] ?? '8';
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}

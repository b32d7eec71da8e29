import { readdir, readFile } from 'node:fs/promises';
import { parsePolicyDocument, type PolicyDocument } from '@lodemark/policy';
import { canonicalBytes, readJson, sha256Hex } from '@lodemark/transparency';
import { callOk, member } from './scenario/api.js';
import { uuidFrom } from './uuid-from.js';

/** Tokens of two persons of the registrar: no policy is published by one alone. */
export interface TwoPersons {
  readonly publisher: string;
  readonly approver: string;
}

/** Publishes the policies that come with the product, those that the registry does not know yet. */
export async function publishPolicies(registryUrl: string, persons: TwoPersons): Promise<void> {
  for (const document of await shippedPolicies()) {
    const digest = sha256Hex(canonicalBytes(document));
    if (await isPublished(registryUrl, digest)) continue;
    await publishPolicy(registryUrl, persons, {
      statementId: uuidFrom(digest),
      policy: document.id,
      document,
    });
  }
}

/** One person hands a document in and publishes it, after the other approved it. */
export async function publishPolicy(
  registryUrl: string,
  { publisher, approver }: TwoPersons,
  publication: { readonly statementId: string; readonly policy: string; readonly document: object },
): Promise<void> {
  const bytes = canonicalBytes(publication.document);
  const kept = `${registryUrl}/v1/policies/${sha256Hex(bytes)}`;
  await callOk(kept, { method: 'PUT', token: publisher, body: new TextDecoder().decode(bytes) });
  await callOk(`${kept}/approval`, { method: 'POST', token: approver });
  await callOk(`${registryUrl}/v1/policies`, { method: 'POST', token: publisher, body: publication });
}

async function isPublished(registryUrl: string, digest: string): Promise<boolean> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: unknown = await callOk(`${registryUrl}/v1/policies?after=${String(after)}`);
    const policies = member(page, 'policies');
    if (Array.isArray(policies) && policies.some((one) => member(one, 'document') === digest)) return true;
    const next: unknown = member(page, 'next');
    after = typeof next === 'number' ? next : undefined;
  }
  return false;
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

import { readFile } from 'node:fs/promises';
import { parsePolicyDocument, type Policy } from '@lodemark/policy';

/** A policy of the repository; another object each time, as another process would hold. */
export async function policyOf(name: string): Promise<Policy> {
  const text = await readFile(new URL(`../../../../policies/${name}.json`, import.meta.url), 'utf8');
  const document = parsePolicyDocument(JSON.parse(text));
  if (!document.ok) throw new Error(JSON.stringify(document.problems));
  return { document: document.value, digest: '0'.repeat(64) };
}

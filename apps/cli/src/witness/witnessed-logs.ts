import { readFile } from 'node:fs/promises';
import { parseTrustPolicy, parseVerifierKey, type VerifierKey } from '@lodemark/transparency';
import type { WitnessedLog } from '@lodemark/witness';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** Which logs a witness looks at: `<vkey>`, `<vkey> <origin>` where the key has another name, or a trust policy's. */
export async function witnessedLogs(
  given: readonly string[],
  policyFile: string | undefined,
): Promise<readonly WitnessedLog[]> {
  const keys = [...given.map(logOf), ...(policyFile === undefined ? [] : await logsOfPolicy(policyFile))];
  const byOrigin = new Map<string, VerifierKey[]>();
  for (const { origin, key } of keys) byOrigin.set(origin, [...(byOrigin.get(origin) ?? []), key]);
  if (byOrigin.size > 0) return [...byOrigin].map(([origin, of]) => ({ origin, keys: of }));
  throw unusable('No log is named', 'Name one with --log, or several in a trust policy with --policy.');
}

function logOf(text: string): { readonly origin: string; readonly key: VerifierKey } {
  const [vkey = '', ...rest] = text.split(' ');
  const key = parseVerifierKey(vkey);
  if (key.ok) return { origin: rest.length === 0 ? key.value.name : rest.join(' '), key: key.value };
  throw unusable(
    `${vkey} is no verifier key: ${key.problems.map(({ detail }) => detail).join(' ')}`,
    'The operator of the log publishes it; it looks like name+1234abcd+AbC….',
  );
}

async function logsOfPolicy(
  path: string,
): Promise<readonly { readonly origin: string; readonly key: VerifierKey }[]> {
  const file = await readFile(path).catch((error: unknown) => {
    throw unusable(`The trust policy ${path} cannot be read: ${errorText(error)}`);
  });
  const policy = parseTrustPolicy(new Uint8Array(file));
  if (policy.ok) return policy.value.logs.map(({ key }) => ({ origin: key.name, key }));
  throw unusable(
    `${path} is no trust policy`,
    'Its form is that of https://c2sp.org/tlog-policy.',
    policy.problems.map(({ pointer, detail }) => `${pointer} ${detail}`),
  );
}

function unusable(cause: string, next?: string, details: readonly string[] = []): Failure {
  return new Failure({
    ...{ code: 'witnessed-log', exit: EXIT.usage, cause: `${cause}.`, details },
    ...(next === undefined ? {} : { next }),
  });
}

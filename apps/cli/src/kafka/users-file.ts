import { readFile } from 'node:fs/promises';
import type { ClusterUsers } from '@lodemark/feed';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isRecord, member } from '../network/json.js';

/** What such a file looks like, for messages and help. */
export const USERS_FILE_EXAMPLE =
  '{"registry": "registry", "provenance": ["provenance"], "custody": {"https://custody.tau-mining.example": "tau"}}';

/** Reads the users of a network's Kafka cluster. @throws Failure that says what is wrong with the file */
export async function readUsersFile(path: string): Promise<ClusterUsers> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(path, errorText(error));
  });
  const json = parsed(text, path);
  const registry = member(json, 'registry');
  const provenance = member(json, 'provenance');
  const custody = member(json, 'custody');
  if (!isUser(registry)) throw unusable(path, '"registry" is not the name of a user');
  if (!Array.isArray(provenance) || !provenance.every(isUser))
    throw unusable(path, '"provenance" is not a list of names of users');
  if (!isRecord(custody)) throw unusable(path, '"custody" does not give users by address');
  const services = Object.entries(custody);
  for (const [url, user] of services) {
    if (!URL.canParse(url) || !isUser(user))
      throw unusable(path, `"custody" has ${url}, which is not an address with a user`);
  }
  return { registry, provenance, custody: new Map(services as [string, string][]) };
}

function isUser(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(path, 'it is not JSON');
  }
}

function unusable(path: string, why: string): Failure {
  return new Failure({
    code: 'users-file-unusable',
    exit: EXIT.usage,
    cause: `${path} does not name the users of the Kafka cluster: ${why}.`,
    next: `Such a file looks like ${USERS_FILE_EXAMPLE}`,
  });
}

import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCode } from '@lodemark/platform/light';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { textMember } from './json.js';

const SITE_FILE = 'site.json';
export const DEFAULT_HOME = '.lodemark';

export const SERVICES = ['registry', 'custody', 'provenance'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** A network that runs on this machine, as `npm start` describes it in its folder. */
export interface Site {
  readonly home: string;
  readonly network: string;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Path of the token issuer's private key. */
  readonly issuerKey: string;
  readonly audience: string;
}

/** The site in a folder, or undefined when none was ever started there. */
export async function readSite(folder: string): Promise<Site | undefined> {
  const home = resolve(folder);
  const path = join(home, SITE_FILE);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw unreadable(path, errorText(error));
  });
  return text === undefined ? undefined : parseSite(text, { home, path });
}

function parseSite(text: string, { home, path }: { home: string; path: string }): Site {
  const json = parsed(text, path);
  const field = (name: string): string => {
    const value = textMember(json, name);
    if (value === undefined || value === '') throw unreadable(path, `it has no "${name}"`);
    return value;
  };
  return {
    home,
    network: field('network'),
    urls: {
      registry: field('registryUrl'),
      custody: field('custodyUrl'),
      provenance: field('provenanceUrl'),
    },
    issuerKey: join(home, basename(field('issuerKey'))),
    audience: field('audience'),
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(path, 'it is not JSON');
  }
}

function unreadable(path: string, why: string): Failure {
  return new Failure({
    code: 'site-unreadable',
    exit: EXIT.usage,
    cause: `${path} cannot be used: ${why}.`,
    next: 'Start the site again (npm start), which writes the file anew, or name another folder with --home.',
  });
}

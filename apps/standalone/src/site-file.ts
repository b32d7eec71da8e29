import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `lodemark` looks up to find a network on this machine. */
export const SITE_FILE = 'site.json';

/** Whom the tokens of a site's own issuer are for. */
export const AUDIENCE = 'lodemark';

export interface SiteAddresses {
  readonly network: string;
  readonly registryUrl: string;
  readonly custodyUrl: string;
  readonly provenanceUrl: string;
}

/** Names the addresses of a network for the command line, in the folder that holds the issuer's key. */
export async function writeSiteFile(folder: string, addresses: SiteAddresses): Promise<void> {
  const draft = join(folder, `${SITE_FILE}.new`);
  const site = { ...addresses, issuerKey: 'issuer.key', audience: AUDIENCE };
  await writeFile(draft, `${JSON.stringify(site, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, join(folder, SITE_FILE));
}

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbeddedPostgres } from './postgres/embedded-postgres.js';
import { Network, type NetworkOptions } from './network.js';
import { writeSiteFile } from './site-file.js';

/** Where a site keeps everything, unless LODEMARK_HOME says otherwise. */
export const DEFAULT_HOME = '.lodemark';

export interface Site {
  readonly network: Network;
  readonly postgres: EmbeddedPostgres;
  stop(): Promise<void>;
}

export type SiteOptions = Omit<NetworkOptions, 'adminUrl'>;

/** A network on an embedded Postgres of its own, all of it in one folder, which names the addresses for the command line. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const postgres = await EmbeddedPostgres.start({ folder: join(folder, 'postgres') });
  try {
    const network = await Network.start({ ...options, folder, adminUrl: postgres.adminUrl });
    const { registryUrl, custodyUrl, provenanceUrl } = network;
    await writeSiteFile(folder, { network: network.name, registryUrl, custodyUrl, provenanceUrl });
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      await network.stop();
      await postgres.stop();
    };
    return { network, postgres, stop: () => (stopped ??= stop()) };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { DEFAULT_HOME, readSite, type ServiceName, type Site } from './site.js';

/** What every command takes before or after its name. */
export interface GlobalOptions {
  readonly home?: string;
  readonly registryUrl?: string;
  readonly custodyUrl?: string;
  readonly provenanceUrl?: string;
  readonly token?: string;
  readonly json?: boolean;
  readonly color?: boolean;
}

export interface NetworkSettings {
  readonly home: string;
  readonly site: Site | undefined;
  readonly urls: Readonly<Partial<Record<ServiceName, string>>>;
  readonly token: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Flags go before the environment, the environment before the site's file. */
export async function readSettings(options: GlobalOptions, env: Environment): Promise<NetworkSettings> {
  const home = options.home ?? given(env['LODEMARK_HOME']) ?? DEFAULT_HOME;
  const site = await readSite(home);
  const choose = (service: ServiceName, flag: string | undefined, variable: string) => {
    const set = given(env[variable]);
    if (flag !== undefined) return address(flag, `--${service}-url`);
    if (set !== undefined) return address(set, variable);
    return site === undefined ? undefined : address(site.urls[service], 'site.json');
  };
  const registry = choose('registry', options.registryUrl, 'LODEMARK_REGISTRY_URL');
  const custody = choose('custody', options.custodyUrl, 'LODEMARK_CUSTODY_URL');
  const provenance = choose('provenance', options.provenanceUrl, 'LODEMARK_PROVENANCE_URL');
  return {
    home,
    site,
    urls: {
      ...(registry === undefined ? {} : { registry }),
      ...(custody === undefined ? {} : { custody }),
      ...(provenance === undefined ? {} : { provenance }),
    },
    token: options.token ?? given(env['LODEMARK_TOKEN']),
  };
}

/** The address of a service, or the failure that says how to name it. */
export function requireUrl({ urls, home }: NetworkSettings, service: ServiceName): string {
  const url = urls[service];
  if (url !== undefined) return url;
  throw new Failure({
    code: 'network-unknown',
    exit: EXIT.usage,
    cause: `No address of the ${service} service is known: no flag, no setting, and no site in ${home}.`,
    next:
      `Start a network here (npm start), point --home or LODEMARK_HOME at one (the demonstration's is ` +
      `${DEFAULT_HOME}/demo), or give --${service}-url or LODEMARK_${service.toUpperCase()}_URL.`,
  });
}

// An empty variable is one that is not set.
function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function address(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fits =
    url !== undefined &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '' &&
    url.password === '';
  if (fits) return url.href.replace(/\/+$/, '');
  throw new Failure({
    code: 'address-malformed',
    exit: EXIT.usage,
    cause: `${where} is not the address of a service: ${text}`,
    next: 'Give an address such as http://127.0.0.1:4701, without user, query or fragment.',
  });
}

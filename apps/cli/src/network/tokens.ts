import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { LocalIssuer, type CallerRole } from '@lodemark/platform/light';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { NetworkSettings } from './settings.js';
import { SERVICES, type Site } from './site.js';

const LIFETIME_S = 3_600;

/** An auditor who is engaged for everything: whoever can read the site's issuer key can be anybody there. */
export const WHOLE_ENGAGEMENT: CallerRole = {
  role: 'auditor',
  engagement: { lots: '*', facilities: '*', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
};

/** What a token is to say, but for its audience. */
export interface TokenWish {
  readonly subject: string;
  readonly roles: readonly CallerRole[];
  readonly lifetimeSeconds: number;
}

/** Bearer tokens for the services: the one that was given, or, for a site on this machine, made with its issuer key. */
export class Tokens {
  private readonly made = new Map<string, Promise<string>>();

  constructor(private readonly settings: NetworkSettings) {}

  /** A token with these roles for a request to `url`. @throws Failure when there is none to be had */
  async forRequest(url: string, roles: readonly CallerRole[]): Promise<string> {
    const { token, site } = this.settings;
    if (token !== undefined) return token;
    // A token of this site is shown to nobody else: it would open the site to them.
    if (site === undefined || !isOfSite(site, url)) throw noToken(url, roles);
    const wish = { subject: localSubject(), roles, lifetimeSeconds: LIFETIME_S };
    const name = JSON.stringify(roles);
    const known = this.made.get(name) ?? issueAt(site, wish);
    this.made.set(name, known);
    return known;
  }

  /** Whether tokens can be made here. */
  get canIssue(): boolean {
    return this.settings.site !== undefined;
  }

  /** A token of the site's own issuer. @throws Failure when there is no site on this machine */
  async issue(wish: TokenWish): Promise<string> {
    const { site, home } = this.settings;
    if (site !== undefined) return issueAt(site, wish);
    throw new Failure({
      code: 'no-site',
      exit: EXIT.usage,
      cause: `Tokens are made with the issuer key of a site on this machine, and there is none in ${home}.`,
      next: 'Name its folder with --home or LODEMARK_HOME; for other networks ask their identity provider.',
    });
  }
}

async function issueAt(site: Site, wish: TokenWish): Promise<string> {
  // Opening would make a new key where there is none, which no service of the site would trust.
  await access(site.issuerKey).catch(() => {
    throw new Failure({
      code: 'issuer-key-missing',
      exit: EXIT.usage,
      cause: `The site's issuer key ${site.issuerKey} is missing or not yours to read.`,
      next: 'Run the command as the user who runs the site, or start the site again.',
    });
  });
  const issuer = await LocalIssuer.open(site.issuerKey, `https://${site.network}`).catch((error: unknown) => {
    throw new Failure({
      code: 'issuer-key-unusable',
      exit: EXIT.usage,
      cause: errorText(error),
    });
  });
  return issuer.issue({ ...wish, audience: site.audience });
}

function isOfSite(site: Site, url: string): boolean {
  const { origin } = new URL(url);
  return SERVICES.some((service) => new URL(site.urls[service]).origin === origin);
}

function noToken(url: string, roles: readonly CallerRole[]): Failure {
  return new Failure({
    code: 'token-missing',
    exit: EXIT.usage,
    cause: `${new URL(url).origin} wants a token (${roles.map(({ role }) => role).join(', ')}), and it is no site of this machine.`,
    next: 'Give LODEMARK_TOKEN or --token: a token of the network’s identity provider.',
  });
}

/** Whose tokens are made here: whoever runs the command. */
export function localSubject(): string {
  try {
    return `local:${userInfo().username}`;
  } catch {
    return 'local:operator';
  }
}

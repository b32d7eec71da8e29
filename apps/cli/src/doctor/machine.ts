import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkSettings } from '../network/settings.js';
import { ok, warning, wrong, type Diagnosis } from './report.js';

const LEAST_NODE = [20, 19] as const;

/** Whether this Node is new enough. */
export function examineNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  if (fits) return ok('node', version);
  return wrong('node', `${version} is too old.`, `Install Node ${LEAST_NODE.join('.')} or newer.`);
}

/** Whether a site's folder and secrets are its owner's alone. */
export async function examineHome({ home, site }: NetworkSettings): Promise<readonly Diagnosis[]> {
  if (site === undefined) return [ok('site', `none in ${home}; the network is elsewhere`)];
  if (process.platform === 'win32') return [ok('site', `${site.network} in ${site.home}`)];
  const places = [
    { check: 'data folder', path: site.home, mode: '700', needed: true },
    { check: 'issuer key', path: site.issuerKey, mode: '600', needed: true },
    { check: 'site secret', path: join(site.home, 'site.key'), mode: '600', needed: false },
  ];
  const found = await Promise.all(places.map(examinePlace));
  return [ok('site', `${site.network} in ${site.home}`), ...found];
}

async function examinePlace(place: {
  readonly check: string;
  readonly path: string;
  readonly mode: string;
  readonly needed: boolean;
}): Promise<Diagnosis> {
  const { check, path, mode, needed } = place;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const detail = `${path} is missing, or not yours to look at.`;
    return needed
      ? wrong(check, detail, 'Run doctor as the user who runs the site.')
      : warning(check, detail);
  }
  const octal = (found.mode & 0o777).toString(8);
  if ((found.mode & 0o077) === 0) return ok(check, `${path} (mode ${octal})`);
  return wrong(check, `Others may enter or read ${path} (mode ${octal}).`, `chmod ${mode} ${path}`);
}

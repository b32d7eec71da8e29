import type { Session } from '../session.js';
import { isRecord, listMember, member, textMember } from '../network/json.js';
import type { Answer } from '../network/problem.js';
import { SERVICES, type ServiceName } from '../network/site.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import { counted } from '../text.js';
import { failed, ok, trouble, warning, wrong, type Diagnosis } from './report.js';

/** The version of the services' API that this command was written for. */
const API_VERSION = '1';
const QUICK = { attempts: 1, timeoutMs: 10_000 } as const;
/** A Date header has whole seconds, and an answer takes its time. */
const UNNOTICED_MS = 5_000;
/** Beyond this tokens are refused and events lie in the future. */
const HARMFUL_MS = 30_000;

/** Whether every service answers and is ready, what time it has and of which version it is. */
export async function examineServices(session: Session): Promise<readonly Diagnosis[]> {
  const found = await Promise.all(SERVICES.map((service) => examineService(session, service)));
  return found.flat();
}

async function examineService(session: Session, service: ServiceName): Promise<readonly Diagnosis[]> {
  try {
    const client = session.service(service);
    const before = session.surroundings.now().getTime();
    const answer = await client.call('/health/ready', QUICK);
    const after = session.surroundings.now().getTime();
    const document = await client.call('/openapi.json', QUICK);
    return [
      readiness(service, client.url, answer),
      clock(service, answer, { before, after }),
      versionOf(service, document),
    ];
  } catch (error) {
    return [failed(service, error)];
  }
}

function readiness(service: string, url: string, { status, body }: Answer): Diagnosis {
  if (status === 200 && textMember(body, 'status') === 'up') return ok(service, `ready at ${url}`);
  const checks = member(body, 'checks');
  if (!isRecord(checks)) return wrong(service, `${url} answers ${status}, but is no Lodemark service.`);
  const down = Object.entries(checks)
    .filter(([, check]) => textMember(check, 'status') !== 'up')
    .map(([name, check]) => `${name}: ${textMember(check, 'detail') ?? 'down'}`);
  return trouble(service, `${url} is not ready (${down.join('; ') || 'stopping'}).`);
}

export function clock(
  service: string,
  { headers }: Pick<Answer, 'headers'>,
  { before, after }: { readonly before: number; readonly after: number },
): Diagnosis {
  const check = `${service} clock`;
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(date)) return warning(check, 'It does not say what time it has.');
  // The header was cut to whole seconds somewhere between the two.
  const skew = date > after ? date - after : Math.min(0, date + 1_000 - before);
  const detail = `${Math.abs(Math.trunc(skew / 1_000))} s ${skew > 0 ? 'ahead of' : 'behind'} this machine`;
  if (Math.abs(skew) > HARMFUL_MS)
    return wrong(check, `${detail}.`, 'Let both machines take their time from the network.');
  return Math.abs(skew) > UNNOTICED_MS ? warning(check, `${detail}.`) : ok(check, 'agrees with this machine');
}

function versionOf(service: string, { body }: Answer): Diagnosis {
  const check = `${service} version`;
  const version = textMember(member(body, 'info'), 'version');
  if (version?.split('.')[0] === API_VERSION) return ok(check, `API ${version}`);
  const detail = `It speaks version ${version ?? '(unknown)'} of the API, this command version ${API_VERSION}.`;
  return wrong(check, detail, 'Use the lodemark of the same release as the services.');
}

/** How far provenance has come, and what it cannot apply. */
export async function examineProvenance(session: Session): Promise<readonly Diagnosis[]> {
  try {
    const provenance = session.service('provenance');
    const asked = { ...QUICK, roles: [WHOLE_ENGAGEMENT] };
    const latest = await provenance.ask('/v1/horizons/latest', asked);
    const parked = await provenance.ask('/v1/parked', asked);
    return [horizonOf(latest), parkedOf(parked)];
  } catch (error) {
    return [failed('horizon', error)];
  }
}

function horizonOf(latest: unknown): Diagnosis {
  const size = String(member(member(latest, 'horizon'), 'size'));
  const missing = listMember(latest, 'missing');
  if (missing.length === 0) return ok('horizon', `root log size ${size}, nothing missing`);
  const logs = missing.map(
    (log) => `${textMember(log, 'origin') ?? ''}: ${textMember(log, 'missing') ?? ''}`,
  );
  const detail = `Answers are given at root log size ${size}; later ones wait for ${logs.join(', ')}.`;
  const unfit = missing.some((log) => textMember(log, 'missing') === 'fit');
  return unfit
    ? wrong(
        'horizon',
        detail,
        'Entries that do not fit what their log signed: ask its operator, look for a fork.',
      )
    : warning('horizon', detail);
}

function parkedOf(parked: unknown): Diagnosis {
  const count = listMember(parked, 'entries').length + listMember(parked, 'root').length;
  if (count === 0) return ok('parked', 'no entry');
  return wrong(
    'parked',
    `${counted(count, 'entry', 'entries')} cannot be applied; their lots are in doubt.`,
    'Upgrade provenance to a version that knows their schema.',
  );
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTokenVerifier, LocalIssuer, type CallerRole, type Engagement } from '@lodemark/platform';
import type { Request } from './support/http.js';
import { NOW, TestNetwork } from './support/network.js';
import { event, kg, lotCreated } from './support/parties.js';

jest.setTimeout(120_000);

const AUDIENCE = 'custody';
const ISSUER = 'https://id.example';
const YEAR: Omit<Engagement, 'lots' | 'facilities'> = {
  from: '2026-01-01T00:00:00Z',
  to: '2027-01-01T00:00:00Z',
};
const LOT = 'kokbulak/A-1';
const OTHER_LOT = 'kokbulak/A-2';

const auditor = (engagement: Partial<Engagement>): CallerRole[] => [
  { role: 'auditor', engagement: { lots: [], facilities: [], ...YEAR, ...engagement } },
];

/** Everybody who may come, by what their tokens say. */
const ROLES = {
  operator: [{ role: 'facility-operator', facilities: ['kokbulak'] }],
  receiver: [{ role: 'facility-operator', facilities: ['src'] }],
  stranger: [{ role: 'facility-operator', facilities: ['euclid'] }],
  facilityAuditor: auditor({ facilities: ['kokbulak'] }),
  lotAuditor: auditor({ lots: [LOT] }),
  networkAuditor: auditor({ facilities: '*', lots: '*' }),
  otherAuditor: auditor({ facilities: ['src'], lots: ['src/1'] }),
  formerAuditor: auditor({ facilities: '*', lots: '*', to: NOW }),
  futureAuditor: auditor({ facilities: '*', lots: '*', from: '2026-11-24T12:00:01Z' }),
  registrar: [{ role: 'registrar' }],
  administrator: [{ role: 'administrator' }],
  nobody: [],
} satisfies Record<string, CallerRole[]>;

type Who = keyof typeof ROLES;
const EVERYBODY = Object.keys(ROLES) as Who[];
const LOG_READERS: Who[] = ['operator', 'facilityAuditor', 'networkAuditor', 'registrar', 'administrator'];
const RECORD_READERS: Who[] = ['operator', 'facilityAuditor', 'networkAuditor'];

describe('who may do what', () => {
  let network: TestNetwork;
  let issuer: LocalIssuer;
  let folder: string;
  const tokens = new Map<Who, string>();
  const ids = { created: '', other: '', dispatched: '' };
  const digests = { document: '', unnamed: '', disclosure: '' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lodemark-custody-'));
    issuer = await LocalIssuer.open(join(folder, 'issuer.json'), ISSUER);
    network = await TestNetwork.start({
      label: 'access',
      tokens: createTokenVerifier([issuer.trust(AUDIENCE)]),
    });
    for (const who of EVERYBODY) tokens.set(who, await token(who));
    await network.join('kokbulak', { as: tokens.get('administrator') ?? '' });
    await network.settle();
    await keepRecords();
    await recordEvents();
    await network.settle();
  });

  afterAll(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
    await network.stop();
    await rm(folder, { recursive: true });
  });

  function token(who: Who, audience = AUDIENCE, lifetimeSeconds = 600): Promise<string> {
    return issuer.issue({ subject: `the ${who}`, roles: ROLES[who], audience, lifetimeSeconds });
  }

  async function done(path: string, request: Request): Promise<Record<string, unknown>> {
    const answer = await network.custodyCall(path, { token: tokens.get('operator') ?? '', ...request });
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  }

  async function keepRecords(): Promise<void> {
    const put = async (body: string) =>
      String(
        (await done('/v1/documents?facility=kokbulak', { method: 'PUT', body, mediaType: 'text/plain' }))[
          'digest'
        ],
      );
    digests.document = await put('certificate of analysis (invented)');
    digests.unnamed = await put('that no event names (invented)');
    const disclosure = {
      facility: 'kokbulak',
      field: 'price',
      salt: 'J2Yv0q6kL1bTn8c5RwXe4g',
      value: '17.5',
    };
    digests.disclosure = String(
      (await done('/v1/disclosures', { method: 'PUT', body: disclosure }))['digest'],
    );
  }

  async function recordEvents(): Promise<void> {
    const created = lotCreated('kokbulak', { lot: LOT });
    const other = lotCreated('kokbulak', { lot: OTHER_LOT });
    const dispatched = event('Dispatched', 'kokbulak', {
      ...{ shipment: 'S-1', to: 'src', nonce: 'abcdefgh' },
      lots: [{ lot: LOT, form: 'CONCENTRATE', mass: kg('40000') }],
      documents: [{ digest: digests.document, kind: 'certificate-of-analysis' }],
      private: { price: digests.disclosure },
    });
    for (const one of [created, other, dispatched]) await done('/v1/events', { method: 'POST', body: one });
    ids.created = String(created['eventId']);
    ids.other = String(other['eventId']);
    ids.dispatched = String(dispatched['eventId']);
  }

  interface Row {
    readonly path: () => string;
    readonly request?: Request;
    /** Who gets in; everybody else gets `otherwise`. */
    readonly admitted: readonly Who[];
    readonly otherwise: number;
    readonly status?: number;
  }

  /** Every operation that needs a token, and who has the right to it. */
  const MATRIX: Readonly<Record<string, Row>> = {
    'the whole log': { path: () => '/v1/logs/kokbulak/entries', admitted: LOG_READERS, otherwise: 403 },
    'a bundle of entries': {
      path: () => '/v1/logs/kokbulak/tile/entries/000.p/1',
      admitted: LOG_READERS,
      otherwise: 403,
    },
    'a proof of inclusion': {
      path: () => '/v1/logs/kokbulak/proofs/inclusion?index=0&size=1',
      admitted: LOG_READERS,
      otherwise: 403,
    },
    'the log of a facility that is not here': {
      path: () => '/v1/logs/nowhere/entries',
      admitted: [],
      otherwise: 403,
    },
    'the list of lots': {
      path: () => '/v1/lots?facility=kokbulak',
      admitted: [...LOG_READERS, 'lotAuditor', 'otherAuditor'],
      otherwise: 403,
    },
    'an engaged lot': {
      path: () => `/v1/lots/${LOT}`,
      admitted: [...LOG_READERS, 'lotAuditor'],
      otherwise: 403,
    },
    'another lot': { path: () => `/v1/lots/${OTHER_LOT}`, admitted: LOG_READERS, otherwise: 403 },
    'an event of an engaged lot': {
      path: () => `/v1/events/kokbulak/${ids.created}`,
      admitted: [...LOG_READERS, 'lotAuditor'],
      otherwise: 403,
    },
    'an event of another lot': {
      path: () => `/v1/events/kokbulak/${ids.other}`,
      admitted: LOG_READERS,
      otherwise: 403,
    },
    'a dispatch': {
      path: () => `/v1/events/kokbulak/${ids.dispatched}`,
      admitted: [...LOG_READERS, 'lotAuditor', 'receiver'],
      otherwise: 403,
    },
    'a document': {
      path: () => `/v1/documents/${digests.document}`,
      admitted: RECORD_READERS,
      otherwise: 404,
    },
    'a document on account of a lot': {
      path: () => `/v1/documents/${digests.document}?lot=${LOT}`,
      admitted: [...RECORD_READERS, 'lotAuditor', 'receiver'],
      otherwise: 404,
    },
    'a document on account of another lot': {
      path: () => `/v1/documents/${digests.document}?lot=${OTHER_LOT}`,
      admitted: RECORD_READERS,
      otherwise: 404,
    },
    'a document that no event names': {
      path: () => `/v1/documents/${digests.unnamed}?lot=${LOT}`,
      admitted: RECORD_READERS,
      otherwise: 404,
    },
    'a private value': {
      path: () => `/v1/disclosures/${digests.disclosure}?facility=kokbulak`,
      admitted: RECORD_READERS,
      otherwise: 404,
    },
    'a private value on account of a lot': {
      path: () => `/v1/disclosures/${digests.disclosure}?facility=kokbulak&lot=${LOT}`,
      admitted: [...RECORD_READERS, 'lotAuditor'],
      otherwise: 404,
    },
    'to open a log': {
      path: () => '/v1/facilities',
      request: { method: 'POST', body: { facility: 'kokbulak', custodialKey: true } },
      admitted: ['operator', 'registrar', 'administrator'],
      otherwise: 403,
    },
    'to keep a document': {
      path: () => '/v1/documents?facility=kokbulak',
      request: { method: 'PUT', body: 'a ticket (invented)', mediaType: 'text/plain' },
      admitted: ['operator'],
      otherwise: 403,
    },
    'to keep a private value': {
      path: () => '/v1/disclosures',
      request: {
        method: 'PUT',
        body: { facility: 'kokbulak', field: 'customer', salt: 'J2Yv0q6kL1bTn8c5RwXe4g', value: 'x' },
      },
      admitted: ['operator'],
      otherwise: 403,
    },
    'to erase a private value': {
      path: () => `/v1/disclosures/${'ab'.repeat(32)}?facility=kokbulak`,
      request: { method: 'DELETE' },
      admitted: ['operator'],
      otherwise: 403,
      status: 404,
    },
    'what a restored log lacks': {
      path: () => '/v1/logs/kokbulak/recovery',
      admitted: ['administrator'],
      otherwise: 403,
    },
    'to put entries back': {
      path: () => '/v1/logs/kokbulak/recovery',
      request: { method: 'POST', body: { from: 0, entries: [], proof: [] } },
      admitted: ['administrator'],
      otherwise: 403,
    },
    'to have an event checked': {
      path: () => '/v1/events/check',
      request: { method: 'POST', body: lotCreated('kokbulak', { lot: 'kokbulak/A-3' }) },
      admitted: ['operator'],
      otherwise: 403,
    },
  };

  describe.each(Object.entries(MATRIX))('%s', (_, row) => {
    it.each(EVERYBODY)('is asked for by the %s', async (who) => {
      const answer = await network.custodyCall(row.path(), { ...row.request, token: tokens.get(who) ?? '' });
      const expected = row.admitted.includes(who) ? (row.status ?? 200) : row.otherwise;
      // Those who may know are told that nothing is kept here.
      const isNowhere =
        row.path().includes('nowhere') && ['networkAuditor', 'registrar', 'administrator'].includes(who);
      expect(answer.status).toBe(isNowhere ? 404 : expected);
    });

    it('needs a token that is good', async () => {
      const ask = (bearer?: string) =>
        network.custodyCall(row.path(), {
          ...row.request,
          ...(bearer === undefined ? {} : { token: bearer }),
        });
      const good = tokens.get('operator') ?? '';
      const [head, , signature] = good.split('.') as [string, string, string];
      const claims = Buffer.from(JSON.stringify({ iss: ISSUER, aud: AUDIENCE, sub: 'x', exp: 4e9 }));
      for (const bearer of [
        undefined,
        'nonsense',
        await token('operator', AUDIENCE, -60),
        await token('operator', 'registry'),
        `${good.slice(0, -4)}AAAA`,
        `${head}.${claims.toString('base64url')}.${signature}`,
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims.toString('base64url')}.`,
      ]) {
        const answer = await ask(bearer);
        expect([bearer, answer.status]).toEqual([bearer, 401]);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
      }
    });
  });

  it('shows an auditor of single lots those, and nothing of the others', async () => {
    const list = async (who: Who, query = '') =>
      (await network.custodyCall(`/v1/lots?facility=kokbulak${query}`, { token: tokens.get(who) ?? '' }))
        .json;
    const lots = async (who: Who, query = '') =>
      ((await list(who, query))['lots'] as unknown as { lot: string }[]).map(({ lot }) => lot);
    expect(await lots('operator')).toEqual([LOT, OTHER_LOT]);
    expect(await lots('lotAuditor')).toEqual([LOT]);
    expect(await lots('lotAuditor', '&standing=held')).toEqual([]);
    expect(await lots('lotAuditor', '&standing=in-transit')).toEqual([LOT]);
    expect(await lots('otherAuditor')).toEqual([]);
  });

  it('shows checkpoints and consistency proofs to everybody', async () => {
    for (const path of ['/v1/logs/kokbulak/checkpoint', '/v1/logs/kokbulak/proofs/consistency?from=1&to=2'])
      expect([path, (await network.get(path)).status]).toEqual([path, 200]);
  });

  it('shows tiles of hashes to everybody, and no entries under another spelling of their path', async () => {
    const status = async (tile: string) => (await network.get(`/v1/logs/kokbulak/tile/${tile}`)).status;
    expect(await status('0/000.p/1')).toBe(200);
    for (const spelled of [
      'entries%2F000.p/1',
      '%65ntries/000.p/1',
      'entries%2f000.p%2f1',
      './entries/000.p/1',
    ])
      expect([spelled, await status(spelled)]).not.toEqual([spelled, 200]);
  });

  it('knows every operation: a new one needs a row here', async () => {
    const { paths } = (await network.get('/openapi.json')).json as unknown as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
    };
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, { security = [] }]) => `${method} ${path}${security.length === 0 ? ' public' : ''}`,
      ),
    );
    expect(operations.sort()).toEqual([
      'delete /v1/disclosures/{digest}',
      'get /v1/disclosures/{digest}',
      'get /v1/documents/{digest}',
      'get /v1/events/{facility}/{eventId}',
      'get /v1/logs/{facility}/checkpoint public',
      'get /v1/logs/{facility}/entries',
      'get /v1/logs/{facility}/proofs/consistency public',
      'get /v1/logs/{facility}/proofs/inclusion',
      'get /v1/logs/{facility}/recovery',
      'get /v1/logs/{facility}/tile/entries/{path}',
      'get /v1/logs/{facility}/tile/{path} public',
      'get /v1/lots',
      'get /v1/lots/{facility}/{number}',
      'post /v1/events',
      'post /v1/events/check',
      'post /v1/facilities',
      'post /v1/logs/{facility}/recovery',
      'put /v1/disclosures',
      'put /v1/documents',
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { codeOf } from './support/http.js';
import { operator, TestNetwork } from './support/network.js';
import { event, kg, lotCreated, type Fields } from './support/parties.js';

jest.setTimeout(120_000);

const clerk = operator('kokbulak', 'src');

interface Lot {
  readonly lot: string;
  readonly standing: string;
  readonly nextSteps: string[];
  readonly history: { readonly lotSequence: number; readonly event: { readonly type: string } }[];
  readonly historyNext?: number;
}

describe('lots at a facility', () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'lots' });
    await network.join('kokbulak');
    await network.join('src', { steps: ['CRACK_LEACH', 'SEPARATE'] });
    await network.settle();
  });

  afterAll(async () => {
    for (const facility of ['kokbulak', 'src']) expect(await network.audit(facility)).toEqual([]);
    await network.stop();
  });

  async function post(body: Fields): Promise<string> {
    const answer = await network.postJson(body, clerk);
    if (answer.status !== 201) throw new Error(answer.text);
    return (answer.json['receipt'] as unknown as { payloadDigest: string }).payloadDigest;
  }
  const lotAt = async (lot: string, query = '') =>
    (await network.get(`/v1/lots/${lot}${query}`, clerk)).json as unknown as Lot;

  it('show what is held, what happened, and the steps that form and register allow', async () => {
    const lot = 'kokbulak/L-1';
    await post(lotCreated('kokbulak', { lot }));
    expect(await lotAt(lot)).toMatchObject({
      ...{ lot, facility: 'kokbulak', standing: 'held', form: 'CONCENTRATE', kg: '40000.000000', entries: 1 },
      nextSteps: ['BENEFICIATE', 'BLEND', 'SPLIT', 'REPACK'],
      history: [{ index: 0, lotSequence: 0, kind: 'event', event: { type: 'LotCreated' } }],
    });
    const lines = [{ lot, form: 'CONCENTRATE', mass: kg('40000') }];
    const sent = { shipment: 'S-1', to: 'src', nonce: 'abcdefgh', lots: lines };
    const dispatch = await post(event('Dispatched', 'kokbulak', sent));
    expect(await lotAt(lot)).toMatchObject({ standing: 'in-transit', nextSteps: [], entries: 2 });

    const received = {
      dispatch,
      nonce: 'abcdefgh',
      lots: lines.map((line) => ({ ...line, decision: 'accepted' })),
    };
    await post(event('Received', 'src', received));
    expect(await lotAt(lot, '?at=src')).toMatchObject({
      ...{ facility: 'src', standing: 'held', entries: 1 },
      nextSteps: ['CRACK_LEACH', 'BLEND', 'SPLIT', 'REPACK'],
    });
  });

  it('have a history that is read in pages without holes', async () => {
    const lot = 'kokbulak/L-2';
    await post(lotCreated('kokbulak', { lot }));
    for (let i = 0; i < 6; i++)
      await post(
        event('Stored', 'kokbulak', { lots: [lot], location: `bay ${i}`, sealed: true, segregated: true }),
      );
    const seen: number[] = [];
    for (let from: number | undefined = 0; from !== undefined;) {
      const page: Lot = await lotAt(lot, `?from=${from}&limit=3`);
      seen.push(...page.history.map(({ lotSequence }) => lotSequence));
      from = page.historyNext;
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect((await lotAt(lot, '?from=7')).history).toEqual([]);
  });

  it('are listed in pages, by standing, in the order of their ids', async () => {
    for (const number of ['P-1', 'P-2', 'P-3'])
      await post(lotCreated('kokbulak', { lot: `kokbulak/${number}` }));
    const list = async (query: string) =>
      (await network.get(`/v1/lots?facility=kokbulak${query}`, clerk)).json as unknown as {
        lots: Lot[];
        next?: string;
      };
    const first = await list('&limit=2');
    const second = await list(`&limit=2&after=${String(first.next)}`);
    const rest = await list(`&after=${String(second.next)}`);
    expect([...first.lots, ...second.lots, ...rest.lots].map(({ lot }) => lot)).toEqual(
      ['L-1', 'L-2', 'P-1', 'P-2', 'P-3'].map((number) => `kokbulak/${number}`),
    );
    expect(rest.next).toBeUndefined();
    expect((await list('&standing=in-transit')).lots.map(({ lot }) => lot)).toEqual(['kokbulak/L-1']);
  });

  it('are not there when the log never named them', async () => {
    const answer = await network.get('/v1/lots/kokbulak/none', clerk);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
  });

  it('go by an amendment of the facility from the day on which it takes effect', async () => {
    await network.state('/v1/facilities/kokbulak/amendments', {
      ...{ organization: 'kokbulak-org', name: 'kokbulak (invented)', country: 'KZ' },
      ...{ steps: [{ step: 'CRACK_LEACH' }], operating: { from: '2020-01-01', to: '2026-12-31' } },
      ...{ custodyUrl: network.custodyUrl, reason: 'a new line', effectiveFrom: '2026-12-01T00:00:00Z' },
    });
    await network.settle();
    expect((await lotAt('kokbulak/L-2')).nextSteps[0]).toBe('BENEFICIATE');
    network.clock.set(new Date('2026-12-01T00:00:00Z'));
    expect((await lotAt('kokbulak/L-2')).nextSteps[0]).toBe('CRACK_LEACH');
    network.clock.set(new Date('2027-01-01T00:00:00Z'));
    expect((await lotAt('kokbulak/L-2')).nextSteps).toEqual([]);
  });
});

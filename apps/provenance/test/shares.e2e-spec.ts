import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mined } from './support/events.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(60_000);

const kg = (value: string) => ({ net: { value, unit: 'kg' }, moisture: { value: '0', unit: '%' } });
const praseodymium = (percent: string) => ({
  composition: {
    basis: 'dry',
    analytes: [{ substance: 'Pr', fraction: { value: percent, unit: '%' }, of: 'material' }],
  },
});

function merged(
  child: string,
  parents: readonly (readonly [string, string])[],
  { mass = '400', ...more }: { mass?: string; custodyModel?: string },
): object {
  return {
    type: 'Merged',
    parents: parents.map(([lot, mass]) => ({ lot, mass: kg(mass) })),
    child: { lot: child, form: 'CONCENTRATE', mass: kg(mass), ...praseodymium('1.5') },
    ...more,
  };
}

interface Shares {
  readonly elements: readonly {
    readonly element: string;
    readonly kg: string;
    readonly basis: string;
    readonly shares: readonly { readonly root: string | null; readonly share: string; readonly kg: string }[];
  }[];
}

describe('the shares of a lot', () => {
  let world: World;
  let service: TestService;

  beforeAll(async () => {
    world = await openWorld();
    const { custody } = world;
    service = await TestService.start(world);
    await custody.join('mine');
    await custody.seeRoot('mine');
    const poor = { mass: kg('1000'), ...praseodymium('1') };
    await custody.post('mine', mined('mine/poor', '1000', poor));
    await custody.post('mine', mined('mine/rich', '1000', { mass: kg('1000'), ...praseodymium('2') }));
    await custody.post('mine', mined('mine/unsaid', '1000'));
    const both = [
      ['mine/poor', '200'],
      ['mine/rich', '200'],
    ] as const;
    await custody.post('mine', merged('mine/blend', both, { custodyModel: 'segregated' }));
    await custody.post('mine', merged('mine/booked', both, { custodyModel: 'mass-balance' }));
    const unsaid = [...both, ['mine/unsaid', '10']] as const;
    await custody.post(
      'mine',
      merged('mine/half-known', unsaid, { mass: '410', custodyModel: 'segregated' }),
    );
    await custody.round('mine');
    await service.provenance.caughtUp();
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  const sharesOf = async (lot: string): Promise<Shares['elements'][number]> => {
    const { status, body } = await service.get(`/v1/lots/${lot}/shares`);
    expect(status).toBe(200);
    const [only] = (body as Shares).elements;
    if (only === undefined) throw new Error(`${lot} holds nothing`);
    return only;
  };

  it('are weighed by the element that each input brought, and add up to the lot', async () => {
    expect(await sharesOf('mine/blend')).toMatchObject({
      element: 'Pr',
      kg: '6.000000',
      basis: 'exact',
      shares: [
        { root: 'mine/rich', origin: 'mined', share: '0.666666666667', kg: '4.000000', unknown: null },
        { root: 'mine/poor', origin: 'mined', share: '0.333333333333', kg: '2.000000', unknown: null },
      ],
    });
  });

  it('are marked as bookkeeping where the model of a step lets material be booked from lot to lot', async () => {
    const { basis, shares } = await sharesOf('mine/booked');
    expect(basis).toBe('bookkeeping');
    expect(shares.map(({ root }) => root)).toEqual(['mine/rich', 'mine/poor']);
  });

  it('are given to no root where one of the inputs was not measured', async () => {
    expect(await sharesOf('mine/half-known')).toMatchObject({
      basis: 'bookkeeping',
      shares: [{ root: null, unknown: 'not-measured', endsAt: 'mine/half-known', share: '1.000000000000' }],
    });
  });
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dispatched, mined, received, transformed } from './support/events.js';
import { TestService } from './support/test-service.js';
import { closeWorld, openWorld, type World } from './support/world.js';

jest.setTimeout(120_000);

interface Step {
  readonly from: string;
  readonly to: string;
  readonly gone: readonly { readonly code: string; readonly facts: object }[];
  readonly came: readonly { readonly code: string; readonly facts: object }[];
}
interface Difference {
  readonly a: { readonly outcome: string };
  readonly b: { readonly outcome: string };
  readonly data: Step;
  readonly policy: Step;
  readonly question: Step;
}
interface Cures {
  readonly outcome: string;
  readonly missing: readonly {
    readonly by: string;
    readonly code: string;
    readonly rules: readonly string[];
    readonly explanations: readonly string[];
  }[];
}

const LOT = 'mine/1';
const ORE = {
  composition: {
    basis: 'dry',
    treo: { value: '45.0', unit: '%' },
    analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
  },
};
const FLOAT = { name: 'many', kind: 'public-float', country: 'US' };
const NOTHING = { gone: [], came: [] };

describe('reading verdicts', () => {
  let world: World;
  let service: TestService;
  let curesBefore: Cures;
  let given: Record<'early' | 'late' | 'lower' | 'dated' | 'other', string>;

  async function verdict(more: object = {}): Promise<string> {
    const { status, body } = await service.post('/v1/verdicts', { lot: LOT, policy: 'WC-3', ...more });
    expect(status).toBe(201);
    return (body as { id: string }).id;
  }

  const cures = async () => (await service.get(`/v1/lots/${LOT}/cures?policy=WC-3`)).body as Cures;

  async function difference(a: string, b: string): Promise<Difference> {
    const { status, body } = await service.get(`/v1/verdicts/diff?a=${a}&b=${b}`);
    expect(status).toBe(200);
    return body as Difference;
  }

  beforeAll(async () => {
    world = await openWorld();
    const { custody, registry } = world;
    service = await TestService.start(world);
    for (const name of ['WC-0', 'WC-3']) {
      const text = await readFile(new URL(`../../../policies/${name}.json`, import.meta.url), 'utf8');
      await registry.publishPolicy(name, JSON.parse(text) as object);
    }
    for (const facility of ['mine', 'plant']) await custody.join(facility);
    for (const facility of ['mine', 'plant']) await custody.seeRoot(facility);
    await custody.post('mine', mined('mine/1', '1000', ORE));
    const dispatch = await custody.post('mine', dispatched('plant', [{ lot: 'mine/1', kg: '1000' }]));
    await custody.post('plant', received(dispatch.digest, [{ lot: 'mine/1', kg: '1000' }]));
    await custody.post(
      'plant',
      transformed('CRACK_LEACH', [{ lot: 'mine/1', kg: '1000' }], [{ lot: 'plant/C-1', kg: '700' }]),
    );
    await custody.round('mine', 'plant');
    await service.provenance.caughtUp();
    curesBefore = await cures();
    const early = await verdict();
    const organizations = await service.get(`/v1/facilities`);
    const { facilities } = organizations.body as { facilities: { organization: string }[] };
    for (const organization of new Set(facilities.map((one) => one.organization))) {
      await registry.state({
        ...{ type: 'OwnershipDeclared', organization, from: '2026-01-01' },
        holders: [{ holder: FLOAT, equity: '100', votes: '100', seats: '100' }],
      });
    }
    await custody.round('mine', 'plant');
    await service.provenance.caughtUp();
    const question = { deliveryDate: '2027-02-15' };
    given = {
      early,
      late: await verdict(),
      lower: await verdict({ policy: 'WC-0' }),
      dated: await verdict({ policy: 'WC-0', question }),
      other: await verdict({ lot: 'plant/C-1' }),
    };
  });

  afterAll(async () => {
    await service.close();
    await closeWorld(world);
  });

  it('explains each finding in the order of the findings', async () => {
    const { body } = await service.get(`/v1/verdicts/${given.late}`);
    const { verdict: kept, explanations } = body as {
      verdict: { findings: { rule: string; cure?: { by: string; what: string } }[] };
      explanations: string[];
    };
    expect(explanations).toHaveLength(kept.findings.length);
    for (const [i, { rule, cure }] of kept.findings.entries()) {
      expect(explanations[i]).toMatch(new RegExp(`^${rule} `));
      if (cure !== undefined) expect(explanations[i]).toContain(`To cure it, ${cure.by}: ${cure.what}.`);
    }
  });

  it('says what changed because other entries count', async () => {
    const { a, b, data, policy, question } = await difference(given.early, given.late);
    expect(data).toMatchObject({ from: a.outcome, to: b.outcome });
    expect(data.gone.map(({ code }) => code)).toContain('ownership-undeclared');
    expect(data.came.map(({ code }) => code)).not.toContain('ownership-undeclared');
    for (const step of [policy, question])
      expect(step).toEqual({ from: b.outcome, to: b.outcome, ...NOTHING });
  });

  it('says what changed because of the policy, and what because of the question', async () => {
    const { data, policy, question } = await difference(given.late, given.dated);
    expect(data).toMatchObject(NOTHING);
    expect(policy.gone.length).toBeGreaterThan(0);
    expect(policy.to).toBe(question.from);
    const asked = await difference(given.lower, given.dated);
    expect(asked).toMatchObject({ data: NOTHING, policy: NOTHING, question });
  });

  it('says what of everything differs from the first verdict to the last', async () => {
    const { a, b, data, policy, question } = await difference(given.early, given.dated);
    expect([data.from, policy.from, question.from, question.to]).toEqual([
      a.outcome,
      data.to,
      policy.to,
      b.outcome,
    ]);
    expect(data.gone.length).toBeGreaterThan(0);
    expect(policy.gone.length).toBeGreaterThan(0);
  });

  it('does not compare verdicts on different lots, or verdicts that nobody gave', async () => {
    expect(await service.get(`/v1/verdicts/diff?a=${given.late}&b=${given.other}`)).toMatchObject({
      status: 422,
      body: { lots: [LOT, 'plant/C-1'] },
    });
    expect(await service.get(`/v1/verdicts/diff?a=${given.late}&b=${'0'.repeat(64)}`)).toMatchObject({
      status: 404,
    });
    const { status, body } = await service.get(`/v1/verdicts/diff?a=${given.late}`);
    expect({ status, text: JSON.stringify(body) }).toMatchObject({
      ...{ status: 400, text: expect.stringContaining('SHA-256') },
    });
  });

  it('lists what is missing once, by who must supply it, until it is there', async () => {
    const undeclared = ({ missing }: Cures) => missing.filter(({ rules }) => rules.includes('C20@1'));
    expect(curesBefore.outcome).not.toBe('PASS');
    expect(undeclared(curesBefore).length).toBeGreaterThan(0);
    const named = curesBefore.missing.map(({ by, code }) => `${by} ${code}`);
    const facilities = curesBefore.missing.map(({ by }) => by).filter((by) => !/^(asker|policy)$/.test(by));
    expect(facilities).toEqual([...facilities].sort());
    expect(named.length).toBe(curesBefore.missing.length);
    for (const { rules, explanations } of curesBefore.missing) {
      expect(explanations[0]).toMatch(new RegExp(`^(${rules.join('|')}) is not proven: `));
    }
    expect(undeclared(await cures())).toEqual([]);
  });

  it('answers what is missing for a question about a delivery, and keeps nothing of it', async () => {
    const before = await service.get(`/v1/lots/${LOT}/verdicts`);
    const asked = await service.get(`/v1/lots/${LOT}/cures?policy=WC-3&deliveryDate=2027-02-30`);
    expect(asked.status).toBe(400);
    expect((await service.get(`/v1/lots/${LOT}/cures?policy=WC-9`)).status).toBe(422);
    expect((await service.get(`/v1/lots/plant/none/cures`)).status).toBe(404);
    await cures();
    expect((await service.get(`/v1/lots/${LOT}/verdicts`)).body).toEqual(before.body);
  });

  it('lists the verdicts on a lot in the order they were given, each once, page by page', async () => {
    await verdict();
    const { body } = await service.get(`/v1/lots/${LOT}/verdicts`);
    const { verdicts, next } = body as {
      verdicts: { id: string; timesAsked: number; horizon: { size: number } }[];
      next?: number;
    };
    expect(next).toBeUndefined();
    expect(verdicts.map(({ id, timesAsked }) => [id, timesAsked])).toEqual([
      [given.early, 1],
      [given.late, 2],
      [given.lower, 1],
      [given.dated, 1],
    ]);
    expect(verdicts[0]!.horizon.size).toBeLessThan(verdicts[1]!.horizon.size);
    const first = await service.get(`/v1/lots/${LOT}/verdicts?limit=3`);
    const page = first.body as { verdicts: unknown[]; next: number };
    const rest = await service.get(`/v1/lots/${LOT}/verdicts?limit=3&after=${page.next}`);
    expect([...page.verdicts, ...(rest.body as { verdicts: unknown[] }).verdicts]).toEqual(verdicts);
    expect(rest.body).not.toHaveProperty('next');
  });
});

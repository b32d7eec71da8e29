import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectRecorded, facilityBody, faults, organizationBody, TestRegistry } from './support/registry.js';

describe('the registrar on facilities', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await TestRegistry.start('facilities');
    expectRecorded(await registry.post('/v1/organizations', organizationBody('operator')));
    expectRecorded(await registry.post('/v1/facilities', facilityBody('src', 'operator')));
  });

  afterAll(() => registry.stop());

  it('amends a facility and keeps its history', async () => {
    const body = facilityBody('src', 'operator', {
      country: 'CA',
      reason: 'It moved',
      effectiveFrom: '2026-11-01T00:00:00Z',
    });
    const { facility: _, ...amendment } = body;
    expectRecorded(await registry.post('/v1/facilities/src/amendments', amendment));
    const found = (await registry.get('/v1/facilities/src')).json as Record<string, unknown>;
    expect(found).toMatchObject({
      facility: 'src',
      logOrigin: registry.logOrigin('src'),
      record: { country: 'CA', reason: 'It moved' },
      history: [{ country: 'KZ' }, { country: 'CA' }],
    });
  });

  it.each([
    ['of nobody', facilityBody('new-one', 'nobody'), 422, 'organization-unknown /organization'],
    ['twice', facilityBody('src', 'operator'), 409, 'facility-exists /facility'],
    [
      'that closed before it opened',
      facilityBody('new-one', 'operator', { operating: { from: '2020-01-02', to: '2020-01-01' } }),
      422,
      'interval-empty /operating/to',
    ],
    [
      'with a step listed twice',
      facilityBody('new-one', 'operator', { steps: [{ step: 'MINE' }, { step: 'MINE' }] }),
      422,
      'listed-twice /steps/1/step',
    ],
  ])('cannot register a facility %s', async (...[, body, status, fault]) => {
    const answer = await registry.post('/v1/facilities', body);
    expect([answer.status, faults(answer)]).toEqual([status, [fault]]);
  });

  it.each([
    'http://clerk:secret@custody.example',
    'https://custody.example/?tenant=1',
    'https://custody.example/#top',
    ' https://custody.example',
    'https://custody.example\n',
    'ftp://custody.example',
    'javascript:alert(1)',
  ])(
    'cannot have a custody service at %j, for everybody reads that and appends to it',
    async (custodyUrl) => {
      const answer = await registry.post(
        '/v1/facilities',
        facilityBody('new-one', 'operator', { custodyUrl }),
      );
      expect([answer.status, new Set(faults(answer))]).toEqual([400, new Set(['wrong-form /custodyUrl'])]);
    },
  );

  it('cannot amend a facility that is not there', async () => {
    const body = { reason: 'r', effectiveFrom: '2026-11-01T00:00:00Z' };
    const { facility: _, ...amendment } = facilityBody('ghost', 'operator', body);
    const answer = await registry.post('/v1/facilities/ghost/amendments', amendment);
    expect([answer.status, faults(answer)]).toEqual([422, ['facility-unknown /facility']]);
  });

  it('lists facilities in pages', async () => {
    for (const id of ['page-a', 'page-b', 'page-c']) {
      expectRecorded(await registry.post('/v1/facilities', facilityBody(id, 'operator')));
    }
    const first = await registry.get('/v1/facilities?after=page&limit=2');
    expect(first.json).toMatchObject({
      facilities: [{ facility: 'page-a' }, { facility: 'page-b' }],
      next: 'page-b',
    });
    const rest = await registry.get('/v1/facilities?after=page-b&limit=2');
    expect(rest.json).toMatchObject({ facilities: [{ facility: 'page-c' }, { facility: 'src' }] });
    const organizations = await registry.get('/v1/organizations?after=operato&limit=1');
    expect(organizations.json).toMatchObject({
      organizations: [{ organization: 'operator' }],
      next: 'operator',
    });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { call } from './support/http.js';
import { TestNetwork, operator } from './support/network.js';
import { lotCreated, signEvent, type Party } from './support/parties.js';

jest.setTimeout(120_000);

describe('a facility posts events', () => {
  let network: TestNetwork;
  let key: Party;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'posting' });
    await network.join('kokbulak');
    key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
  });

  afterEach(async () => {
    expect(await network.audit('kokbulak')).toEqual([]);
  });

  afterAll(() => network.stop());

  it('gets a receipt for a signed event, and the root log covers it after a round', async () => {
    const jws = await signEvent(lotCreated('kokbulak'), key);
    const answer = await network.postSigned(jws);
    expect(answer.json).toMatchObject({ outcome: 'recorded', receipt: { index: 0 } });
    expect(answer.status).toBe(201);
    await network.settle();
    const horizon = await call(`${network.registryUrl}/v1/horizons?covers=kokbulak/0`);
    expect(horizon.status).toBe(200);
    expect(horizon.json['size']).toBeGreaterThan(3);
  });

  it('has its clerks’ events signed with the key that the service holds', async () => {
    const event = lotCreated('kokbulak');
    const first = await network.postJson(event, operator('kokbulak'));
    expect(first.json).toMatchObject({ outcome: 'recorded' });
    const again = await network.postJson(event, operator('kokbulak'));
    expect(again.json).toMatchObject({ outcome: 'repeated', receipt: first.json['receipt'] });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { organizationBody, TestRegistry } from './support/registry.js';

describe('the registry', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await TestRegistry.start('statements');
  });

  afterAll(() => registry.stop());

  it('records an organization', async () => {
    const a = await registry.post('/v1/organizations', organizationBody('tau'));
    console.log(a.status, a.text);
    console.log((await registry.get('/v1/organizations/tau')).text);
    console.log((await registry.get('/v1/root/genesis')).text);
    console.log((await registry.get('/v1/root/checkpoint')).text);
    console.log((await registry.get('/v1/root/tile/0/000.p/1')).status);
    expect(a.status).toBe(201);
  });
});

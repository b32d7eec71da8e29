import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { lotCreated, signEvent, type Party } from '../apps/custody/test/support/parties.js';
import { Balancer, type Answer, type Posted } from './support/balancer.js';
import { BuiltSite } from './support/built-site.js';
import { entriesHeld, rebuilt } from './support/followed-log.js';
import type { Installation } from './support/installation.js';
import type { Receipt } from './support/persistent-poster.js';
import { readLog } from './support/recorded-log.js';
import { until } from './support/until.js';

const LOG = 'demo.lodemark.example/log/kokbulak';
const ROOT = 'demo.lodemark.example/root';
const CLIENTS = 4;
const BETWEEN = 40;

// As an orchestrator updates a service: the new process is started beside the old one, which is then asked to stop,
// tells the balancer first, and answers what it has taken.
describe('services of which an old and a new process run side by side', () => {
  jest.setTimeout(600_000);
  let site: BuiltSite;
  let custody: Installation;
  let provenance: Installation;
  let key: Party;

  beforeAll(async () => {
    const late = { REGISTRY_UNREADY: '1s', CUSTODY_UNREADY: '1s', PROVENANCE_UNREADY: '1s' };
    const durable = { databases: { durable: true }, registryDatabase: { durable: true } };
    site = await BuiltSite.start({ label: 'rolling', environment: late, ...durable });
    custody = await site.addCustody();
    await site.join('kokbulak', custody);
    key = await site.eventKey('kokbulak');
    await site.settled(custody);
    provenance = await site.addProvenance();
    await provenance.serve();
  });

  afterAll(() => site.remove());

  /**
   * Replaces the process of a service by another beside it, and that by one at the old address, while clients post on.
   * Gives all answers. @throws whatever a client was answered with instead
   */
  async function roll(service: Installation, make: () => Promise<Posted>): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const balancer = new Balancer(new Set([service.url]));
    let isOn = true;
    const post = async () => {
      while (isOn) answers.push(await balancer.post(await make()));
    };
    const clients = Array.from({ length: CLIENTS }, post);
    const some = async () => {
      const before = answers.length;
      await until(() => answers.length >= before + BETWEEN);
    };
    await some();
    // The tables first: the old process has to get on with them.
    expect(await service.run('migrate')).toMatchObject({ code: 0 });
    const beside = await service.beside();
    balancer.add(beside.url);
    await until(() => balancer.isReady(beside.url));
    await some();
    expect(await service.stop()).toBe(0);
    await some();
    await service.serve();
    await until(() => balancer.isReady(service.url));
    await some();
    expect(await beside.stop()).toBe(0);
    await some();
    isOn = false;
    await Promise.all(clients);
    balancer.close();
    return answers;
  }

  it('answer every post to custody, lose none, record none twice, and keep one log', async () => {
    const answers = await roll(custody, async () => ({
      path: '/v1/events',
      headers: { 'content-type': 'application/jose' },
      body: await signEvent(lotCreated('kokbulak'), key),
    }));
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    const receipts = answers.map(({ body }) => (JSON.parse(body) as { receipt: Receipt }).receipt);
    const token = await site.identity.token('administrator', { role: 'administrator' });
    const log = await readLog(custody.url, 'kokbulak', token);
    expect(log.map(({ index }) => index)).toEqual(log.map((_entry, at) => at));
    for (const { index, leaf, eventId } of receipts) expect(log[index]).toEqual({ index, leaf, eventId });
    const events = log.flatMap(({ eventId }) => eventId ?? []);
    expect([...events].sort()).toEqual(receipts.map(({ eventId }) => eventId).sort());
    await site.covered(`kokbulak/${log.length - 1}`);
    // Heads may have come after it was read.
    await until(async () => (await entriesHeld(provenance, LOG)) >= log.length);
  });

  it('take every statement of the registrar once', async () => {
    const token = await site.identity.token('registrar', { role: 'registrar' });
    const made = new Set<string>();
    const answers = await roll(site.registry, () => {
      const statementId = randomUUID();
      const organization = `org-${statementId}`;
      made.add(organization);
      const fields = { legalName: organization, kind: 'operator', incorporatedIn: 'KZ' };
      return Promise.resolve({
        path: '/v1/organizations',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ statementId, organization, ...fields }),
      });
    });
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    const places = answers.map(({ body }) => indexOf(JSON.parse(body)));
    expect(new Set(places).size).toBe(made.size);
  });

  it('apply every entry once, though two provenance services write one read model', async () => {
    const beside = await provenance.beside();
    const post = async () => {
      const headers = { 'content-type': 'application/jose' };
      const body = await signEvent(lotCreated('kokbulak'), key);
      const answer = await fetch(`${custody.url}/v1/events`, { method: 'POST', headers, body });
      expect(answer.status).toBe(201);
    };
    for (let event = 0; event < BETWEEN; event += 1) await post();
    expect(await provenance.stop()).toBe(0);
    for (let event = 0; event < BETWEEN; event += 1) await post();
    const token = await site.identity.token('administrator', { role: 'administrator' });
    const { length } = await readLog(custody.url, 'kokbulak', token);
    await site.covered(`kokbulak/${length - 1}`);
    await until(async () => (await entriesHeld(provenance, LOG)) >= length);
    await until(async () => (await entriesHeld(provenance, ROOT)) === (await site.rootSize()));
    expect(await beside.stop()).toBe(0);
    const { before, after } = await rebuilt(provenance);
    expect(after).toBe(before);
  });
});

/** Where in the root log a statement was recorded. */
function indexOf(answer: unknown): number {
  return Number(/"index":(\d+)/.exec(JSON.stringify(answer))?.[1]);
}

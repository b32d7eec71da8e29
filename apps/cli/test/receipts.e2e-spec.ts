import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generateKey, NodeSigner } from '@lodemark/platform';
import { buildReceipt, type Receipt } from '@lodemark/transparency';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { readKeyFile } from '../src/keys/key-file.js';
import { JOIN, mined } from './events.js';
import { Relay, type Passing } from './relay.js';
import { TestSite, type Ran } from './support.js';

jest.setTimeout(240_000);

interface Item {
  receipt: Receipt;
  signedReceipt: string;
}

/** Changes every receipt in an answer of the custody service. */
function onReceipts(change: (item: Item) => Promise<Item> | Item) {
  return async (passing: Passing): Promise<Passing> => {
    if (!passing.path.startsWith('/v1/events')) return passing;
    const { items } = JSON.parse(passing.body) as { items: Item[] };
    return {
      ...passing,
      body: JSON.stringify({ items: await Promise.all(items.map(async (item) => change(item))) }),
    };
  };
}

describe('the receipts of a post', () => {
  let site: TestSite;
  let custody: Relay;
  let registry: Relay;
  let token: string;
  const key = () => site.path('kokbulak.key.json');

  beforeAll(async () => {
    site = await TestSite.start();
    custody = await Relay.to(site.site.network.custodyUrl);
    registry = await Relay.to(site.site.network.registryUrl);
    token = (JSON.parse((await site.run([...JOIN, '--json'])).out) as { token: string }).token;
    await site.run(['keys', 'new', '--out', key()]);
    await site.run(['keys', 'register', '--facility', 'kokbulak', '--key', key()]);
    await site.site.network.settle();
  });
  afterAll(async () => {
    await custody.stop();
    await registry.stop();
    await site.stop();
  });
  beforeEach(() => {
    custody.tamper = (passing) => passing;
    registry.tamper = (passing) => passing;
  });

  const post = (event: object, ...more: string[]): Promise<Ran> =>
    site.run(['post', '-', '--custody-url', custody.url, '--registry-url', registry.url, ...more], {
      stdin: JSON.stringify(event),
      env: { LODEMARK_TOKEN: token },
    });

  it('are verified with the log key that the root log registers, and the answer says so', async () => {
    const event = mined('R-1');
    const once = await post(event);
    expect(once).toMatchObject({ exit: 0, err: '' });
    expect(once.out).toMatch(
      /Receipts: 1 signature verified with the log key \(kokbulak’s, root log entry \d+; root log key as the registry names it\)\./,
    );
    const again = (await post(event, '--json')).out.trim().split('\n');
    expect(JSON.parse(again[0] ?? '')).toMatchObject({ outcome: 'repeated', verified: true });
    expect(JSON.parse(again[1] ?? '')).toMatchObject({
      summary: { verified: { receipts: 1, logKeys: [{ facility: 'kokbulak' }] } },
    });
  });

  it('that nobody registered a key for end the command with exit code 5', async () => {
    const forger = NodeSigner.fromJwk(await generateKey('EdDSA'));
    custody.tamper = onReceipts(async (item) => ({
      ...item,
      signedReceipt: await buildReceipt(item.receipt, forger),
    }));
    const ran = await post(mined('R-2'));
    expect(ran).toMatchObject({ exit: 5, out: '' });
    expect(ran.err).toContain('receipt-unproven');
    expect(ran.err).toMatch(/line 1: its key \S+ is not registered/);
  });

  it('that a key for something else signed end it too', async () => {
    const signer = await readKeyFile(key());
    custody.tamper = onReceipts(async (item) => ({
      ...item,
      signedReceipt: await buildReceipt(item.receipt, signer),
    }));
    const ran = await post(mined('R-3'));
    expect(ran.exit).toBe(5);
    expect(ran.err).toMatch(/does not register its key \S+ for a facility log/);
  });

  it('whose signature is damaged end it, and with JSON the row says which', async () => {
    custody.tamper = onReceipts((item) => {
      const [head, payload, signature = ''] = item.signedReceipt.split('.');
      const damaged = Buffer.from(signature, 'base64url');
      damaged[8] = (damaged[8] ?? 0) ^ 1;
      return { ...item, signedReceipt: `${head}.${payload}.${damaged.toString('base64url')}` };
    });
    const ran = await post(mined('R-4'), '--json');
    expect(ran.exit).toBe(5);
    expect(JSON.parse(ran.out)).toMatchObject({
      verified: false,
      receiptFault: 'its signature is not that of the facility log',
    });
    expect(JSON.parse(ran.err)).toMatchObject({ error: { code: 'receipt-unproven' } });
  });

  it('that promise another place than the signed ones end it', async () => {
    custody.tamper = onReceipts((item) => ({ ...item, receipt: { ...item.receipt, index: 77 } }));
    expect(await post(mined('R-5'))).toMatchObject({
      exit: 5,
      err: expect.stringContaining('another receipt than the one that is shown'),
    });
  });

  it('of another payload under the same id end it for whoever signs himself', async () => {
    const event = mined('R-6');
    let first = '';
    custody.tamper = (passing) => ({ ...passing, body: (first = passing.body) });
    expect((await post(event, '--key', key())).exit).toBe(0);
    custody.tamper = (passing) => ({ ...passing, status: 200, body: first });
    const other = { ...event, mass: { net: { value: '999', unit: 'kg' } } };
    expect(await post(other, '--key', key())).toMatchObject({
      exit: 5,
      err: expect.stringContaining('another payload under the same eventId'),
    });
  });

  it('stop the posting of what comes behind them', async () => {
    let asked = 0;
    const damage = onReceipts((item) => ({ ...item, receipt: { ...item.receipt, index: 77 } }));
    custody.tamper = (passing) => {
      asked += 1;
      return damage(passing);
    };
    const path = site.path('three.ndjson');
    await writeFile(path, ['R-7', 'R-8', 'R-9'].map((lot) => JSON.stringify(mined(lot))).join('\n'));
    const urls = ['--custody-url', custody.url, '--registry-url', registry.url];
    const ran = await site.run(['post', path, '--batch', '1', ...urls], { env: { LODEMARK_TOKEN: token } });
    expect(ran.exit).toBe(5);
    expect(asked).toBe(1);
  });

  it('are not believed when the registry names a key that its root log does not hold', async () => {
    const forger = NodeSigner.fromJwk(await generateKey('EdDSA'));
    custody.tamper = onReceipts(async (item) => ({
      ...item,
      signedReceipt: await buildReceipt(item.receipt, forger),
    }));
    registry.tamper = (passing) => {
      if (!passing.path.startsWith('/v1/keys/')) return passing;
      const owner = { facility: 'kokbulak' };
      const { kid, publicKey: jwk } = forger;
      const record = { kid, owner, purpose: 'log', alg: 'EdDSA', jwk, recorded: { index: 1 } };
      return { ...passing, status: 200, body: JSON.stringify(record) };
    };
    const ran = await post(mined('R-10'));
    expect(ran.exit).toBe(5);
    expect(ran.err).toMatch(/entry 1 of the root log does not register its key/);
  });

  it('are not believed when the registry shows an entry that its signed tree does not hold', async () => {
    const swapped = await fetch(`${site.site.network.registryUrl}/v1/root/entries?from=2&limit=1`);
    const { entries } = (await swapped.json()) as { entries: { entry: string }[] };
    registry.tamper = (passing) => {
      const index = /^\/v1\/root\/entries\?from=(\d+)&limit=1$/.exec(passing.path)?.[1];
      if (index === undefined) return passing;
      const page = { entries: [{ index: Number(index), entry: entries[0]?.entry }] };
      return { ...passing, body: JSON.stringify(page) };
    };
    const ran = await post(mined('R-13'));
    expect(ran.exit).toBe(5);
    expect(ran.err).toContain('is not proved to be in the root log');
  });

  it('are not asked for when the root log is not the pinned one: then nothing is sent', async () => {
    let asked = 0;
    custody.tamper = (passing) => {
      asked += 1;
      return passing;
    };
    const ran = await site.run(['post', '-', '--custody-url', custody.url], {
      stdin: JSON.stringify(mined('R-11')),
      env: { LODEMARK_TOKEN: token, LODEMARK_GENESIS: 'f'.repeat(64) },
    });
    expect(ran.exit).toBe(5);
    expect(ran.err).toContain('not the pinned one');
    expect(asked).toBe(0);
  });

  it('can be taken unverified where no registry is known, and the answer says so', async () => {
    const event = mined('R-12');
    const away = { LODEMARK_HOME: site.path('nowhere'), LODEMARK_TOKEN: token };
    const options = { stdin: JSON.stringify(event), env: away };
    const refused = await site.run(['post', '-', '--custody-url', custody.url], options);
    expect(refused).toMatchObject({ exit: 4, out: '' });
    expect(refused.err).toContain('--no-verify');
    const taken = await site.run(['post', '-', '--no-verify', '--custody-url', custody.url], options);
    expect(taken).toMatchObject({ exit: 0, err: '' });
    expect(taken.out).toContain('Receipts: not verified.');
    expect((await post(event)).out).toContain('1 signature verified');
  });

  it('are worth nothing any more, even of what was recorded before, once their key is revoked', async () => {
    const event = mined('R-14');
    const before = await post(event, '--json');
    const end = JSON.parse(before.out.trim().split('\n').at(-1) ?? '') as {
      summary: { verified: { logKeys: { kid: string }[] } };
    };
    const kid = end.summary.verified.logKeys[0]?.kid ?? '';
    const registrar = (await site.run(['token', '--role', 'registrar'])).out.trim();
    const revoked = await fetch(`${site.site.network.registryUrl}/v1/keys/${kid}/revocation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${registrar}` },
      body: JSON.stringify({
        statementId: randomUUID(),
        reason: 'compromised',
        suspectFrom: new Date().toISOString(),
      }),
    });
    expect(revoked.status).toBe(201);
    const after = await post(event);
    expect(after.exit).toBe(5);
    expect(after.err).toContain(`its key ${kid} is revoked`);
  });
});

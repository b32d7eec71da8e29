import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ConfigurationUnfit, createCustody } from '@lodemark/custody';
import { createLogger } from '@lodemark/platform';
import {
  EMPTY_ROOT,
  formatVerifierKey,
  signCheckpoint,
  toHex,
  verifierKey,
  type Ed25519PublicJwk,
} from '@lodemark/transparency';
import { LyingRegistry, type Lie } from './support/lying-registry.js';
import { NETWORK, TestNetwork } from './support/network.js';
import { lotCreated, newKey, signEvent, type Party } from './support/parties.js';

jest.setTimeout(120_000);

describe('the root log', () => {
  let network: TestNetwork;
  let registry: LyingRegistry;
  let key: Party;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'root log' });
    registry = await LyingRegistry.before(network.registryUrl);
    await network.close();
    await network.open({ registryUrl: registry.url });
    await network.join('kokbulak');
    key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
  });

  afterEach(async () => {
    registry.lie = (_, truth) => truth;
    expect(await network.audit('kokbulak')).toEqual([]);
  });

  afterAll(async () => {
    await network.stop();
    registry.stop();
  });

  const position = async () =>
    (
      await network.sql<{ size: string; frontier: Buffer }>('SELECT size, frontier FROM custody.root_cursor')
    )[0];
  const state = async () => ({
    cursor: await position(),
    keys: await network.sql('SELECT * FROM custody.root_key ORDER BY kid'),
    roots: await network.sql('SELECT origin, verified_root_size, verified_root_hash FROM ledger.log'),
  });

  /** A lie is told: nothing of it is believed, and the truth is read afterwards. */
  async function disbelieved(lie: Lie, reason: string | RegExp): Promise<void> {
    await network.state('/v1/organizations', {
      ...{ organization: `org-${Math.random().toString(36).slice(2)}`, legalName: 'Another (invented)' },
      ...{ kind: 'operator', incorporatedIn: 'KZ' },
    });
    await network.registry.flush();
    const before = await state();
    registry.lie = lie;
    await expect(network.custody.syncRoot()).rejects.toThrow(reason);
    expect(await state()).toEqual(before);
    const metrics = (await network.get('/metrics')).text;
    expect(metrics).toMatch(/lodemark_root_log_trusted\{[^}]*\} 0/);
    // What was verified before still counts: events are taken as before.
    expect((await network.postSigned(await signEvent(lotCreated('kokbulak'), key))).status).toBe(201);
    registry.lie = (_, truth) => truth;
    await network.custody.syncRoot();
    expect((await network.get('/metrics')).text).toMatch(/lodemark_root_log_trusted\{[^}]*\} 1/);
    expect(Number((await position())?.size)).toBeGreaterThan(Number(before.cursor?.size));
  }

  const onEntries =
    (change: (entries: { entry: string }[]) => unknown[]): Lie =>
    (path, truth) => {
      if (!path.startsWith('/v1/root/entries')) return truth;
      const body = JSON.parse(truth.body) as { entries: { entry: string }[] };
      return { ...truth, body: JSON.stringify({ ...body, entries: change(body.entries) }) };
    };
  const onCheckpoint =
    (change: (note: string) => string | Promise<string>): Lie =>
    async (path, truth) =>
      path === '/v1/root/checkpoint' ? { ...truth, body: await change(truth.body) } : truth;

  it('is not believed under another key’s signature', async () => {
    const other = await newKey();
    const forged = { origin: `${NETWORK}/root`, size: 1_000, root: toHex(EMPTY_ROOT) };
    await disbelieved(
      onCheckpoint(() => signCheckpoint(forged, other.signer)),
      'does not hold',
    );
  });

  it('is not believed when its checkpoint was changed, cut short or replaced by nonsense', async () => {
    for (const change of [
      (note: string) => note.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`),
      (note: string) => note.slice(0, -10),
      () => 'hello',
      () => '',
    ])
      await disbelieved(onCheckpoint(change), 'does not hold');
  });

  it('is not believed when an entry was changed, left out, doubled or put in', async () => {
    const flipped = ({ entry }: { entry: string }) => ({
      entry: Buffer.from(entry, 'base64')
        .toString('latin1')
        .replace('"kind":"statement"', '"kind":"statemenT"'),
    });
    const encoded = (one: { entry: string }) => ({
      entry: Buffer.from(one.entry, 'latin1').toString('base64'),
    });
    for (const change of [
      (entries: { entry: string }[]) => entries.map(flipped).map(encoded),
      (entries: { entry: string }[]) => entries.map(() => ({ entry: Buffer.from('{}').toString('base64') })),
    ])
      await disbelieved(onEntries(change), 'do not give the root');
    await disbelieved(
      onEntries(() => []),
      'missing below its signed size',
    );
    await disbelieved(
      onEntries((entries) => entries.map(() => ({}))),
      'has no bytes',
    );
    await disbelieved(
      onEntries((entries) => entries.map(({ entry }) => ({ entry: `${entry}!` }))),
      'has no bytes',
    );
  });

  it('is not believed when its signed size went back, or its checkpoint is gone', async () => {
    const earlier = await (await fetch(`${network.registryUrl}/v1/root/checkpoint`)).text();
    await network.state('/v1/organizations', {
      ...{ organization: 'later', legalName: 'Later (invented)', kind: 'operator', incorporatedIn: 'KZ' },
    });
    await network.settle();
    await disbelieved(
      onCheckpoint(() => earlier),
      /went back from \d+ to \d+/,
    );
    await disbelieved(
      (path, truth) => (path === '/v1/root/checkpoint' ? { status: 404, body: '' } : truth),
      /went back from \d+ to 0/,
    );
  });

  it('is no reason for alarm, only for another try, when the registry is away or answers nonsense', async () => {
    const before = await position();
    for (const lie of [
      () => ({ status: 503, body: '' }),
      () => Promise.reject(new Error('cut')),
      (path: string, truth: { status: number; body: string }) =>
        path.startsWith('/v1/root/entries') ? { status: 200, body: '<html>' } : truth,
    ] satisfies Lie[]) {
      await network.state('/v1/organizations', {
        ...{ organization: `org-${Math.random().toString(36).slice(2)}`, legalName: 'X (invented)' },
        ...{ kind: 'operator', incorporatedIn: 'KZ' },
      });
      await network.registry.flush();
      registry.lie = lie;
      await expect(network.custody.syncRoot()).rejects.toThrow();
      expect(await position()).toEqual(before);
      expect((await network.get('/metrics')).text).toMatch(/lodemark_root_log_trusted\{[^}]*\} 1/);
    }
    registry.lie = (_, truth) => truth;
    await network.custody.syncRoot();
    expect(Number((await position())?.size)).toBe(Number(before?.size) + 3);
  });

  it('is read in pages, each proved to be a part of what is signed', async () => {
    const fields = { legalName: 'Many (invented)', kind: 'operator', incorporatedIn: 'KZ' };
    for (let i = 0; i < 12; i++)
      await network.state('/v1/organizations', { organization: `many-${i}`, ...fields });
    await network.registry.flush();
    const before = Number((await position())?.size);
    // A registry may give fewer entries than it was asked for.
    registry.lie = onEntries((entries) => entries.slice(0, 5));
    await network.custody.syncRoot();
    expect(Number((await position())?.size)).toBe(before + 12);

    await network.state('/v1/organizations', { organization: 'one-more', ...fields });
    await network.state('/v1/organizations', { organization: 'and-one', ...fields });
    await network.registry.flush();
    registry.lie = async (path, truth) => {
      if (path.startsWith('/v1/root/proofs')) return { status: 200, body: '{"proof":[]}' };
      return onEntries((entries) => entries.slice(0, 1))(path, truth);
    };
    await expect(network.custody.syncRoot()).rejects.toThrow('are no part of what it signed');
    expect(Number((await position())?.size)).toBe(before + 12);
  });

  it('is read once by two processes that share a database', async () => {
    const other = await network.create({ registryUrl: registry.url });
    try {
      for (let i = 0; i < 5; i++) {
        await network.state('/v1/organizations', {
          ...{
            organization: `shared-${i}`,
            legalName: 'Shared (invented)',
            kind: 'operator',
            incorporatedIn: 'KZ',
          },
        });
        await network.registry.flush();
        await Promise.all([network.custody.syncRoot(), other.syncRoot(), network.custody.syncRoot()]);
      }
    } finally {
      await other.close();
    }
  });

  it('is pinned by its genesis, from the first look on and at every later start', async () => {
    const wrong = await network.create({ genesis: 'ab'.repeat(32) });
    try {
      await expect(wrong.syncRoot()).rejects.toThrow('not the pinned');
    } finally {
      await wrong.close();
    }
    const fresh = await TestNetwork.start({ label: 'wrong genesis', config: { genesis: 'cd'.repeat(32) } });
    try {
      await expect(fresh.custody.syncRoot()).rejects.toThrow('not the pinned');
      const ready = await fresh.get('/health/ready');
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('its genesis is')]);
      expect(await fresh.sql('SELECT size FROM custody.root_cursor')).toEqual([{ size: '0' }]);
    } finally {
      await fresh.stop();
    }
  });

  it('is pinned by a key that is its own', async () => {
    const other = (await newKey()).jwk as Ed25519PublicJwk;
    const ports = { logger: createLogger({ service: 'custody', level: 'silent' }) };
    for (const rootLogKey of ['no key', formatVerifierKey(verifierKey('other.example/root', other))])
      await expect(createCustody(network.custodyConfig({ rootLogKey }), ports)).rejects.toThrow(
        ConfigurationUnfit,
      );
    const pinned = formatVerifierKey(verifierKey(`${NETWORK}/root`, other));
    const custody = await network.create({ rootLogKey: pinned });
    await expect(custody.syncRoot()).rejects.toThrow('does not hold');
    await custody.close();
  });
});

describe('the checkpoints of a facility’s log', () => {
  let network: TestNetwork;
  let key: Party;

  beforeAll(async () => {
    network = await TestNetwork.start({ label: 'checkpoints' });
    await network.join('kokbulak');
    key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
  });

  afterAll(() => network.stop());

  const post = async () => network.postSigned(await signEvent(lotCreated('kokbulak'), key));
  const accepted = async () =>
    (await (await fetch(`${network.registryUrl}/v1/checkpoints/kokbulak`)).json()) as { size: number };

  it('are handed in when the log moved, each with the proof that it extends the last', async () => {
    // An event each, and heads on top of it; nothing is appended to a log that did not move.
    for (const size of [2, 4, 6]) {
      expect((await post()).status).toBe(201);
      await network.custody.flush();
      await network.custody.flush();
      expect((await accepted()).size).toBe(size);
    }
    expect(await network.sql('SELECT count(*)::int AS n FROM ledger.checkpoint')).toEqual([{ n: 3 }]);
  });

  it('are handed in by whichever process comes first', async () => {
    const other = await network.create();
    try {
      await other.flush();
      await post();
      await network.custody.flush();
      await post();
      // It does not know of the last one, is told so, and asks.
      await other.flush().catch(() => other.flush());
      expect((await accepted()).size).toBe(10);
      await post();
      await network.custody.flush().catch(() => network.custody.flush());
      expect((await accepted()).size).toBe(12);
    } finally {
      await other.close();
    }
  });

  it('are never signed for a log that the registry knows to have been longer', async () => {
    // The log of an older backup: the same keys, fewer entries.
    const restored = await TestNetwork.start({ label: 'restored backup' });
    await network.copyKeysTo(restored);
    await restored.close();
    const overrides = {
      registryUrl: network.registryUrl,
      genesis: network.registry.genesis,
      rootLogKey: network.registry.logKey,
    };
    await restored.open(overrides);
    try {
      await restored.openFacility('kokbulak', true);
      await restored.custody.syncRoot();
      expect((await restored.postSigned(await signEvent(lotCreated('kokbulak'), key))).status).toBe(201);
      await expect(restored.custody.flush()).rejects.toThrow('does not bear out');
      expect(await restored.sql('SELECT count(*)::int AS n FROM ledger.checkpoint')).toEqual([{ n: 0 }]);
      const refused = await restored.postSigned(await signEvent(lotCreated('kokbulak'), key));
      expect([refused.status, refused.json['registrySize']]).toEqual([503, 12]);
      expect((await restored.get('/health/ready')).text).toContain('contradicts the logs of kokbulak');
    } finally {
      await restored.stop();
    }
    expect(await network.audit('kokbulak')).toEqual([]);
  });
});

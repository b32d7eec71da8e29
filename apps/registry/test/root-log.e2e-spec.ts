import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { audit, ledgerPool } from '@lodemark/ledger';
import { nodeSignatures } from '@lodemark/platform';
import { DatabaseUnfit, GenesisMismatch, migrateRegistry } from '@lodemark/registry';
import {
  decodeEntryBundle,
  fromBase64,
  fromHex,
  isAdmissible,
  leafHash,
  openCheckpoint,
  parseVerifierKey,
  rootOf,
  toHex,
  verifyConsistency,
  verifyInclusion,
  type Checkpoint,
  type PublicJwk,
} from '@lodemark/transparency';
import pg from 'pg';
import { newKey } from './support/parties.js';
import {
  expectRecorded,
  facilityBody,
  NETWORK,
  organizationBody,
  TestRegistry,
  typeOf,
} from './support/registry.js';

const SIGNATURES = nodeSignatures(isAdmissible);

interface Entry {
  readonly index: number;
  readonly leaf: string;
  readonly entry: string;
}

function bytes(hex: string): Uint8Array {
  const read = fromHex(hex);
  if (read === undefined) throw new Error(`not hex: ${hex}`);
  return read;
}

describe('the root log', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await TestRegistry.start('root log');
  });

  afterAll(() => registry.stop());

  async function entries(): Promise<readonly Entry[]> {
    const all: Entry[] = [];
    for (;;) {
      const page = (await registry.get(`/v1/root/entries?from=${all.length}&limit=7`)).json as unknown as {
        entries: Entry[];
      };
      if (page.entries.length === 0) return all;
      all.push(...page.entries);
    }
  }

  async function published(): Promise<Checkpoint> {
    const key = parseVerifierKey(registry.service.logKey);
    if (!key.ok) throw new Error('no verifier key');
    const { text } = await registry.get('/v1/root/checkpoint');
    const opened = await openCheckpoint(text, [key.value], SIGNATURES);
    if (!opened.ok) throw new Error(opened.problems[0]?.detail);
    return opened.value;
  }

  it('begins with genesis, which is published before anything else', async () => {
    const genesis = (await registry.get('/v1/root/genesis')).json;
    expect(genesis).toMatchObject({
      network: NETWORK,
      origin: `${NETWORK}/root`,
      leaf: registry.service.genesis,
    });
    const [first] = await entries();
    expect(first).toMatchObject({ index: 0, leaf: genesis['leaf'], entry: genesis['entry'] });
    expect(toHex(leafHash(fromBase64(first?.entry ?? '') ?? new Uint8Array()))).toBe(genesis['leaf']);
    expect(await published()).toEqual({ origin: `${NETWORK}/root`, size: 1, root: genesis['leaf'] });
  });

  it('serves entries and proofs that everybody can verify without it', async () => {
    const earlier = await published();
    for (let i = 0; i < 20; i++)
      expectRecorded(await registry.post('/v1/organizations', organizationBody(`org-${i}`)));
    await registry.service.flush();
    const checkpoint = await published();
    const all = await entries();
    expect(all.map(({ index }) => index)).toEqual([...all.keys()]);
    const leaves = all.map(({ entry }) => leafHash(fromBase64(entry) ?? new Uint8Array()));
    expect(leaves.map(toHex)).toEqual(all.map(({ leaf }) => leaf));
    expect(toHex(rootOf(leaves))).toBe(checkpoint.root);

    for (const index of [0, 7, 20]) {
      const { json } = await registry.get(`/v1/root/proofs/inclusion?index=${index}`);
      const claim = json as unknown as { leaf: string; size: number; root: string; proof: string[] };
      expect([claim.size, claim.root]).toEqual([checkpoint.size, checkpoint.root]);
      const { leaf, root, proof } = claim;
      expect(
        verifyInclusion({
          ...{ index, size: claim.size },
          leaf: bytes(leaf),
          root: bytes(root),
          proof: proof.map(bytes),
        }),
      ).toBe(true);
    }
    for (const [from, to] of [
      [1, undefined],
      [5, 17],
      [21, 21],
    ] as const) {
      const limit = to === undefined ? '' : `&to=${to}`;
      const { json } = await registry.get(`/v1/root/proofs/consistency?from=${from}${limit}`);
      const claim = json as unknown as { fromRoot: string; toRoot: string; to: number; proof: string[] };
      expect(
        verifyConsistency({
          ...{
            oldSize: from,
            oldRoot: bytes(claim.fromRoot),
            newSize: claim.to,
            newRoot: bytes(claim.toRoot),
          },
          proof: claim.proof.map(bytes),
        }),
      ).toBe(true);
      if (from === 1) expect([claim.fromRoot, claim.toRoot]).toEqual([earlier.root, checkpoint.root]);
    }
  });

  it('serves tiles and entry bundles as tlog-tiles has them', async () => {
    const { size } = await published();
    const all = await entries();
    const tile = await registry.service.app.inject({ url: `/v1/root/tile/0/000.p/${size}` });
    expect(tile.rawPayload.toString('hex')).toBe(all.map(({ leaf }) => leaf).join(''));
    const bundle = await registry.service.app.inject({ url: `/v1/root/tile/entries/000.p/${size}` });
    const read = decodeEntryBundle(new Uint8Array(bundle.rawPayload));
    expect(read.ok && read.value.map((one) => toHex(leafHash(one)))).toEqual(all.map(({ leaf }) => leaf));
    for (const path of [
      '0/000',
      '0/001',
      '1/000',
      '0/000.p/0',
      '0/x000/000',
      'nonsense',
      `0/000.p/${size + 1}`,
    ]) {
      expect([path, (await registry.get(`/v1/root/tile/${path}`)).status]).toEqual([path, 404]);
    }
  });

  it('refuses what lies beyond it, and numbers that are none', async () => {
    for (const path of [
      'proofs/inclusion?index=99',
      'proofs/inclusion?index=3&size=3',
      'proofs/inclusion?index=0&size=99',
      'proofs/consistency?from=5&to=4',
      'proofs/consistency?from=99',
    ]) {
      const answer = await registry.get(`/v1/root/${path}`);
      expect([path, answer.status, typeOf(answer)]).toEqual([path, 422, 'out-of-range']);
    }
    expect((await registry.get('/v1/root/entries?from=99')).json['entries']).toEqual([]);
    for (const path of [
      'entries?from=-1',
      'entries?from=1e3',
      'entries?limit=0',
      'entries?limit=1001',
      'entries?from=%200',
      'entries?from=0&from=1',
      'proofs/inclusion',
      'horizons',
      'horizons?covers=x',
      'horizons?covers=x/01',
      'entries?colour=blue',
    ]) {
      expect([path, (await registry.get(`/v1/root/${path}`)).status]).toEqual([path, 400]);
    }
    const ghost = await registry.get('/v1/root/horizons?covers=ghost/0');
    expect([ghost.status, typeOf(ghost)]).toEqual([404, 'not-found']);
  });

  it('takes one of twenty registrations of the same facility at once, through two processes', async () => {
    expectRecorded(await registry.post('/v1/organizations', organizationBody('racer')));
    const first = registry.service;
    const second = await registry.open();
    const bodies = Array.from({ length: 20 }, () => facilityBody('contested', 'racer'));
    const answers = await Promise.all(
      bodies.map((payload, i) =>
        (i % 2 === 0 ? first : second).app.inject({
          ...{
            method: 'POST',
            url: '/v1/facilities',
            headers: { authorization: 'Bearer registrar' },
            payload,
          },
        }),
      ),
    );
    const statuses = answers.map(({ statusCode }) => statusCode).sort((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    await Promise.all([first.flush(), second.flush(), first.flush(), second.flush()]);
    await first.close();
    expect((await registry.get('/v1/facilities/contested')).json['history']).toHaveLength(1);
  });

  it('takes the same statement, sent by twenty at once, once', async () => {
    const body = organizationBody('echoed');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => registry.post('/v1/organizations', body)),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
  });

  it('keeps everything over a restart: keys, genesis, statements, checkpoint', async () => {
    const [before, note] = [await entries(), (await registry.get('/v1/root/checkpoint')).text];
    const { genesis, logKey } = registry.service;
    await registry.restart();
    expect([registry.service.genesis, registry.service.logKey]).toEqual([genesis, logKey]);
    expect((await entries()).slice(0, before.length)).toEqual(before);
    expect((await registry.get('/v1/organizations/echoed')).status).toBe(200);
    expectRecorded(await registry.post('/v1/organizations', organizationBody('afterwards')));
    const { size } = await registry.service.flush();
    const { json } = await registry.get(`/v1/root/proofs/consistency?from=${note.split('\n')[1]}&to=${size}`);
    expect(json['proof']).not.toEqual([]);
  });

  it('is not opened under another name, with registrars that genesis does not name, or with another key at hand', async () => {
    await registry.service.close();
    await expect(registry.open({ network: 'other.example' })).rejects.toThrow(GenesisMismatch);
    const { jwk } = await newKey();
    await expect(registry.open({ registrarKeys: [jwk] })).rejects.toThrow(GenesisMismatch);
    const wrong = { current: 'test', keys: { test: new Uint8Array(32).fill(8) } };
    await expect(registry.open({ keyEncryption: wrong })).rejects.toThrow();
    await registry.open();
  });

  it('is served by a role that owns nothing and can neither change nor remove anything', async () => {
    const client = new pg.Client({ connectionString: registry.database.serviceUrl });
    await client.connect();
    try {
      const { rows: owned } = await client.query(
        `SELECT relname FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')`,
      );
      expect(owned).toEqual([]);
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'registry'`,
      );
      expect(tables.length).toBeGreaterThan(13);
      for (const { name } of tables) {
        await expect(client.query(`DELETE FROM ${name}`)).rejects.toThrow('permission denied');
        await expect(client.query(`TRUNCATE ${name} CASCADE`)).rejects.toThrow('permission denied');
      }
      await expect(client.query(`UPDATE registry.statement SET jws = 'x'`)).rejects.toThrow(
        'permission denied',
      );
    } finally {
      await client.end();
    }
  });

  it('cannot be rewritten by the owner either, and is not opened as the owner', async () => {
    const owner = new pg.Client({ connectionString: registry.database.ownerUrl });
    await owner.connect();
    try {
      await expect(owner.query(`UPDATE registry.statement SET jws = 'x'`)).rejects.toThrow(
        'only ever added to',
      );
      await expect(owner.query(`DELETE FROM registry.held_key`)).rejects.toThrow('only ever added to');
    } finally {
      await owner.end();
    }
    const config = { databaseUrl: registry.database.ownerUrl };
    const before = registry.service;
    await expect(registry.open(config)).rejects.toThrow(DatabaseUnfit);
    expect(registry.service).toBe(before);
  });

  it('keeps private keys sealed', async () => {
    const admin = new pg.Client({ connectionString: registry.database.adminUrl });
    await admin.connect();
    try {
      const { rows } = await admin.query<{ use: string; sealed: string }>(
        `SELECT use, sealed FROM registry.held_key`,
      );
      expect(rows.map(({ use }) => use).sort()).toEqual(['log', 'registrar']);
      const members = rows.map(({ sealed }) => Object.keys(JSON.parse(sealed) as object).sort());
      expect(members).toEqual([1, 2].map(() => ['ciphertext', 'kek', 'nonce', 'publicKey', 'tag', 'v']));
      for (const { sealed } of rows) expect(sealed).not.toContain('"d"');
    } finally {
      await admin.end();
    }
  });

  it('can be migrated again without harm', async () => {
    const { ownerUrl, serviceRole } = registry.database;
    await Promise.all([1, 2].map(() => migrateRegistry({ ownerUrl, serviceRole })));
    expect((await registry.get('/v1/organizations/echoed')).status).toBe(200);
  });

  it('passes the ledger’s audit, signatures included', async () => {
    const pool = ledgerPool({ connectionString: registry.database.serviceUrl });
    const genesis = (await registry.get('/v1/root/genesis')).json;
    const [registrar] = genesis['registrarKeys'] as unknown as [PublicJwk];
    try {
      const signatures = { checker: SIGNATURES, keyOf: () => Promise.resolve(registrar) };
      expect(await audit(pool, `${NETWORK}/root`, { signatures })).toEqual([]);
    } finally {
      await pool.end();
    }
  });

  it('says how it is, and publishes by itself when rounds are on', async () => {
    await registry.restart({ roundMs: 20 });
    expectRecorded(await registry.post('/v1/organizations', organizationBody('ticking')));
    const size = (await registry.get('/v1/root/entries?limit=1')).json['size'] as unknown as number;
    const deadline = Date.now() + 10_000;
    while ((await published()).size < size && Date.now() < deadline)
      await new Promise((go) => setTimeout(go, 20));
    expect((await published()).size).toBe(size);
    const ready = await registry.get('/health/ready');
    // The suite's server does not force commits to the disk, which is exactly what a registry must not be silent about.
    expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('fsync is off')]);
    expect((await registry.get('/metrics')).text).toContain('lodemark_root_log_size');
    await registry.restart();
  });
});

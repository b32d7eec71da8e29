import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signVcJwt, statusListCredential, VC_JWT_MEDIA_TYPE } from '@lodemark/certificate';
import { nodeGzip } from '@lodemark/platform';
import { fromBase64, leafHash, LogTree, sha256Hex, toBase64, toHex, toUtf8 } from '@lodemark/transparency';
import pg from 'pg';
import { Backup } from '../../../test/support/backup.js';
import { until } from '../../../test/support/until.js';
import { keyBody, LogInMemory, newKey, type Party } from './support/parties.js';
import {
  expectRecorded,
  facilityBody,
  organizationBody,
  TestRegistry,
  typeOf,
  type Answer,
} from './support/registry.js';

const DID = 'did:web:certifier.example';
const TABLES = [
  ...['statement', 'organization', 'ownership', 'facility', 'facility_record', 'registered_key'],
  ...['key_succession', 'key_revocation', 'policy', 'checkpoint_coverage', 'log_fault', 'certified_document'],
];

/** A root log with something of every kind behind its backup, signed but for its last entry. */
describe('a root log that was restored from an older backup', () => {
  const backups: Backup[] = [];
  let folder: string;
  let registry: TestRegistry;
  let certifier: Party;
  let entries: readonly Uint8Array[];
  let before: { readonly size: number; readonly root: string };
  let signed: { readonly size: number; readonly root: string; readonly note: string };
  let tables: unknown;
  let jwts: readonly string[];
  const policy = '{"id":"WC-X","rules":[]}';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lodemark-root-recovery-'));
    registry = await TestRegistry.start('root recovery', { signerFolder: join(folder, 'signed') });
    await registry.join('kokbulak');
    const logKey = await registry.key('kokbulak', 'log');
    const first = new LogInMemory(registry.logOrigin('kokbulak'), ['a', 'b']);
    expect((await registry.checkpoint(await first.note(logKey))).status).toBe(202);
    expectRecorded(await registry.post('/v1/organizations', organizationBody('certifier')));
    certifier = await newKey();
    const claim = { owner: { organization: 'certifier' }, purpose: 'certificate' };
    expectRecorded(await registry.post('/v1/keys', await keyBody(certifier, claim)));
    before = await registry.service.flush();
    // Accepted, and not in the root log yet: the backup has it, and the lost entries cover it.
    first.append('c');
    expect((await registry.checkpoint(await first.note(logKey), await first.proof(2))).status).toBe(202);
    await registry.service.close();
    for (let made = 0; made < 5; made += 1) backups.push(await Backup.of(registry.database));
    await registry.open({ signerFolder: join(folder, 'signed') });

    registry.clock.advance(1_000);
    await registry.service.flush();
    await joinEuclid();
    const [replaced, successor] = [await registry.key('euclid', 'event'), await newKey()];
    const rotation = await keyBody(successor, { owner: { facility: 'euclid' }, purpose: 'event' });
    const { kid: replaces } = replaced;
    const overlapUntil = '2027-01-01T00:00:00Z';
    expectRecorded(await registry.post(`/v1/keys/${replaces}/rotation`, { ...rotation, overlapUntil }));
    const revocation = {
      statementId: randomUUID(),
      suspectFrom: '2026-11-20T00:00:00Z',
      reason: 'compromised',
    };
    expectRecorded(await registry.post(`/v1/keys/${replaces}/revocation`, revocation));
    registry.clock.advance(1_000);
    const digest = await registry.approved(policy);
    expectRecorded(
      await registry.post('/v1/policies', {
        ...{ statementId: randomUUID(), policy: 'WC-X', document: JSON.parse(policy) as object },
      }),
    );
    expect(digest).toBe(sha256Hex(toUtf8(policy)));
    jwts = [await certificate(), await statusList()];
    expectRecorded(await hand('certificates', jwts[0]!));
    expectRecorded(await hand('status-lists', jwts[1]!));
    registry.clock.advance(1_000);
    const forked = new LogInMemory(registry.logOrigin('euclid'), ['x', 'y']);
    const other = new LogInMemory(registry.logOrigin('euclid'), ['x', 'z']);
    const euclidKey = await registry.key('euclid', 'log');
    expect((await registry.checkpoint(await forked.note(euclidKey))).status).toBe(202);
    await registry.service.flush();
    expect(typeOf(await registry.checkpoint(await other.note(euclidKey)))).toBe('log-forked');
    signed = await registry.service.flush();
    // Acknowledged, and in no tree that was signed.
    expectRecorded(await registry.post('/v1/organizations', organizationBody('latest')));
    entries = await allEntries();
    expect(entries).toHaveLength(signed.size + 1);
    tables = await register();
    await registry.service.close();
  });

  afterAll(async () => {
    for (const backup of backups) await backup.drop();
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function joinEuclid(): Promise<void> {
    await registry.join('euclid', 'midway');
    const { facility: _, ...record } = facilityBody('euclid', 'midway', { country: 'US' });
    const amendment = { ...record, effectiveFrom: '2026-01-01T00:00:00Z', reason: 'moved' };
    expectRecorded(await registry.post('/v1/facilities/euclid/amendments', amendment));
  }

  const hand = (path: string, jwt: string): Promise<Answer> =>
    registry.send('POST', `/v1/${path}`, { body: jwt, as: null, type: VC_JWT_MEDIA_TYPE });

  const certificate = () =>
    signVcJwt(
      {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        type: ['VerifiableCredential', 'DigitalConformityCredential'],
        issuer: { id: DID },
        credentialSubject: { id: 'urn:uuid:00000000-0000-4000-8000-000000000001' },
      },
      `${DID}#${certifier.kid}`,
      certifier.signer,
    );

  async function statusList(): Promise<string> {
    const credential = await statusListCredential(
      {
        ...{ url: 'https://c.example/v1/status/revocation/0', issuer: { id: DID, name: 'Certifier' } },
        context: 'https://c.example/contexts/certificate/v1',
        ...{ purpose: 'revocation', validFrom: '2026-11-24T12:00:00Z', set: [], changes: [] },
      },
      nodeGzip,
    );
    return signVcJwt(credential, `${DID}#${certifier.kid}`, certifier.signer);
  }

  async function allEntries(): Promise<readonly Uint8Array[]> {
    const { json } = await registry.get('/v1/root/entries?limit=1000');
    const listed = json['entries'] as unknown as readonly { readonly entry: string }[];
    return listed.map(({ entry }) => fromBase64(entry)!);
  }

  /** Everything that is derived from the root log, and the log itself. */
  async function register(): Promise<unknown> {
    const client = new pg.Client({ connectionString: registry.database.serviceUrl });
    await client.connect();
    const read = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
    const found: Record<string, unknown> = {};
    for (const table of TABLES)
      found[table] = await read(`SELECT * FROM registry.${table} t ORDER BY t::text COLLATE "C"`);
    found['checkpoints'] = await read(
      'SELECT facility, size, root, note FROM registry.facility_checkpoint ORDER BY facility, size',
    );
    found['policies'] = await read(
      'SELECT d.* FROM registry.policy p JOIN registry.policy_document d ON d.digest = p.document ORDER BY digest',
    );
    for (const table of ['entry', 'tile', 'log'])
      found[table] = await read(`SELECT * FROM ledger.${table} t ORDER BY t::text COLLATE "C"`);
    await client.end();
    return found;
  }

  async function restored(which: number, work: () => Promise<void>): Promise<void> {
    const backup = backups[which]!;
    // What one of them signs at its end is nothing that the others know.
    const signerFolder = join(folder, `signed-${which}`);
    await cp(join(folder, 'signed'), signerFolder, { recursive: true });
    await backup.swap();
    try {
      await registry.open({ signerFolder, roundMs: 50 });
      await work();
    } finally {
      await registry.service.close();
      await backup.swap();
    }
  }

  const standing = () => registry.send('GET', '/v1/root/recovery', { as: 'administrator' });

  async function putBack(
    from: number,
    to: number,
    more: { readonly given?: readonly Uint8Array[]; readonly documents?: readonly string[] } = {},
  ): Promise<Answer> {
    const { given = entries.slice(from, to), documents = [policy, ...jwts] } = more;
    const leaves = new Uint8Array(entries.length * 32);
    entries.forEach((entry, at) => leaves.set(leafHash(entry), at * 32));
    const proof = to < signed.size ? await new LogTree(leaves).consistency(to, signed.size) : [];
    return registry.post(
      '/v1/root/recovery',
      {
        ...{ from, entries: given.map(toBase64), proof: proof.map(toHex) },
        documents: documents.map((text) => toBase64(toUtf8(text))),
      },
      'administrator',
    );
  }

  it('is served as it is, says what it lacks, and takes and signs nothing', async () => {
    await restored(0, async () => {
      expect((await registry.get('/v1/root/checkpoint')).text).toContain(`\n${before.size}\n`);
      const { status, json } = await standing();
      expect([status, json]).toEqual([
        200,
        expect.objectContaining({
          ...{ size: before.size, root: before.root, signedSize: signed.size, signedRoot: signed.root },
        }),
      ]);
      const ready = await registry.get('/health/ready');
      expect([ready.status, ready.text]).toEqual([503, expect.stringContaining('old backup')]);
      await expect(registry.service.flush()).rejects.toMatchObject({ code: 'log-does-not-follow' });
      const log = new LogInMemory(registry.logOrigin('kokbulak'), ['other']);
      for (const refused of [
        await registry.post('/v1/organizations', organizationBody('another')),
        await hand('certificates', await certificate()),
        await registry.checkpoint(await log.note(certifier)),
      ])
        expect([refused.status, refused.json['detail']]).toEqual([
          503,
          expect.stringContaining('old backup'),
        ]);
      expect((await allEntries()).length).toBe(before.size);
    });
  });

  it('takes back nothing but what leads to the tree that was signed, whole and with its policies', async () => {
    await restored(0, async () => {
      const lost = entries.slice(before.size);
      const altered = lost.map((entry, at) =>
        at === 2 ? entry.map((byte) => byte ^ (byte === 65 ? 3 : 0)) : entry,
      );
      const swapped = [lost[1]!, lost[0]!, ...lost.slice(2)];
      for (const given of [altered, swapped, lost.slice(0, -2)]) {
        const refused = await putBack(before.size, entries.length, { given });
        expect([refused.status, typeOf(refused)]).toEqual([422, 'entry-misplaced']);
      }
      const elsewhere = await putBack(before.size + 1, entries.length);
      expect([elsewhere.status, typeOf(elsewhere)]).toEqual([409, 'log-moved']);
      const without = await putBack(before.size, entries.length, { documents: jwts });
      expect([without.status, typeOf(without), without.json['document']]).toEqual([
        ...[422, 'policy-document-unknown', sha256Hex(toUtf8(policy))],
      ]);
      const body = { from: before.size, entries: [], proof: [] };
      expect((await registry.post('/v1/root/recovery', body, 'registrar')).status).toBe(403);
      expect((await standing()).json).toMatchObject({ size: before.size, root: before.root });
      expect((await registry.get('/v1/organizations/midway')).status).toBe(404);
    });
  });

  it('leaves out what stood behind the signed tree and shows no signature, and waits for lost documents', async () => {
    await restored(4, async () => {
      const last = new TextDecoder().decode(entries.at(-1));
      const forged = toUtf8(last.replace(/[A-Za-z0-9_-]{10}"/, 'AAAAAAAAAA"'));
      expect(forged).toHaveLength(last.length);
      const given = [...entries.slice(before.size, signed.size), forged];
      const answer = await putBack(before.size, entries.length, { given, documents: [policy] });
      const digests = jwts.map((jwt) => sha256Hex(toUtf8(jwt)));
      expect([answer.status, answer.json['size'], answer.json['lackingDocuments']]).toEqual([
        ...[200, signed.size, digests],
      ]);
      expect(await registry.service.flush()).toEqual(signed);
      const path = `/v1/certificates/${digests[0]!}`;
      expect([
        (await registry.get(path)).status,
        (await registry.get(`/v1/root/documents/${digests[0]!}`)).status,
      ]).toEqual([404, 404]);
      // Its digest says enough, whatever has become of the key.
      const again = await hand('certificates', jwts[0]!);
      expect(again.status).toBe(201);
      expect(again.json['index']).toBeLessThan(signed.size);
      expect([
        (await registry.get(path)).text,
        (await registry.get(`/v1/root/documents/${digests[0]!}`)).text,
      ]).toEqual([jwts[0], jwts[0]]);
      expect((await standing()).json).toMatchObject({ size: signed.size, lackingDocuments: [digests[1]] });
    });
  });

  it.each([
    [1, 1],
    [3, 2],
    [1_000, 3],
  ])('has every entry back, in parts of %i, with all that follows from them', async (step, which) => {
    await restored(which, async () => {
      for (let from = before.size; from < signed.size;) {
        const to = from + step >= signed.size ? entries.length : from + step;
        const answer = await putBack(from, to);
        expect([answer.status, answer.json['size'], answer.json['lackingDocuments']]).toEqual([200, to, []]);
        from = to;
      }
      expect(await allEntries()).toEqual(entries);
      expect(await register()).toEqual(tables);
      const last = await registry.service.flush();
      expect(last.size).toBe(entries.length);
      await until(async () => (await registry.get('/health/ready')).text.includes('"rounds":{"status":"up"'));
      // Sent once more it is what stands there; and what is new goes on behind it.
      const again = await hand('certificates', jwts[0]!);
      expect(again.json['index']).toBeLessThan(signed.size);
      expectRecorded(await registry.post('/v1/organizations', organizationBody(`after-${step}`)));
      expect((await putBack(before.size, entries.length)).json['size']).toBe(entries.length + 1);
    });
  });
});

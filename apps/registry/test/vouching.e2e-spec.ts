import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeSignatures } from '@lodemark/platform';
import {
  cosignerKey,
  formatCosignerKey,
  isAdmissible,
  openWitnessed,
  parseTrustPolicy,
  parseVerifierKey,
  type Ed25519PublicJwk,
} from '@lodemark/transparency';
import { serveWitness, VouchedTrees, Witness, type WitnessServer } from '@lodemark/witness';
import { Backup } from '../../../test/support/backup.js';
import { newKey } from './support/parties.js';
import { organizationBody, TestRegistry } from './support/registry.js';

const SIGNATURES = nodeSignatures(isAdmissible);

let folder: string;
let registry: TestRegistry | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lodemark-vouching-'));
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function organizations(of: TestRegistry): Promise<number> {
  return ((await of.get('/v1/organizations')).json['organizations'] as unknown as unknown[]).length;
}

async function readiness(of: TestRegistry): Promise<string> {
  const { status, text } = await of.get('/health/ready');
  return `${status} ${text}`;
}

/** A registry that runs and has said more since its backup was made. */
async function beyondBackup(
  label: string,
  config: { readonly signerFolder: string; readonly roundMs?: number },
): Promise<{ readonly running: TestRegistry; readonly backup: Backup }> {
  const { signerFolder } = config;
  const running = (registry = await TestRegistry.start(label, { signerFolder }));
  await running.service.close();
  const backup = await Backup.of(running.database);
  await running.open(config);
  expect((await running.post('/v1/organizations', organizationBody('later'))).status).toBe(201);
  return { running, backup };
}

describe('a registry whose database was restored from an older backup', () => {
  it('starts unready, records and signs nothing, and starts again with what it had', async () => {
    const signerFolder = join(folder, 'signed');
    const { running, backup } = await beyondBackup('restored at rest', { signerFolder });
    const { size } = await running.service.flush();
    await running.service.close();
    await backup.swap();
    await running.open({ signerFolder });
    expect(await readiness(running)).toMatch(/^503 .*old backup/);
    await expect(running.service.flush()).rejects.toMatchObject({
      code: 'log-does-not-follow',
      sizes: { signed: size, asked: size - 1 },
    });
    expect((await running.post('/v1/organizations', organizationBody('another'))).status).toBe(503);
    expect(await organizations(running)).toBe(0);
    await running.service.close();
    await backup.swap();
    await running.open({ signerFolder });
    expect((await running.service.flush()).size).toBe(size);
    await backup.drop();
  });

  it('does not start when it went on from there: what was signed is lost in another history', async () => {
    const signerFolder = join(folder, 'signed');
    const { running, backup } = await beyondBackup('went on', { signerFolder });
    const { size } = await running.service.flush();
    await running.service.close();
    await backup.swap();
    await running.open();
    expect((await running.post('/v1/organizations', organizationBody('other'))).status).toBe(201);
    await running.service.close();
    await expect(running.open({ signerFolder })).rejects.toMatchObject({
      code: 'log-does-not-follow',
      sizes: { signed: size, asked: size },
    });
    await backup.swap();
    await running.open({ signerFolder });
    await backup.drop();
  });

  it('says while it runs that it is unready, records nothing, signs nothing, and goes on with what it had', async () => {
    const signerFolder = join(folder, 'signed');
    const { running, backup } = await beyondBackup('restored in flight', { signerFolder, roundMs: 50 });
    const before = await running.service.flush();
    await backup.swap();
    const { size } = before;
    await expect(running.service.flush()).rejects.toMatchObject({
      code: 'log-does-not-follow',
      sizes: { signed: size },
    });
    const refused = await running.post('/v1/organizations', organizationBody('another'));
    expect([refused.status, refused.json['detail']]).toEqual([503, expect.stringContaining('old backup')]);
    for (let asked = 0; !(await readiness(running)).includes('old backup'); asked += 1) {
      expect(asked).toBeLessThan(200);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await readiness(running)).toMatch(/^503 /);
    expect(await organizations(running)).toBe(0);
    await backup.swap();
    expect(await running.service.flush()).toEqual(before);
    expect((await running.post('/v1/organizations', organizationBody('another'))).status).toBe(201);
    await backup.drop();
  });

  it('does not begin a second log in a new database', async () => {
    const signerFolder = join(folder, 'signed');
    registry = await TestRegistry.start('first log', { signerFolder });
    await expect(TestRegistry.start('second log', { signerFolder })).rejects.toMatchObject({
      code: 'log-does-not-follow',
    });
  });
});

interface Running {
  readonly witness: Witness;
  readonly line: string;
  server: WitnessServer;
}

async function startWitness(name: string): Promise<Running> {
  const { signer } = await newKey();
  const witness = new Witness({
    ...{ name: `${name}.example`, signer, logs: [], checker: SIGNATURES },
    trees: new VouchedTrees(join(folder, name)),
    now: () => new Date(),
  });
  const server = await serve(witness, 0);
  const key = cosignerKey(`${name}.example`, signer.publicKey as Ed25519PublicJwk);
  return { witness, server, line: `witness ${name} ${formatCosignerKey(key)} ${server.url}\n` };
}

function serve(witness: Witness, port: number): Promise<WitnessServer> {
  const onTrouble = (error: unknown): void => {
    throw error;
  };
  return serveWitness(witness, { host: '127.0.0.1', port, onTrouble });
}

describe('a registry with witnesses', () => {
  it('publishes a checkpoint when its quorum has cosigned it, and none before', async () => {
    const running = [await startWitness('one'), await startWitness('two')];
    try {
      const trustPolicyFile = join(folder, 'policy');
      const lines = `${running.map(({ line }) => line).join('')}group both all one two\nquorum both\n`;
      await writeFile(trustPolicyFile, lines);
      registry = await TestRegistry.start('witnessed', { trustPolicyFile });
      const of = registry;
      // Nobody knows its key yet.
      expect((await of.get('/v1/root/checkpoint')).status).toBe(404);
      expect(await readiness(of)).toMatch(/^503 .*too few witnesses/);
      const { logKey } = of.service;
      const key = parseVerifierKey(logKey);
      if (!key.ok) throw new Error('unreadable');
      for (const { witness } of running) witness.watch({ origin: key.value.name, keys: [key.value] });

      const policy = parseTrustPolicy(`log ${logKey}\n${lines}`);
      expect((await of.get('/v1/root/trust-policy')).text).toBe(`log ${logKey}\n${lines}`);
      if (!policy.ok) throw new Error('unreadable');
      const published = async () => {
        const { text } = await of.get('/v1/root/checkpoint');
        return openWitnessed(text, policy.value, SIGNATURES);
      };
      await of.service.flush();
      expect(await published()).toMatchObject({
        ok: true,
        value: { quorumMet: true, checkpoint: { size: 1 } },
      });

      const [gone] = running;
      const { port } = new URL(gone!.server.url);
      await gone!.server.close();
      expect((await of.post('/v1/organizations', organizationBody('later'))).status).toBe(201);
      await expect(of.service.flush()).rejects.toMatchObject({
        ...{ code: 'quorum-not-met', size: 2 },
        missing: [{ witness: 'one' }],
      });
      expect(await published()).toMatchObject({ ok: true, value: { checkpoint: { size: 1 } } });
      expect(await organizations(of)).toBe(1);

      gone!.server = await serve(gone!.witness, Number(port));
      await of.service.flush();
      expect(await published()).toMatchObject({
        ok: true,
        value: { quorumMet: true, checkpoint: { size: 2 } },
      });
    } finally {
      for (const { server } of running) await server.close();
    }
  });

  it('does not start with a file that is no trust policy, or that gives a witness no address', async () => {
    const trustPolicyFile = join(folder, 'policy');
    const { line, server } = await startWitness('one');
    await server.close();
    await writeFile(trustPolicyFile, 'quorum all\n');
    await expect(TestRegistry.start('no policy', { trustPolicyFile })).rejects.toThrow('no trust policy');
    await writeFile(trustPolicyFile, `${line.split(' ').slice(0, 3).join(' ')}\nquorum one\n`);
    await expect(TestRegistry.start('no address', { trustPolicyFile })).rejects.toThrow('no address');
  });
});

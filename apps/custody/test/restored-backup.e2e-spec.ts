import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Backup } from '../../../test/support/backup.js';
import { TestNetwork } from './support/network.js';
import { lotCreated, signEvent, type Party } from './support/parties.js';

jest.setTimeout(120_000);

describe('a custody service whose database was restored from an older backup', () => {
  let folder: string;
  let network: TestNetwork;
  let key: Party;
  let backup: Backup;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lodemark-signed-'));
    network = await TestNetwork.start({
      label: 'restored',
      config: { signerFolder: join(folder, 'signed') },
    });
    await network.join('kokbulak');
    key = await network.key({ facility: 'kokbulak' }, 'event');
    await network.settle();
    expect((await post()).status).toBe(201);
    await network.settle();
    await network.close();
    backup = await Backup.of(network.databases.custody);
    await network.open();
    expect((await post()).status).toBe(201);
    await network.settle();
  });

  afterAll(async () => {
    await backup.drop();
    await network.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const post = async () => network.postSigned(await signEvent(lotCreated('kokbulak'), key));
  const ready = async () => (await network.get('/health/ready')).text;
  const notes = () => network.sql('SELECT size FROM ledger.checkpoint ORDER BY size');

  it('records nothing from the first event on, although the registry does not answer', async () => {
    await network.close();
    await backup.swap();
    const before = await notes();
    await network.open({ registryUrl: 'http://127.0.0.1:9' });
    const refused = await post();
    expect([refused.status, refused.json['detail']]).toEqual([503, expect.stringContaining('old backup')]);
    expect(Number(refused.json['signerSize'])).toBeGreaterThan(Number(refused.json['ownSize']));
    expect(await ready()).toContain('contradicts the logs of kokbulak');
    expect(await notes()).toEqual(before);
    await network.close();
    await backup.swap();
    await network.open();
    expect((await post()).status).toBe(201);
    await network.settle();
  });

  it('signs nothing when that happens while it runs, and goes on when what it had is back', async () => {
    await backup.swap();
    const before = await notes();
    await expect(network.custody.flush()).rejects.toThrow('old backup');
    expect((await post()).status).toBe(503);
    expect(await ready()).toContain('contradicts the logs of kokbulak');
    expect(await notes()).toEqual(before);
    await backup.swap();
    await network.custody.flush();
    expect((await post()).status).toBe(201);
    await network.settle();
    expect(await network.audit('kokbulak')).toEqual([]);
  });
});

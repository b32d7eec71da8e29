import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Backup } from '../../../test/support/backup.js';
import { until } from '../../../test/support/until.js';
import { JOIN, mined } from './events.js';
import { TestSite, type Ran } from './support.js';

jest.setTimeout(600_000);

/** A site whose registry has certificates on file, before its backup and after it. */
describe('lodemark recover root', () => {
  let site: TestSite;
  let top: string;
  let token: string;
  const backups: Backup[] = [];

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), 'lodemark-recover-root-'));
    site = await TestSite.start();
    token = (JSON.parse((await site.run([...JOIN, '--json'])).out) as { token: string }).token;
    await certified('1');
  });
  afterAll(async () => {
    for (const backup of backups) await backup.on(site.site.postgres.adminUrl).drop();
    await site.stop();
    await rm(top, { recursive: true, force: true });
  });

  const recover = (...more: readonly string[]) => site.run(['recover', 'root', '--json', ...more]);
  const monitor = () =>
    site.run([
      ...['monitor', '--once', '--json', '--policy', join(site.home, 'trust-policy.txt')],
      ...['--state', join(top, 'seen')],
    ]);
  const isRefusing = async () =>
    (await (await fetch(`${site.site.network.registryUrl}/health/ready`)).text()).includes('old backup');

  /** A lot and a certificate of refusal on it, the most that a lot without any evidence can have; verified. */
  async function certified(number: string): Promise<void> {
    const stdin = JSON.stringify(mined(number));
    expect((await site.run(['post', '-'], { stdin, env: { LODEMARK_TOKEN: token } })).exit).toBe(0);
    await site.site.network.settle();
    const [bundle, trust] = [join(top, `${number}.bundle`), join(top, 'trust.json')];
    const issued = await site.run([
      ...['certificate', `kokbulak/${number}`, '--refusal', '--bundle', bundle],
    ]);
    expect([issued.exit, issued.err]).toEqual([0, '']);
    expect((await site.run(['trust', trust])).exit).toBe(0);
    const verified: Ran = await site.run(['verify', bundle, '--trust', trust]);
    expect([verified.exit, verified.err]).toEqual([1, '']);
  }

  async function entries(folder: string): Promise<{ readonly size: number; readonly bytes: Buffer }> {
    const size = Number((await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n')[1]);
    return { size, bytes: await readFile(join(folder, 'tile/entries/000.p', String(size))) };
  }

  it('says of a log that lacks nothing that it lacks nothing', async () => {
    const { exit, out } = await recover();
    expect([exit, JSON.parse(out)]).toEqual([
      0,
      expect.objectContaining({ putBack: 0, lackingDocuments: [] }),
    ]);
  });

  it.each<[string, string]>([
    ['an export', '2'],
    ['provenance', '3'],
  ])('gives a restored registry its root log back from %s, and issuing goes on', async (source, number) => {
    const whole = join(top, `whole-${number}`);
    const backup = await site.backUp('registry');
    backups.push(backup);
    await certified(number);
    expect(await monitor()).toMatchObject({ exit: 0, out: '' });
    expect(await site.run(['log', 'export', 'root', whole])).toMatchObject({
      ...{ exit: 0, out: expect.stringContaining('documents that it names lie beside it') as unknown },
    });
    await site.restart((adminUrl) => backup.on(adminUrl).swap());

    await until(isRefusing);
    const refused = await site.run([...JOIN.slice(0, -6), '--facility', 'other', ...JOIN.slice(-6)]);
    expect([refused.exit, refused.err]).toEqual([3, expect.stringContaining('old backup')]);
    const { exit, out, err } = await recover(...(source === 'an export' ? ['--from', whole] : []));
    expect([exit, err]).toEqual([0, '']);
    const { putBack, leftOut, lackingDocuments } = JSON.parse(out) as Record<string, unknown>;
    expect([Number(putBack) >= 2, leftOut, lackingDocuments]).toEqual([true, 0, []]);
    await until(async () => !(await isRefusing()));

    const [before, again] = [await entries(whole), join(top, `again-${number}`)];
    expect((await site.run(['log', 'export', 'root', again])).exit).toBe(0);
    expect((await entries(again)).bytes.subarray(0, before.bytes.length)).toEqual(before.bytes);
    expect(await monitor()).toMatchObject({ exit: 0, out: '' });
    await certified(`${number}1`);
    expect(await monitor()).toMatchObject({ exit: 0, out: '' });
  });
});

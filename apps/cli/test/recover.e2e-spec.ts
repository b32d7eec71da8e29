import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Backup } from '../../../test/support/backup.js';
import { until } from '../../../test/support/until.js';
import { JOIN, mined } from './events.js';
import { TestSite, type Ran } from './support.js';

jest.setTimeout(300_000);

describe('lodemark recover', () => {
  let site: TestSite;
  let top: string;
  /** One is used up by a recovery. */
  const backups: Backup[] = [];
  let token: string;
  let exported: string;
  const receipts: string[] = [];

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), 'lodemark-recover-'));
    exported = join(top, 'whole');
    site = await TestSite.start();
    token = (JSON.parse((await site.run([...JOIN, '--json'])).out) as { token: string }).token;
    await post('1');
    await site.site.network.settle();
    for (let made = 0; made < 2; made += 1) backups.push(await site.backUp('custody'));
    for (const number of ['2', '3']) receipts.push(await receiptOf(number));
    await site.site.network.settle();
    expect((await site.run(['log', 'export', 'kokbulak', exported])).exit).toBe(0);
  });
  afterAll(async () => {
    for (const backup of backups) await backup.on(site.site.postgres.adminUrl).drop();
    await site.stop();
    await rm(top, { recursive: true, force: true });
  });

  const post = (number: string): Promise<Ran> =>
    site.run(['post', '-', '--json'], {
      stdin: JSON.stringify({
        ...mined(number),
        ...{ eventId: `00000000-0000-4000-8000-00000000000${number}`, occurredAt: '2026-11-20T08:00:00Z' },
      }),
      env: { LODEMARK_TOKEN: token },
    });
  const receiptOf = async (number: string) =>
    (JSON.parse((await post(number)).out.split('\n')[0]!) as { signedReceipt: string }).signedReceipt;
  const recover = (...more: readonly string[]) => site.run(['recover', 'kokbulak', '--json', ...more]);
  const isRefusing = async () =>
    (await (await fetch(`${site.site.network.custodyUrl}/health/ready`)).text()).includes('contradicts');

  async function restored(which: number, work: () => Promise<void>): Promise<void> {
    const backup = backups[which]!.on(site.site.postgres.adminUrl);
    await backup.swap();
    try {
      await until(isRefusing);
      await work();
    } finally {
      await backup.swap();
    }
  }

  it('says of a log that lacks nothing that it lacks nothing', async () => {
    const { exit, out } = await recover();
    expect([exit, JSON.parse(out)]).toEqual([0, expect.objectContaining({ putBack: 0 })]);
  });

  it('takes nothing from a source that has another history, or too little of it', async () => {
    const other = join(top, 'other');
    await cp(exported, other, { recursive: true });
    const bundle = join(other, 'tile/entries/000.p', String(await sizeOf(other)));
    const bytes = await readFile(bundle);
    const at = bytes.lastIndexOf('"jws":"') + 200;
    bytes[at] = bytes[at] === 65 ? 66 : 65;
    await writeFile(bundle, bytes);
    await restored(0, async () => {
      expect(await recover('--from', other)).toMatchObject({
        exit: 5,
        err: expect.stringContaining('not those that were signed') as unknown,
      });
      expect(await recover('--from', join(top, 'nowhere'))).toMatchObject({ exit: 5 });
      expect(await isRefusing()).toBe(true);
    });
  });

  it.each<[string, number, () => readonly string[]]>([
    ['provenance', 0, () => []],
    ['an export', 1, () => ['--from', exported]],
  ])('gives back what a restored database lacks, from %s, and the log goes on', async (_, which, source) => {
    await restored(which, async () => {
      const { exit, out, err } = await recover(...source());
      expect([exit, err]).toEqual([0, '']);
      const { putBack, leftOut, size } = JSON.parse(out) as Record<string, number>;
      // With or without heads between the two events.
      expect([putBack! >= 3, leftOut, size]).toEqual([true, 0, await sizeOf(exported)]);
      expect([await receiptOf('2'), await receiptOf('3')]).toEqual(receipts);
      await site.site.network.settle();
      const whole = join(top, `after-${source().length}`);
      expect((await site.run(['log', 'export', 'kokbulak', whole])).exit).toBe(0);
      expect(await readFile(join(whole, 'checkpoint'))).toEqual(await readFile(join(exported, 'checkpoint')));
      expect((await site.run(['log', 'verify', whole, '--json'])).out).toContain('"not-checked"');
    });
  });
});

async function sizeOf(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n')[1]);
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { JOIN, mined } from './events.js';
import { Relay } from './relay.js';
import { TestSite, type Ran } from './support.js';

jest.setTimeout(300_000);

const METRICS_PORT = 20_000 + (process.pid % 10_000);

describe('lodemark monitor', () => {
  let site: TestSite;
  let registry: Relay;
  let top: string;
  let token: string;

  beforeAll(async () => {
    top = await mkdtemp(join(tmpdir(), 'lodemark-monitor-'));
    site = await TestSite.start();
    registry = await Relay.to(site.site.network.registryUrl);
    token = (JSON.parse((await site.run([...JOIN, '--json'])).out) as { token: string }).token;
    await post('1');
    await site.site.network.settle();
  });
  beforeEach(() => {
    registry.tamper = (passing) => passing;
  });
  afterAll(async () => {
    await registry.stop();
    await site.stop();
    await rm(top, { recursive: true, force: true });
  });

  const post = (number: string): Promise<Ran> =>
    site.run(['post', '-'], { stdin: JSON.stringify(mined(number)), env: { LODEMARK_TOKEN: token } });
  const monitor = (state: string, ...more: readonly string[]): Promise<Ran> =>
    site.run([
      ...['monitor', '--once', '--json', '--policy', join(site.home, 'trust-policy.txt')],
      ...['--state', join(top, state), '--registry-url', registry.url, ...more],
    ]);
  const alarms = ({ out }: Ran) =>
    out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { code: string; detail: string; evidence?: string[] });

  it('has nothing to report of a sound network, run after run, facility logs and all', async () => {
    for (const number of ['2', '3']) {
      const { exit, out, err } = await monitor('sound', '--facility', 'kokbulak');
      expect([exit, out, err]).toEqual([0, '', '']);
      await post(number);
      await site.site.network.settle();
    }
  });

  it('reports keys and certificates that nobody announced', async () => {
    const keys = join(top, 'keys.txt');
    await writeFile(keys, '# none that is known\n');
    const ran = await monitor('unannounced', '--keys', keys);
    expect(ran.exit).toBe(1);
    expect(new Set(alarms(ran).map(({ code }) => code))).toEqual(new Set(['key-unannounced']));
    const known = alarms(ran).map(({ detail }) => /a key (\S+)/.exec(detail)![1]!);
    await writeFile(keys, known.join('\n'));
    expect((await monitor('announced', '--keys', keys)).exit).toBe(0);
  });

  it('reports a root log that begins otherwise than is pinned', async () => {
    const ran = await monitor('pinned', '--genesis', 'ab'.repeat(32));
    expect([ran.exit, alarms(ran).map(({ code }) => code)]).toEqual([5, ['genesis-differs']]);
  });

  it('reports a checkpoint that the log did not sign, and one that too few witnesses cosigned', async () => {
    const path = '/v1/root/checkpoint';
    registry.tamper = (passing) =>
      passing.path === path ? { ...passing, body: passing.body.replace(/\n(\d+)\n/, '\n9$1\n') } : passing;
    const untrusted = await monitor('untrusted');
    expect([untrusted.exit, alarms(untrusted).map(({ code }) => code)]).toEqual([
      5,
      ['checkpoint-untrusted'],
    ]);
    registry.tamper = (passing) =>
      passing.path === path
        ? { ...passing, body: passing.body.replaceAll(/— \S*witness-\d.*\n/g, '') }
        : passing;
    const alone = await monitor('alone');
    expect([alone.exit, alarms(alone).map(({ code }) => code)]).toEqual([2, ['quorum-missing']]);
  });

  it('reports a root log that is shown shorter than an earlier run saw it', async () => {
    const before = await (await fetch(`${registry.url}/v1/root/checkpoint`)).text();
    await post('4');
    await site.site.network.settle();
    expect((await monitor('shorter')).exit).toBe(0);
    registry.tamper = (passing) =>
      passing.path === '/v1/root/checkpoint' ? { ...passing, body: before } : passing;
    const ran = await monitor('shorter');
    expect([ran.exit, alarms(ran).map(({ code }) => code)]).toEqual([5, ['rolled-back']]);
    expect(alarms(ran)[0]!.evidence).toHaveLength(2);
  });

  it('has nothing to report of what others were shown where that is the same log, earlier or now', async () => {
    const earlier = join(top, 'earlier.txt');
    await writeFile(earlier, await (await fetch(`${registry.url}/v1/root/checkpoint`)).text());
    expect((await monitor('neighbour')).exit).toBe(0);
    await post('5');
    await site.site.network.settle();
    const { exit, out } = await monitor('compared', '--also', join(top, 'neighbour'), '--also', earlier);
    expect([exit, out]).toEqual([0, '']);
  });

  it('does not pass over in silence somebody with whom nothing could be compared', async () => {
    const scrawl = join(top, 'scrawl.txt');
    await writeFile(scrawl, 'cli.lodemark.example/root\n7\n');
    const nobody = 'http://127.0.0.1:9';
    for (const where of [join(top, 'nowhere'), scrawl, top, nobody]) {
      const ran = await monitor('uncompared', '--also', where);
      expect([ran.exit, alarms(ran)]).toEqual([
        2,
        [expect.objectContaining({ code: 'uncompared', detail: expect.stringContaining(where) as unknown })],
      ]);
    }
  });

  it('answers Prometheus while it follows, and ends with what it saw', async () => {
    const interruption = new AbortController();
    const keys = join(top, 'no-keys.txt');
    await writeFile(keys, '');
    const running = site.run(
      [
        ...['monitor', '--policy', join(site.home, 'trust-policy.txt'), '--state', join(top, 'following')],
        ...['--every', '1', '--keys', keys, '--metrics', `127.0.0.1:${METRICS_PORT}`],
      ],
      { interruption: interruption.signal },
    );
    const read = async (): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`).catch(() => undefined);
      return (await response?.text()) ?? '';
    };
    while (!(await read()).includes('rounds_total{outcome="made"} 2'))
      await new Promise((r) => setTimeout(r, 100));
    expect(await read()).toMatch(/alarms_total\{code="key-unannounced"\} [1-9]/);
    const head = await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    interruption.abort();
    const { exit, out } = await running;
    expect([exit, out]).toEqual([1, expect.stringContaining('ALARM key-unannounced')]);
  });
});

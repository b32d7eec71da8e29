import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { JOIN, milled, mined } from './events.js';
import { Relay } from './relay.js';
import { TestSite, type Ran } from './support.js';

jest.setTimeout(240_000);

function rowsOf({ out }: Ran): Record<string, unknown>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('lodemark against a site on this machine', () => {
  let site: TestSite;
  const first = mined('2026-0001', { form: 'ORE' });
  const second = milled('2026-0001', '2026-0002');

  beforeAll(async () => {
    site = await TestSite.start();
  });
  afterAll(() => site.stop());

  it('registers a newcomer in one command, and again changes nothing', async () => {
    const once = await site.run([...JOIN, '--json']);
    expect(once).toMatchObject({ exit: 0, err: '' });
    const joined = JSON.parse(once.out) as { steps: { outcome: string }[]; token: string };
    expect(joined.steps.map(({ outcome }) => outcome)).toEqual(Array(4).fill('registered'));
    expect(joined.token.split('.')).toHaveLength(3);
    const again = await site.run([...JOIN, '--json']);
    const rejoined = JSON.parse(again.out) as { steps: { outcome: string }[] };
    expect(rejoined.steps.map(({ outcome }) => outcome)).toEqual(Array(4).fill('stands already'));
  });

  it('says what is on record otherwise instead of registering it over', async () => {
    const changed = JOIN.map((word) => (word === 'KZ' ? 'CA' : word));
    const ran = await site.run(changed);
    expect(ran.exit).toBe(1);
    expect(ran.err).toContain('registered-otherwise');
    expect(ran.err).toContain('/incorporatedIn  is "KZ", not "CA"');
  });

  it('checks without recording, posts, and repeats without recording twice', async () => {
    const path = site.path('events.ndjson');
    await writeFile(path, `${JSON.stringify(first)}\n\n${JSON.stringify(second)}\n`);
    const checked = await site.run(['check', path]);
    expect(checked).toMatchObject({ exit: 0, out: '2 rows: 2 acceptable, 0 recorded already, 0 refused.\n' });
    const posted = await site.run(['post', path]);
    expect(posted).toMatchObject({ exit: 0, err: '' });
    expect(posted.out).toMatch(
      /^2 rows: 2 recorded, 0 recorded before, 0 refused\.\nReceipts: 2 signatures verified .*\.\n$/,
    );
    const again = await site.run(['post', path, '--json']);
    const [one, two, end] = rowsOf(again);
    expect(one).toMatchObject({
      line: 1,
      eventId: first['eventId'],
      outcome: 'repeated',
      receipt: { index: 0 },
    });
    expect(two).toMatchObject({ line: 3, outcome: 'repeated', receipt: { index: 1 } });
    expect(end).toMatchObject({ summary: { rows: 2, repeated: 2, refused: 0 } });
  });

  it('names line, code, pointer and cure of a refused row and takes the others', async () => {
    const rows = [mined('2026-0003'), mined('2026-0004', { form: 'PORRIDGE' }), mined('2026-0001')];
    const ran = await site.run(['post', '-'], { stdin: JSON.stringify(rows, null, 2) });
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain('3 rows: 1 recorded, 0 recorded before, 2 refused.\n');
    const lineOf = (at: number) =>
      JSON.stringify(rows, null, 2)
        .split('\n')
        .findIndex((line) => line.includes(String(rows[at]?.['eventId']))) + 1;
    expect(ran.err).toMatch(/line \d+: invalid-event/);
    expect(ran.err).toContain('/form  ');
    expect(ran.err).toContain('\n  at /lot\n');
    expect(ran.err).toMatch(/line \d+: lot-exists/);
    expect(ran.err).toMatch(/cure: /);
    const lines = [...ran.err.matchAll(/^line (\d+):/gm)].map(([, line]) => Number(line));
    // A row begins where its brace stands, a few lines above its id.
    expect(lines[0]).toBeGreaterThan(lineOf(0));
    expect(lines[0]).toBeLessThan(lineOf(1));
    expect(lines[1]).toBeGreaterThan(lineOf(1));
  });

  it('records nothing of an atomic file in which one row is bad', async () => {
    const rows = [mined('2026-0005'), { nothing: true }];
    const ran = await site.run(['post', '--atomic', '-', '--json'], { stdin: JSON.stringify(rows) });
    expect(ran.exit).toBe(1);
    expect(rowsOf(ran).at(-1)).toMatchObject({ summary: { rows: 2, recorded: 0, refused: 2 } });
    const after = await site.run(['check', '-'], { stdin: JSON.stringify(rows[0]) });
    expect(after.out).toContain('1 acceptable');
  });

  it('makes ids once and finds them again in its journal', async () => {
    const { eventId: _eventId, ...event } = mined('2026-0006');
    const journal = site.path('ids.journal');
    const refused = await site.run(['post', '-'], { stdin: JSON.stringify(event) });
    expect(refused).toMatchObject({ exit: 1 });
    expect(refused.err).toContain('event-id-missing');
    const once = await site.run(['post', '--assign-ids', journal, '-'], { stdin: JSON.stringify(event) });
    expect(once.out).toContain('1 row: 1 recorded, 0 recorded before, 0 refused.\n');
    const again = await site.run(['post', '--assign-ids', journal, '-'], { stdin: JSON.stringify(event) });
    expect(again.out).toContain('1 row: 0 recorded, 1 recorded before, 0 refused.\n');
  });

  it('signs with a key of its own once that is registered, and without a token', async () => {
    const key = site.path('kokbulak.key.json');
    const made = await site.run(['keys', 'new', '--out', key, '--alg', 'ES256', '--json']);
    expect(JSON.parse(made.out)).toMatchObject({ alg: 'ES256', jwk: { crv: 'P-256' } });
    expect(made.out).not.toContain('"d"');
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect(await site.run(['keys', 'new', '--out', key])).toMatchObject({ exit: 4 });
    const event = JSON.stringify(mined('2026-0007'));
    const early = await site.run(['post', '--key', key, '-'], { stdin: event });
    expect(early.exit).toBe(1);
    expect(early.err).toContain('key-unknown');
    const register = ['keys', 'register', '--facility', 'kokbulak', '--key', key];
    expect((await site.run(register)).out).toContain('registered');
    expect((await site.run(register)).out).toContain('stands already');
    await site.site.network.settle();
    const network = {
      LODEMARK_HOME: site.path('nowhere'),
      LODEMARK_CUSTODY_URL: site.site.network.custodyUrl,
      LODEMARK_REGISTRY_URL: site.site.network.registryUrl,
    };
    const posted = await site.run(['post', '--key', key, '-'], { stdin: event, env: network });
    expect(posted).toMatchObject({ exit: 0, err: '' });
  });

  it('waits for the horizon that covers an entry, and shows lots and their lineage there', async () => {
    const covered = await site.run(['horizon', 'kokbulak/1', '--wait', '30', '--json']);
    expect(covered.exit).toBe(0);
    await site.site.network.settle();
    const lots = await site.run(['lots', '--facility', 'kokbulak', '--standing', 'held']);
    expect(lots.exit).toBe(0);
    expect(lots.out).toContain('kokbulak/2026-0002');
    expect(lots.out).not.toContain('kokbulak/2026-0001 ');
    const up = await site.run(['lineage', 'kokbulak/2026-0002']);
    expect(up.out.split('\n').slice(0, 3)).toEqual([
      'kokbulak/2026-0002  CONCENTRATE, 900 kg, KZ',
      expect.stringMatching(/^└─ BENEFICIATE at kokbulak, .*, from 1000 kg \(feed\):$/),
      '   kokbulak/2026-0001  ORE, 1000 kg, KZ',
    ]);
    const down = await site.run([
      'lineage',
      'kokbulak/2026-0001',
      '--direction',
      'down',
      '--depth',
      '1',
      '--json',
    ]);
    expect(JSON.parse(down.out)).toMatchObject({
      direction: 'down',
      edges: [{ output: 'kokbulak/2026-0002' }],
    });
    const lot = await site.run(['lot', 'kokbulak/2026-0002']);
    expect(lot.out).toContain('Transformed');
    expect((await site.run(['inbound', 'kokbulak'])).out).toContain('Nothing is on its way.');
  });

  it('answers with the verdict in the exit code, and 2 for a lot that nobody knows', async () => {
    const asked = await site.run(['verdict', 'kokbulak/2026-0002', '--policy', 'WC-3', '--json']);
    const { verdict } = JSON.parse(asked.out) as { verdict: { outcome: string } };
    expect(asked.exit).toBe(verdict.outcome === 'FAIL' ? 1 : 2);
    const prose = await site.run(['verdict', 'kokbulak/2026-0002', '--policy', 'WC-3']);
    expect(prose.out.split('\n')[0]).toBe(`${verdict.outcome}: lot kokbulak/2026-0002 under WC-3`);
    expect(await site.run(['verdict', 'kokbulak/none', '--policy', 'WC-3'])).toMatchObject({
      exit: 2,
      out: '',
    });
    const unknown = await site.run(['verdict', 'kokbulak/2026-0002', '--policy', 'NONE']);
    expect(unknown).toMatchObject({ exit: 2, err: expect.stringContaining('WC-3') });
  });

  it('rebuilds to the same digest', async () => {
    const ran = await site.run(['rebuild', '--source', 'kept']);
    expect(ran.out).toContain('The digest is the same');
    expect(ran.exit).toBe(0);
    const json = await site.run(['rebuild', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ source: 'logs', state: 'done', rebuilt: { same: true } });
  });

  it('goes on looking at a rebuild while the service is away, and says when it was started anew', async () => {
    const provenance = await Relay.to(site.site.network.provenanceUrl);
    let refused = 2;
    provenance.tamper = (passing) =>
      passing.path.startsWith('/v1/rebuilds/') && refused-- > 0 ? { ...passing, status: 503 } : passing;
    const token = (await site.run(['token', '--role', 'administrator'])).out.trim();
    const env = { LODEMARK_TOKEN: token };
    const ran = await site.run(['rebuild', '--provenance-url', provenance.url], { env, terminal: true });
    expect(ran.exit).toBe(0);
    expect(refused).toBeLessThan(0);
    expect(ran.err).toContain('Rebuilding');
    provenance.tamper = (passing) =>
      passing.path.startsWith('/v1/rebuilds/') ? { ...passing, status: 404 } : passing;
    const restarted = await site.run(['rebuild', '--provenance-url', provenance.url], { env });
    expect(restarted).toMatchObject({ exit: 3, out: '' });
    expect(restarted.err).toContain('The read model is as it was');
    await provenance.stop();
  });

  it('finds nothing wrong with a healthy site, and the root log not to be another one', async () => {
    const well = await site.run(['doctor', '--json']);
    const { checks } = JSON.parse(well.out) as { checks: { check: string; status: string }[] };
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'registry',
        'custody clock',
        'root checkpoint',
        'root tree',
        'data folder',
        'horizon',
      ]),
    );
    expect(well.exit).toBe(0);
    const pinned = await site.run(['doctor'], { env: { LODEMARK_GENESIS: 'f'.repeat(64) } });
    expect(pinned.exit).toBe(1);
    expect(pinned.out).toContain('not the pinned');
    const elsewhere = await site.run(['doctor', '--custody-url', 'http://127.0.0.1:9']);
    expect(elsewhere.exit).toBe(3);
    expect(elsewhere.out).toContain('http://127.0.0.1:9 does not answer');
  });

  it('makes tokens with just the role that is asked for, and shows a token of the site to nobody else', async () => {
    const token = (await site.run(['token', '--role', 'auditor', '--facility', '*'])).out.trim();
    const env = { LODEMARK_TOKEN: token, LODEMARK_HOME: site.path('nowhere') };
    const provenance = ['--provenance-url', site.site.network.provenanceUrl];
    expect((await site.run(['lots', ...provenance], { env })).exit).toBe(0);
    const rebuild = await site.run(['rebuild', ...provenance], { env });
    expect(rebuild.exit).toBe(3);
    expect(rebuild.err).toContain('forbidden');
    const other = await site.run(['lots', '--provenance-url', 'http://127.0.0.1:9']);
    expect(other.exit).toBe(4);
    expect(other.err).toContain('token-missing');
  });
});

describe('the built command', () => {
  const bin = fileURLToPath(new URL('../bin/lodemark.js', import.meta.url));
  const run = (...argv: string[]) => spawnSync(process.execPath, [bin, ...argv], { encoding: 'utf8' });

  it('ends its process with the exit code, answers on standard output, errors on standard error', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n', stderr: '' });
    const wrong = run('verdict', 'nothing');
    expect(wrong).toMatchObject({ status: 4, stdout: '' });
    expect(wrong.stderr).toContain('kokbulak/2026-0017');
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { JOIN, milled, mined } from './events.js';
import { Relay } from './relay.js';
import { TestSite } from './support.js';

jest.setTimeout(240_000);

const lines = (events: readonly object[]) => events.map((event) => JSON.stringify(event)).join('\n');

describe('a file that is longer than one request', () => {
  let site: TestSite;
  let custody: Relay;
  let token: string;

  beforeAll(async () => {
    site = await TestSite.start();
    custody = await Relay.to(site.site.network.custodyUrl);
    token = (JSON.parse((await site.run([...JOIN, '--json'])).out) as { token: string }).token;
  });
  afterAll(async () => {
    await custody.stop();
    await site.stop();
  });

  it('is checked in parts, and what builds on an earlier part is called uncertain, not refused', async () => {
    const path = site.path('parts.ndjson');
    const events = [mined('P-1', { form: 'ORE' }), mined('P-2'), milled('P-1', 'P-3'), mined('P-4')];
    await writeFile(path, lines([...events, mined('P-4'), mined('P-2')]));
    const ran = await site.run(['check', path, '--batch', '2']);
    expect(ran.exit).toBe(2);
    expect(ran.out).toBe('6 rows: 3 acceptable, 0 recorded already, 3 uncertain, 0 refused.\n');
    expect(ran.err).toContain('line 3: uncertain, it builds on line 1 of an earlier part');
    expect(ran.err).toContain('3 parts');
    // What would be taken alone, although an earlier part has such a lot, is as uncertain.
    const rows = (await site.run(['check', path, '--batch', '2', '--json'])).out.trim().split('\n');
    expect(rows.slice(0, -1).map((row) => JSON.parse(row) as unknown)).toMatchObject([
      ...[{ outcome: 'acceptable' }, { outcome: 'acceptable' }],
      ...[{ outcome: 'uncertain', buildsOn: 1 }, { outcome: 'acceptable' }],
      ...[
        { outcome: 'uncertain', buildsOn: 4 },
        { outcome: 'uncertain', buildsOn: 2 },
      ],
    ]);
  });

  it('is called wrong in parts, too, where a row is wrong by itself', async () => {
    const path = site.path('wrong.ndjson');
    await writeFile(path, lines([mined('W-1'), mined('W-2'), mined('W-1', { form: 'PORRIDGE' })]));
    const ran = await site.run(['check', path, '--batch', '2']);
    expect(ran.exit).toBe(1);
    expect(ran.out).toContain('2 acceptable, 0 recorded already, 1 refused');
  });

  it('ends after the request in hand when it is interrupted, and goes on when it is posted again', async () => {
    const path = site.path('interrupted.ndjson');
    await writeFile(path, lines(Array.from({ length: 7 }, (_, at) => mined(`I-${at}`))));
    const ctrlC = new AbortController();
    custody.tamper = (passing) => {
      ctrlC.abort();
      return passing;
    };
    const post = ['post', path, '--batch', '3', '--custody-url', custody.url];
    const options = { env: { LODEMARK_TOKEN: token } };
    const first = await site.run(post, { ...options, interruption: ctrlC.signal });
    expect(first).toMatchObject({ exit: 130, out: '' });
    expect(first.err).toContain('Confirmed: rows up to line 3 are.');
    expect(first.err).toContain('Post the same file again');
    const again = await site.run(post, options);
    expect(again.exit).toBe(0);
    expect(again.out).toContain('7 rows: 4 recorded, 3 recorded before, 0 refused.');
  });

  it('shows how far it is on a terminal', async () => {
    const path = site.path('slow.ndjson');
    await writeFile(path, lines([mined('S-1'), mined('S-2')]));
    // A second has to pass before anybody wants to know.
    custody.tamper = async (passing) => {
      await new Promise((later) => setTimeout(later, 1_100));
      return passing;
    };
    const post = ['post', path, '--batch', '1', '--custody-url', custody.url];
    const ran = await site.run(post, { env: { LODEMARK_TOKEN: token }, terminal: true });
    expect(ran.err).toContain('1 row, 0 refusals …');
    expect(ran.out).not.toContain('…');
  });
});

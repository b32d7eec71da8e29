import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { RunOnClock } from '../../standalone/src/run-on-clock.js';
import { TestSite } from './support.js';

jest.setTimeout(240_000);

const file = (name: string) => fileURLToPath(new URL(`../../../docs/first-hour/${name}`, import.meta.url));

/** docs/first-hour.md, command after command. */
describe('the first hour', () => {
  let site: TestSite;

  beforeAll(async () => {
    // The files tell of November 2026, whenever this runs.
    const clock = new RunOnClock(new Date('2026-11-24T06:00:00Z'));
    clock.letGo();
    site = await TestSite.start(clock);
  });
  afterAll(() => site.stop());

  it('joins two facilities, one by a file and one by flags', async () => {
    expect((await site.run(['join', file('tau-mine.json')])).exit).toBe(0);
    const plant = await site.run([
      ...['join', '--organization', 'prairie', '--legal-name', 'Prairie Separation Inc. (invented)'],
      ...['--country', 'CA', '--facility', 'prairie-plant', '--name', 'Prairie separation plant (invented)'],
      ...['--steps', 'CRACK_LEACH,SEPARATE', '--operating-from', '2020-01-01'],
    ]);
    expect(plant.exit).toBe(0);
  });

  it('posts what the mine did and sent, and shows the plant what is on its way', async () => {
    expect((await site.run(['check', file('mine.json')])).out).toContain('2 rows: 2 acceptable');
    expect((await site.run(['post', file('mine.json')])).out).toContain('2 rows: 2 recorded');
    expect((await site.run(['post', file('shipment.ndjson')])).out).toContain('2 rows: 2 recorded');
    const counts = await site.run(['horizon', 'tau-mine/3', '--wait', '60']);
    expect(counts).toMatchObject({ exit: 0, out: expect.stringContaining('Provenance answers there.') });
    expect((await site.run(['inbound', 'prairie-plant'])).out).toContain('TAU-0001');
  });

  it('drafts the receipt from what the sender says, with an id and a time of its own', async () => {
    const none = await site.run(['inbound', 'prairie-plant', '--draft', 'TAU-0002']);
    expect(none).toMatchObject({ exit: 1, out: '' });
    expect(none.err).toContain('shipment-unknown');
    const draft = await site.run(['inbound', 'prairie-plant', '--draft', 'TAU-0001']);
    expect(draft.err).toContain('what you weighed and saw');
    expect(JSON.parse(draft.out)).toMatchObject({
      type: 'Received',
      facility: 'prairie-plant',
      nonce: 'tau-0001-5e1d',
    });
    const posted = await site.run(['post', '-'], { stdin: draft.out });
    expect(posted.out).toContain('1 row: 1 recorded');
  });

  it('ends with a pass that is earned and a no that says what is missing', async () => {
    expect((await site.run(['horizon', 'prairie-plant/0', '--wait', '60'])).exit).toBe(0);
    const pass = await site.run(['verdict', 'tau-mine/2026-0002', '--policy', 'WC-0']);
    expect(pass.out.split('\n')[0]).toBe('PASS: lot tau-mine/2026-0002 under WC-0');
    const open = await site.run(['verdict', 'tau-mine/2026-0002', '--policy', 'WC-3']);
    expect(open.exit).toBe(2);
    expect(open.out).toContain('To cure it, prairie: declare all holders');
  });
});

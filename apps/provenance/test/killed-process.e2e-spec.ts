import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { lotCreated, signEvent, type Party } from '../../custody/test/support/parties.js';
import { BuiltSite } from '../../../test/support/built-site.js';
import { entriesHeld, rebuilt } from '../../../test/support/followed-log.js';
import type { Installation } from '../../../test/support/installation.js';
import { until } from '../../../test/support/until.js';

const KILLS = 3;
const BATCHES = 4;
const BATCH = 1_000;
const TOTAL = BATCHES * BATCH;
const ORIGIN = 'demo.lodemark.example/log/kokbulak';
const ROOT = 'demo.lodemark.example/root';

// Five processes follow the log one after the other, and two rebuild it.
jest.setTimeout(240_000);

describe('a provenance process that is killed while it follows a long log', () => {
  let site: BuiltSite;
  let custody: Installation;

  beforeAll(async () => {
    site = await BuiltSite.start({ label: 'followed', databases: { durable: true } });
    custody = await site.addCustody();
    await site.join('kokbulak', custody);
    const key = await site.eventKey('kokbulak');
    await site.settled(custody);
    for (let batch = 0; batch < BATCHES; batch++) await post(key);
    await site.covered(`kokbulak/${TOTAL - 1}`);
    await site.settled(custody);
  });

  afterAll(() => site.remove());

  async function post(key: Party): Promise<void> {
    const lines = Array.from({ length: BATCH }, () => signEvent(lotCreated('kokbulak'), key));
    const response = await fetch(`${custody.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: (await Promise.all(lines)).join('\n'),
    });
    if (response.status !== 200) throw new Error(`the batch was answered with ${response.status}`);
  }

  /** Heads stand between the events. */
  async function logSize(): Promise<number> {
    const checkpoint = await (await fetch(`${custody.url}/v1/logs/kokbulak/checkpoint`)).text();
    return Number(checkpoint.split('\n')[1]);
  }

  async function followToTheEnd(provenance: Installation): Promise<void> {
    await provenance.serve();
    const [rootSize, size] = [await site.rootSize(), await logSize()];
    await until(
      async () =>
        (await entriesHeld(provenance, ORIGIN)) === size &&
        (await entriesHeld(provenance, ROOT)) === rootSize,
    );
    await provenance.stop();
  }

  it('ends with the read model that a rebuild from the logs gives, and that a process never killed has', async () => {
    const provenance = await site.addProvenance();
    const heldAtKills: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await entriesHeld(provenance, ORIGIN);
      await provenance.serve();
      await until(async () => (await entriesHeld(provenance, ORIGIN)) > before);
      await provenance.kill();
      heldAtKills.push(await entriesHeld(provenance, ORIGIN));
    }
    // Each time it was in the middle: beyond the last time, and not at the end.
    expect(heldAtKills).toEqual([...new Set(heldAtKills)].sort((a, b) => a - b));
    expect(heldAtKills.every((held) => held < TOTAL)).toBe(true);
    await followToTheEnd(provenance);

    const { before, after } = await rebuilt(provenance);
    expect(before).toBe(after);
    const undisturbed = await site.addProvenance();
    await followToTheEnd(undisturbed);
    expect((await rebuilt(undisturbed)).before).toBe(before);
  });
});

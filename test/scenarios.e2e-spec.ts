import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventPage } from '../apps/standalone/src/scenario/event-page.js';
import { loadScenario } from '../apps/standalone/src/scenario/load-scenario.js';
import { scenarioSchema } from '../apps/standalone/src/scenario/schema.js';
import { runScenarioFile } from '../apps/standalone/src/scenario/run-file.js';
import { sharedServerUrl } from './support/database.js';
import { isOfOneCheck, playScenarioFiles } from './support/scenario-files.js';
import { scenarioFolder } from './support/scenario-folder.js';

playScenarioFiles((name) => !isOfOneCheck(name));

describe('the scenario format', () => {
  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'lodemark-scenarios-'));
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  async function loading(text: string): Promise<unknown> {
    const path = join(scratch, 'stranger.yaml');
    await writeFile(path, text);
    return loadScenario(path);
  }

  it('is published as the JSON Schema that its own declaration gives', () => {
    const published: unknown = JSON.parse(
      readFileSync(new URL('../docs/scenario.schema.json', import.meta.url), 'utf8'),
    );
    expect(published).toEqual(JSON.parse(JSON.stringify(scenarioSchema())));
  });

  it('has a page of what every event may hold, as its own declaration gives it', () => {
    const path = new URL('../docs/events.md', import.meta.url);
    if (process.env['UPDATE_EVENTS'] === '1') writeFileSync(path, eventPage());
    expect(readFileSync(path, 'utf8')).toBe(eventPage());
  });

  it('says of a step what it lacks of the kind that it comes nearest to', async () => {
    const ask = '{ ask: a/1, policy: WC-0, expects: { outcome: PASS } }';
    const text = `scenario: 1\nid: x\ntitle: y\nfigures: invented\nstartsAt: '2026-10-01T00:00:00Z'\nsteps: [${ask}]\n`;
    await expect(loading(text)).rejects.toThrow(/\/steps\/0\/expect: .*\n.*expects/);
  });

  it('says of a stranger’s file what is wrong and where', async () => {
    await expect(loading('scenario: 1\nid: x\ntitle: y\nfigures: real\nsteps: []\n')).rejects.toThrow(
      '/figures',
    );
    await expect(loading('scenario: 1\nid: x\nid: z\ntitle: y\nfigures: invented\n')).rejects.toThrow(
      'unique',
    );
    await expect(loading('scenario: 1\nid: x\ntitle: y\nfigures: invented\nsteps: []\n')).rejects.toThrow(
      '/startsAt',
    );
  });

  it('names the event that was refused, and its field, where a question cannot be put for want of it', async () => {
    const path = join(scratch, 'misspelled.yaml');
    const base = JSON.stringify(join(scenarioFolder, 'chain-end-of-life-magnets.yaml'));
    const origin = "{ kind: recycled, feed: end-of-life, collectedIns: ['US'] }";
    await writeFile(
      path,
      `scenario: 1\nid: x\ntitle: y\nfigures: invented\nbasedOn: ${base}\nchanges:\n  questions: kept\n  with: { collected: { fields.origin: ${origin} } }\n`,
    );
    await expect(runScenarioFile(path, { adminUrl: sharedServerUrl() })).rejects.toThrow(
      /stopped at “ask san-marcos\/MAG-7 under WC-0”[^]*before that, collected: expected recorded[^]*\/origin\/collectedIns/,
    );
  }, 120_000);

  it('refuses to change what the base does not have', async () => {
    const base = JSON.stringify(join(scenarioFolder, 'golden-path.yaml'));
    const text = `scenario: 1\nid: x\ntitle: y\nfigures: invented\nbasedOn: ${base}\nchanges: { without: [no-such-step] }\n`;
    await expect(loading(text)).rejects.toThrow('no step named no-such-step');
  });
});

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadScenario } from '../apps/standalone/src/scenario/load-scenario.js';
import { scenarioSchema } from '../apps/standalone/src/scenario/schema.js';
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

  it('refuses to change what the base does not have', async () => {
    const base = JSON.stringify(join(scenarioFolder, 'golden-path.yaml'));
    const text = `scenario: 1\nid: x\ntitle: y\nfigures: invented\nbasedOn: ${base}\nchanges: { without: [no-such-step] }\n`;
    await expect(loading(text)).rejects.toThrow('no step named no-such-step');
  });
});

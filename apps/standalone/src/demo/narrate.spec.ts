import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { loadScenario } from '../scenario/load-scenario.js';
import { narrate } from './narrate.js';

const scenario = (name: string) =>
  loadScenario(fileURLToPath(new URL(`../../../../test/scenarios/${name}.yaml`, import.meta.url)));

describe('the story of the demonstration', () => {
  it('finds words for everything that happens on the golden path', async () => {
    const { steps } = await scenario('golden-path');
    const lines = steps.flatMap((step) => narrate(step) ?? []);
    expect(lines.length).toBeGreaterThan(40);
    // What a phrase looks for and does not find would stand there as a question mark.
    expect(lines.filter((line) => line.includes('?') || line.includes('undefined'))).toEqual([]);
  });

  it('says when, who and what, with the material and its mass', async () => {
    const { steps } = await scenario('golden-path');
    const step = steps.find((one) => 'event' in one && one.event === 'concentrate');
    expect(step && narrate(step)).toBe(
      '  2026-10-25 09:00 +05:00  kokbulak       BENEFICIATE: kokbulak/T-2026-31 → kokbulak/2026-0017 (concentrate, 40000.0 kg)',
    );
  });

  it('tells an event that it has no phrase for by its type', () => {
    const line = narrate({
      event: 'x',
      at: '2026-10-25T09:00:00Z',
      facility: 'src',
      type: 'InventoryCounted',
    });
    expect(line).toContain('inventory counted');
  });
});

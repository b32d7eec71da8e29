import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const demo = fileURLToPath(new URL('../apps/standalone/dist/demo.js', import.meta.url));

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [demo, ...args], {
      env: { ...process.env, ...env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

describe('the first five minutes, as built', () => {
  it('shows the golden path passing and its twin refused with reason and cure, and ends well', async () => {
    const home = await mkdtemp(join(tmpdir(), 'lodemark-demo-'));
    try {
      const { code, output } = await run(['--once'], { LODEMARK_HOME: home });
      expect(output).toContain('PASS  magnet-plant/MAG-0033 under WC-3');
      expect(output).toContain('for a magnet made from it');
      expect(output).toContain('FAIL  magnet-plant/MAG-0033 under DFARS-7052-phase2');
      expect(output).toContain('shown by jiangsu-toll/');
      expect(output).toContain('cure (jiangsu-toll): ');
      expect(output).toContain('Every figure, name and route here is invented');
      expect(output).toMatch(/VALID +the bundle: PASS for magnet-plant\/MAG-0033/);
      expect(output).toMatch(/VALID +the PDF: PASS for magnet-plant\/MAG-0033/);
      expect(output).toMatch(/INVALID +a copy with one custody event left out\n +entry-omitted at \/logs\//);
      expect(code).toBe(0);
      const folder = join(home, 'demo', 'certificate');
      expect((await readFile(join(folder, 'MAG-0033.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
      expect((await readdir(folder)).sort()).toEqual(['MAG-0033.bundle', 'MAG-0033.pdf', 'trust.json']);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }, 600_000);

  it('says what can be asked of it, and starts nothing for an option that it does not know', async () => {
    const home = await mkdtemp(join(tmpdir(), 'lodemark-demo-'));
    try {
      const [asked, misspelt] = [
        await run(['--help'], { LODEMARK_HOME: home }),
        await run(['--one'], { LODEMARK_HOME: home }),
      ];
      expect(asked).toMatchObject({ code: 0, output: expect.stringContaining('--once') });
      expect(misspelt).toMatchObject({ code: 2, output: expect.stringContaining("'--one'") });
      expect(await readdir(home)).toEqual([]);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
});

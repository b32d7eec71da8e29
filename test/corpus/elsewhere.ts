import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { canonicalBytes } from '@lodemark/transparency';
import { VerifierPage } from '../support/verifier-page.js';
import type { Attempt } from './mutant.js';

const VERIFY_ALL = fileURLToPath(new URL('verify-all.js', import.meta.url));
/** All reports together, in bytes. */
const MOST = 1 << 30;

/** What another Node reports of each, with the built verifier. */
export async function reportsOn(node: string, attempts: readonly Attempt[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lodemark-elsewhere-'));
  try {
    const index = attempts.map(({ now }, at) => ({
      ...{ file: `${String(at)}.file`, trust: `${String(at)}.trust` },
      now: now.toISOString(),
    }));
    for (const [at, { bytes, trust }] of attempts.entries()) {
      await writeFile(join(folder, `${String(at)}.file`), bytes);
      await writeFile(join(folder, `${String(at)}.trust`), canonicalBytes(trust));
    }
    await writeFile(join(folder, 'index.json'), JSON.stringify(index));
    const { stdout } = await promisify(execFile)(node, [VERIFY_ALL, folder], { maxBuffer: MOST });
    return stdout.trimEnd().split('\n');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the auditor's page reports of each, in a browser; `undefined` where it shows no report. */
export async function reportsInPage(
  executable: string,
  attempts: readonly Attempt[],
): Promise<(string | undefined)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lodemark-elsewhere-'));
  const page = await VerifierPage.open(executable, folder, { keepsWorker: true });
  try {
    const reports: (string | undefined)[] = [];
    for (const { bytes, trust, now } of attempts) {
      const { json } = await page.verify(bytes, { trust: canonicalBytes(trust), at: now });
      reports.push(json);
    }
    return reports;
  } finally {
    await page.close();
    await rm(folder, { recursive: true, force: true });
  }
}

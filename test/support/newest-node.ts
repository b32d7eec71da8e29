import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from '@jest/globals';

const INSTALLED = fileURLToPath(
  new URL(
    `../../.lodemark/newest-node/node_modules/node-${process.platform}-${process.arch}/bin/node`,
    import.meta.url,
  ),
);

/**
 * A suite that needs a Node newer than this one: `LODEMARK_NEWEST_NODE`, or what .ci/run installs. Where there is none
 * it says so in one line; in CI that is a failure.
 */
export function whereNewestNodeRuns(name: string, suite: (executable: string) => void): void {
  const named = process.env['LODEMARK_NEWEST_NODE'];
  const executable = [named, INSTALLED].find((path) => path !== undefined && existsSync(path));
  if (executable !== undefined) {
    describe(name, () => suite(executable));
    return;
  }
  const reason =
    'there is no newer Node; LODEMARK_NEWEST_NODE names one, and tools/newest-node.sh installs one.';
  if (process.env['CI'] === 'true') throw new Error(`${name} cannot be tested: ${reason}`);
  process.stderr.write(`The tests of ${name} do not run: ${reason}\n`);
  describe(name, () => it.skip('needs a newer Node, which is not here', () => undefined));
}

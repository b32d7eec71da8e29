// Verifies all files of a folder on the Node that runs it, with the built verifier, and prints a report a line:
// `node verify-all.js FOLDER`, where `index.json` lists each file with the trust file and the time of its auditor.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrust, reportOf, verifyFile } from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform/light';
import { isAdmissible } from '@lodemark/transparency';

const [folder = '.'] = process.argv.slice(2);
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const checker = nodeSignatures(isAdmissible);
for (const { file, trust, now } of JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))) {
  const parsed = parseTrust(read(trust));
  if (!parsed.ok) throw new Error(`${trust}: ${JSON.stringify(parsed.problems)}`);
  const ports = { trust: parsed.value, checker, gzip: nodeGzip, now: new Date(now) };
  process.stdout.write(`${JSON.stringify(reportOf(await verifyFile(read(file), ports)))}\n`);
}

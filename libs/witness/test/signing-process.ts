import { LogSigner } from '../src/log-signer.js';
import { VouchedTrees } from '../src/vouched-trees.js';
import { SmallLog } from './log.js';

// Signs a log at every size, one after the other, and says of each that it was signed; for a test to kill.
const [folder = '', firstSize = '1'] = process.argv.slice(2);
const log = await SmallLog.of(5_000);
const signer = new LogSigner(new VouchedTrees(folder));
for (let size = Number(firstSize); size <= 5_000; size += 1) {
  await signer.sign(log.checkpoint(size), log.signer, (from) => log.proof(from, size));
  process.stdout.write(`${size}\n`);
}

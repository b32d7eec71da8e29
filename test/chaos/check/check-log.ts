import {
  parseCheckpoint,
  parseNote,
  verifyNote,
  webCryptoSignatures,
  type VerifierKey,
} from '@lodemark/transparency';
import type { Finding } from './finding.js';
import type { LogContent, SeenCheckpoint } from './log-content.js';
import { leafHashOf, rootsAt } from './merkle-roots.js';

/** Dense from 0, each leaf the hash of its bytes, and a head that is the tree's. */
export function checkTree({ origin, entries, head }: LogContent): Finding[] {
  const findings: Finding[] = [];
  entries.forEach(({ index, bytes, leaf }, position) => {
    if (index !== position)
      findings.push({ code: 'hole', where: origin, detail: `entry ${index} stands at place ${position}` });
    if (leafHashOf(bytes) !== leaf)
      findings.push({
        code: 'altered',
        where: `${origin}/${index}`,
        detail: 'the bytes have another leaf hash',
      });
  });
  const leaves = entries.map(({ bytes }) => leafHashOf(bytes));
  const root = rootsAt(leaves, new Set([leaves.length])).get(leaves.length);
  if (head.size !== entries.length || head.root !== root) {
    const detail = `the head says ${head.size} ${head.root}, the entries ${entries.length} ${String(root)}`;
    findings.push({ code: 'head-differs', where: origin, detail });
  }
  return findings;
}

export interface Checkpoints {
  readonly log: LogContent;
  /** Of this log, wherever they were seen. */
  readonly seen: readonly SeenCheckpoint[];
  readonly key: VerifierKey;
}

/** Every checkpoint that anybody was ever given is one of a prefix of the log, and signed by the log's key. */
export async function checkCheckpoints({ log, seen, key }: Checkpoints): Promise<Finding[]> {
  const findings: Finding[] = [];
  const stated = [];
  for (const { from, note } of seen) {
    const opened = parseNote(note);
    const checkpoint = opened.ok ? parseCheckpoint(opened.value.text) : opened;
    if (!checkpoint.ok || !opened.ok || checkpoint.value.origin !== log.origin) {
      findings.push({
        code: 'fork',
        where: log.origin,
        detail: `${from} gave what is no checkpoint: ${note}`,
      });
      continue;
    }
    const signed = await verifyNote(opened.value, [key], webCryptoSignatures);
    if (!signed.ok)
      findings.push({ code: 'bad-signature', where: log.origin, detail: `a checkpoint from ${from}` });
    stated.push({ from, ...checkpoint.value });
  }
  const leaves = log.entries.map(({ bytes }) => leafHashOf(bytes));
  const roots = rootsAt(leaves, new Set(stated.map(({ size }) => size)));
  for (const { from, size, root } of stated) {
    const found = roots.get(size);
    if (found === undefined)
      findings.push({
        code: 'lost',
        where: log.origin,
        detail: `${from} gave a checkpoint of size ${size}, the log has ${leaves.length} entries`,
      });
    else if (found !== root)
      findings.push({ code: 'fork', where: log.origin, detail: `${from}: size ${size} has another root` });
  }
  return findings;
}

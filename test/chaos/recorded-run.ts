import { createHash, randomUUID } from 'node:crypto';
import { generateKey, NodeSigner } from '@lodemark/platform';
import {
  buildJws,
  buildReceipt,
  canonicalBytes,
  payloadDigest,
  signCheckpoint,
  verifierKey,
  type Receipt,
} from '@lodemark/transparency';
import type { Evidence } from './check/check.js';
import type { LogContent, StoredEntry, TopicContent } from './check/log-content.js';
import { leafHashOf, rootsAt } from './check/merkle-roots.js';
import { historyOf } from './history.js';
import type { JournalLine } from './journal-lines.js';

const FACILITY = 'kokbulak';
const ORIGIN = `chaos.lodemark.example/log/${FACILITY}`;
const ROOT = 'chaos.lodemark.example/root';
const DIGEST = createHash('sha256').update('read model').digest('hex');

/** A faultless run with one small log, for controls: what is planted in it is the only thing that is wrong. */
export class RecordedRun {
  private constructor(
    readonly lines: readonly JournalLine[],
    readonly log: LogContent,
    readonly evidence: Evidence,
    /** Signs checkpoints of the facility's log. */
    readonly logKey: NodeSigner,
  ) {}

  static async of(count: number): Promise<RecordedRun> {
    const [logKey, eventKey, rootKey] = [await newSigner(), await newSigner(), await newSigner()];
    const lines: JournalLine[] = [];
    const bytes: Uint8Array[] = [];
    for (let index = 0; index < count; index += 1) {
      const recorded = await recordedEvent(index, { logKey, eventKey });
      lines.push(...recorded.lines);
      bytes.push(recorded.bytes);
    }
    const log = logOf(ORIGIN, bytes);
    const note = await signCheckpoint({ origin: ORIGIN, ...logOf(ORIGIN, bytes.slice(0, 3)).head }, logKey);
    lines.push({ line: 'checkpoint', at: count, from: FACILITY, note });
    const root = logOf(ROOT, [
      canonicalBytes({ v: 1, kind: 'statement', recordedAt: instant(0), jws: await keyAdded(logKey) }),
      canonicalBytes({ v: 1, kind: 'checkpoints', recordedAt: instant(1), checkpoints: [note] }),
    ]);
    const { publicKey } = rootKey;
    if (publicKey.kty !== 'OKP') throw new Error('a log key is Ed25519');
    const evidence: Evidence = {
      history: historyOf(lines),
      logs: new Map([[FACILITY, log]]),
      ...{ root, rootKey: verifierKey(ROOT, publicKey), checkpoints: [], topics: [topicOf(log)] },
      digests: { lived: DIGEST, rebuilt: DIGEST, fresh: DIGEST },
    };
    return new RecordedRun(lines, log, evidence, logKey);
  }

  /** The evidence with another log of the facility, whose head fits it. */
  withEntries(bytes: readonly Uint8Array[]): Evidence {
    return { ...this.evidence, logs: new Map([[FACILITY, logOf(ORIGIN, bytes)]]) };
  }
}

/** A log whose head, indexes and leaves are right, whatever its entries say. */
export function logOf(origin: string, all: readonly Uint8Array[]): LogContent {
  const entries = all.map((bytes, index): StoredEntry => ({ index, bytes, leaf: leafHashOf(bytes) }));
  const root = rootsAt(
    entries.map(({ leaf }) => leaf),
    new Set([entries.length]),
  ).get(entries.length);
  return { origin, entries, head: { size: entries.length, root: root ?? '' } };
}

function topicOf({ origin, entries }: LogContent): TopicContent {
  return { origin, records: entries.map(({ index, leaf }) => ({ index, leaf, bytesLeaf: leaf })) };
}

async function recordedEvent(
  index: number,
  { logKey, eventKey }: { readonly logKey: NodeSigner; readonly eventKey: NodeSigner },
): Promise<{ readonly lines: readonly JournalLine[]; readonly bytes: Uint8Array }> {
  const eventId = randomUUID();
  const payload = canonicalBytes({ v: 1, type: 'Stored', facility: FACILITY, eventId });
  const jws = await buildJws(payload, eventKey, 'lodemark-event+jws');
  const recordedAt = instant(index);
  const bytes = canonicalBytes({ v: 1, kind: 'event', jws, recordedAt });
  const digest = payloadDigest(payload);
  const receipt: Receipt = {
    ...{ v: 1, origin: ORIGIN, index, leaf: leafHashOf(bytes) },
    ...{ eventId, payloadDigest: digest, recordedAt },
  };
  const signedReceipt = await buildReceipt(receipt, logKey);
  const sent = { client: 'one', facility: FACILITY, eventId, payloadDigest: digest, jws };
  return {
    bytes,
    lines: [
      { line: 'invoke', at: index, op: index, ...sent, expects: 'recorded' },
      { line: 'ok', at: index, op: index, receipt, signedReceipt },
    ],
  };
}

async function keyAdded(key: NodeSigner): Promise<string> {
  const { kid, publicKey: jwk } = key;
  const added = { type: 'KeyAdded', owner: { facility: FACILITY }, purpose: 'log', kid, jwk };
  return buildJws(canonicalBytes({ ...added }), key, 'lodemark-statement+jws');
}

async function newSigner(): Promise<NodeSigner> {
  return NodeSigner.fromJwk(await generateKey('EdDSA'));
}

function instant(second: number): string {
  return new Date(Date.UTC(2026, 10, 24) + second * 1_000).toISOString();
}

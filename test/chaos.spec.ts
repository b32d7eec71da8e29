import { beforeAll, describe, expect, it } from '@jest/globals';
import { signCheckpoint } from '@lodemark/transparency';
import { check, type Evidence } from './chaos/check/check.js';
import type { TopicContent } from './chaos/check/log-content.js';
import { historyOf } from './chaos/history.js';
import type { JournalLine } from './chaos/journal-lines.js';
import { FrontendMessages } from './chaos/network/frontend-messages.js';
import { logOf, RecordedRun } from './chaos/recorded-run.js';
import { waitingByKind } from './chaos/report/waiting.js';
import { SeededChance } from './chaos/seeded-chance.js';

const SIZE = 9;

/** Negative controls: a checker that never cries proves nothing. */
describe('the checker of chaos', () => {
  let run: RecordedRun;
  let bytes: readonly Uint8Array[];

  beforeAll(async () => {
    run = await RecordedRun.of(SIZE);
    bytes = run.log.entries.map((entry) => entry.bytes);
  });

  async function cries(evidence: Evidence): Promise<string[]> {
    return [...new Set((await check(evidence)).map(({ code }) => code))].sort((a, b) => (a < b ? -1 : 1));
  }

  const withLines = (lines: readonly JournalLine[]): Evidence => ({
    ...run.evidence,
    history: historyOf(lines),
  });

  const withRecords = (change: (records: TopicContent['records'][number][]) => void): Evidence => {
    const [topic] = run.evidence.topics;
    const records = [...(topic?.records ?? [])];
    change(records);
    return { ...run.evidence, topics: [{ origin: run.log.origin, records }] };
  };

  it('finds nothing wrong with a run in which nothing is', async () => {
    expect(await check(run.evidence)).toEqual([]);
  });

  it('cries when the last acknowledged entry is lost, though the log is whole without it', async () => {
    expect(await cries(run.withEntries(bytes.slice(0, -1)))).toContain('lost');
  });

  it('cries when an entry in the middle is lost and the others moved up', async () => {
    expect(await cries(run.withEntries(bytes.toSpliced(4, 1)))).toEqual(
      expect.arrayContaining(['moved', 'lost']),
    );
  });

  it('cries at a hole', async () => {
    const entries = run.log.entries.toSpliced(4, 1);
    const logs = new Map([['kokbulak', { ...run.log, entries }]]);
    expect(await cries({ ...run.evidence, logs })).toEqual(expect.arrayContaining(['hole', 'lost']));
  });

  it('cries when an event stands twice', async () => {
    expect(await cries(run.withEntries([...bytes, bytes[2]!]))).toContain('duplicate');
  });

  it('cries when two entries changed places', async () => {
    const swapped = bytes.with(5, bytes[6]!).with(6, bytes[5]!);
    expect(await cries(run.withEntries(swapped))).toContain('moved');
  });

  it('cries when one byte of an entry is another, also where the hashes were made to fit', async () => {
    const altered = Buffer.from(bytes[4]!);
    altered.write('2027', altered.indexOf('2026'));
    expect(await cries(run.withEntries(bytes.with(4, altered)))).toContain('altered');
    const kept = run.log.entries.with(4, { ...run.log.entries[4]!, bytes: altered });
    const logs = new Map([['kokbulak', { ...run.log, entries: kept }]]);
    expect(await cries({ ...run.evidence, logs })).toContain('altered');
  });

  it('cries at an entry that no client sent', async () => {
    const other = await RecordedRun.of(1);
    expect(await cries(run.withEntries([...bytes, other.log.entries[0]!.bytes]))).toContain('invented');
  });

  it('cries when a checkpoint was given out for another tree of the same log', async () => {
    const { head, origin } = logOf(run.log.origin, bytes.slice(0, 4).reverse());
    const note = await signCheckpoint({ origin, ...head }, run.logKey);
    const seen: JournalLine = { line: 'checkpoint', at: 1, from: 'kokbulak', note };
    expect(await cries(withLines([...run.lines, seen]))).toEqual(['fork']);
  });

  it('cries when a checkpoint is signed by somebody else', async () => {
    const other = await RecordedRun.of(1);
    const note = await signCheckpoint({ origin: run.log.origin, ...run.log.head }, other.logKey);
    const seen: JournalLine = { line: 'checkpoint', at: 1, from: 'kokbulak', note };
    expect(await cries(withLines([...run.lines, seen]))).toEqual(['bad-signature']);
  });

  it('cries when the head says something else than the entries', async () => {
    const logs = new Map([['kokbulak', { ...run.log, head: { size: SIZE, root: '00'.repeat(32) } }]]);
    expect(await cries({ ...run.evidence, logs })).toEqual(['head-differs']);
  });

  it('cries when nobody ever answered an operation, when it was answered in two ways, and when refused', async () => {
    const [invoke, ok] = run.lines as [JournalLine, Extract<JournalLine, { line: 'ok' }>];
    expect(await cries(withLines(run.lines.toSpliced(1, 1)))).toEqual(['unresolved']);
    const other = { ...ok, receipt: { ...ok.receipt, index: 3 } };
    expect(await cries(withLines([...run.lines, other]))).toContain('answer-changed');
    const refusal: JournalLine = { line: 'fail', at: 0, op: 0, status: 409, code: 'lot-not-held' };
    expect(await cries(withLines([invoke, refusal, ...run.lines.slice(2)]))).toEqual([
      'refused-though-sound',
    ]);
  });

  it('cries when a contradiction that was acknowledged as recorded is not in the log', async () => {
    const [invoke] = run.lines as [Extract<JournalLine, { line: 'invoke' }>];
    const payloadDigest = 'ff'.repeat(32);
    const sent: JournalLine = { ...invoke, op: SIZE, payloadDigest, expects: 'conflict' };
    const conflict = { index: SIZE, leaf: '00'.repeat(32) };
    const told = {
      line: 'fail' as const,
      at: 1,
      op: SIZE,
      status: 409,
      code: 'conflicting-statement',
      conflict,
    };
    expect(await cries(withLines([...run.lines, sent, told]))).toEqual(['lost']);
  });

  it('takes a record that came twice for what it is, and cries at one that is lost, moved or altered', async () => {
    expect(await check(withRecords((records) => records.splice(4, 0, records[2]!, records[3]!)))).toEqual([]);
    expect(await cries(withRecords((records) => records.pop()))).toEqual(['topic-lost']);
    expect(await cries(withRecords((records) => records.splice(4, 1)))).toEqual([
      'topic-lost',
      'topic-order',
    ]);
    expect(await cries(withRecords((records) => records.reverse()))).toEqual(['topic-order']);
    const altered = withRecords((records) => records.splice(4, 1, { ...records[4]!, bytesLeaf: '00' }));
    expect(await cries(altered)).toEqual(['topic-altered']);
  });

  it('cries when provenance has made something else of the logs', async () => {
    const digests = { ...run.evidence.digests, fresh: '00'.repeat(32) };
    expect(await cries({ ...run.evidence, digests })).toEqual(['digest-differs']);
  });
});

describe('a run of chaos', () => {
  it('is repeated by its seed', () => {
    const drawn = (seed: number) => SeededChance.of(seed, 'faults').shuffled([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  it('sees a COMMIT however the messages are cut up, and not in a text that only speaks of one', () => {
    const message = (type: string, text: string) => {
      const head = Buffer.alloc(5, type);
      head.writeUInt32BE(text.length + 5, 1);
      return Buffer.concat([head, Buffer.from(`${text}\0`)]);
    };
    const words = Buffer.from('user\0one\0database\0chaos\0\0');
    const startUp = Buffer.alloc(8);
    startUp.writeUInt32BE(words.length + 8);
    startUp.writeUInt32BE(196_608, 4);
    const stream = Buffer.concat([startUp, words, message('Q', `SELECT 'COMMIT'`), message('Q', 'COMMIT')]);
    const messages = new FrontendMessages();
    const kinds = [...stream].flatMap((byte) => messages.read(Buffer.of(byte)));
    expect(kinds).toEqual(['other', 'other', 'commit']);
    expect(messages.database).toBe('chaos');
  });

  it('says how long a facility waited from the beginning of a fault to the next', async () => {
    const run = await RecordedRun.of(3);
    const fault = {
      line: 'fault' as const,
      fault: 1,
      kind: 'kill',
      target: 'custody',
      facilities: ['kokbulak'],
    };
    const times = [10, 500, 510];
    const lines = run.lines.map((line) => (line.line === 'ok' ? { ...line, at: times[line.op]! } : line));
    const history = historyOf([
      ...lines,
      { ...fault, at: 100, phase: 'begun' },
      { ...fault, at: 110, phase: 'healed' },
    ]);
    expect(waitingByKind(history, ['kokbulak'])).toEqual([
      { kind: 'kill', count: 1, p50: 400, p99: 400, max: 400 },
    ]);
  });
});

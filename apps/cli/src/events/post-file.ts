import { EXIT, type ExitCode } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { problemFaults } from '../network/problem.js';
import { counted } from '../text.js';
import type { Session } from '../session.js';
import { readRecords } from './records.js';
import { openSource } from './input.js';
import { prepareRow, type BadRow, type Row, type RowOptions } from './rows.js';
import { ReceiptVerifier } from '../receipts/receipt-verifier.js';
import { EarlierParts } from './earlier-parts.js';
import { refusalLines, uncertainRemark, verifiedLine } from './post-lines.js';
import { sendBatch, type RowResult, type SendOptions } from './send-batch.js';

export interface PostOptions extends SendOptions, RowOptions {
  readonly path: string;
  /** Events of one request at most. */
  readonly batchLength: number;
  /** Whether receipts are verified. */
  readonly verify: boolean;
}

/** Characters of one request at most, well below what a custody service takes. */
const BATCH_CHARS = 4_000_000;
const SHOW_PROGRESS_MS = 1_000;
const FAULTS_SHOWN = 10;

/** Sends a file of events in batches, however long it is, and tells what became of each row. */
export class FilePost {
  private readonly counts = { rows: 0, recorded: 0, repeated: 0, acceptable: 0, refused: 0, uncertain: 0 };
  private readonly earlier = new EarlierParts();
  private interrupted = false;
  private readonly startedAt: number;
  private readonly verifier: ReceiptVerifier | undefined;
  private confirmedTo = 0;
  private batches = 0;
  /** A refusal that is no "no": the service was in trouble to the end. */
  private troubled = false;

  constructor(
    private readonly session: Session,
    private readonly options: PostOptions,
  ) {
    this.startedAt = session.surroundings.now().getTime();
    this.verifier = options.verify ? new ReceiptVerifier(session) : undefined;
  }

  async run(): Promise<ExitCode> {
    const undisturbed = this.session.surroundings.onInterrupt(() => {
      this.interrupted = true;
      this.session.output.remark('Ending after the request in hand; Ctrl-C once more ends at once.');
    });
    try {
      // What is needed to verify is had before anything is sent; a check may have no receipt to verify.
      if (!this.options.dryRun) await this.verifier?.open();
      for await (const batch of this.batched()) {
        if (this.interrupted) throw interruption();
        await this.send(batch);
      }
    } catch (error) {
      throw error instanceof Failure ? this.stopped(error) : error;
    } finally {
      undisturbed();
      this.session.output.progress('');
      await this.options.journal?.close();
    }
    if (this.counts.rows === 0)
      throw new Failure({
        code: 'no-events',
        exit: EXIT.usage,
        cause: `There is no event in ${this.options.path}.`,
      });
    await this.summary();
    if (this.troubled) return EXIT.trouble;
    if (this.counts.refused > 0) return EXIT.no;
    return this.counts.uncertain > 0 ? EXIT.notEnough : EXIT.ok;
  }

  private async *batched(): AsyncGenerator<readonly (Row | BadRow)[]> {
    const { path, batchLength, atomic } = this.options;
    const { chunks, layout } = await openSource(path, this.session.surroundings);
    let batch: (Row | BadRow)[] = [];
    let chars = 0;
    for await (const record of readRecords(chunks, layout)) {
      const row = await prepareRow(record, { ...this.options, namesLots: this.options.dryRun });
      const length = 'sent' in row ? row.sent.length : 0;
      if (batch.length >= batchLength || chars + length > BATCH_CHARS) {
        if (atomic) throw tooManyForOne(batchLength);
        yield batch;
        batch = [];
        chars = 0;
      }
      batch.push(row);
      chars += length;
    }
    if (batch.length > 0) yield batch;
  }

  private async send(batch: readonly (Row | BadRow)[]): Promise<void> {
    const rows = batch.filter((one): one is Row => 'sent' in one);
    const spoilt = this.options.atomic && rows.length < batch.length;
    await this.options.journal?.save();
    const { dryRun } = this.options;
    const results =
      rows.length === 0 || (spoilt && !dryRun)
        ? rows.map(heldBack)
        : await this.verified(rows, await sendBatch(this.session.service('custody'), rows, this.options));
    const byRow = new Map(rows.map((row, at) => [row, results[at]]));
    for (const one of batch)
      this.tell('sent' in one ? this.certain(one, byRow.get(one)) : { ...one, outcome: 'refused' });
    this.earlier.add(rows);
    throwIfUnproven(results, this.session.service('custody').url);
    this.confirmedTo = batch.at(-1)?.line ?? this.confirmedTo;
    this.batches += 1;
    this.showProgress();
  }

  private verified(rows: readonly Row[], results: readonly RowResult[]): Promise<readonly RowResult[]> {
    return Promise.all(
      rows.map(async (row, at): Promise<RowResult> => {
        const result = results[at] ?? heldBack(row);
        if (result.signedReceipt === undefined) return result;
        const receiptFault = await this.verifier?.faultOf(row, result);
        const verified = this.verifier !== undefined && receiptFault === undefined;
        return { ...result, verified, ...(receiptFault === undefined ? {} : { receiptFault }) };
      }),
    );
  }

  /** What can be said of a row that was checked without the parts before it. */
  private certain(row: Row, result: RowResult | undefined): RowResult | undefined {
    const buildsOn = this.earlier.lineFor(row);
    if (buildsOn === undefined || result?.outcome === 'repeated' || result === undefined) return result;
    return { ...result, outcome: 'uncertain', buildsOn };
  }

  private tell(result: RowResult | undefined): void {
    if (result === undefined) return;
    this.counts.rows += 1;
    this.counts[result.outcome] += 1;
    const { output } = this.session;
    const status = result.refused?.status ?? 0;
    if (status === 429 || status >= 500) this.troubled = true;
    if (output.json) output.line(JSON.stringify(result));
    else if (result.refused !== undefined) {
      output.progress('');
      for (const line of refusalLines(result)) output.remark(line);
    }
  }

  private showProgress(): void {
    if (this.session.surroundings.now().getTime() - this.startedAt < SHOW_PROGRESS_MS) return;
    const { rows, refused } = this.counts;
    this.session.output.progress(`${counted(rows, 'row')}, ${counted(refused, 'refusal')} …`);
  }

  private async summary(): Promise<void> {
    const { output } = this.session;
    const { rows, recorded, repeated, acceptable, refused, uncertain } = this.counts;
    const verified = await this.verifier?.summary();
    if (output.json) {
      output.line(JSON.stringify({ summary: { ...this.counts, verified: verified ?? null } }));
      return;
    }
    const parts = this.options.dryRun
      ? [
          ...[`${acceptable} acceptable`, `${repeated} recorded already`],
          ...(uncertain > 0 ? [`${uncertain} uncertain`] : []),
        ]
      : [`${recorded} recorded`, `${repeated} recorded before`];
    const refusals = `${refused} refused`;
    output.line(
      `${counted(rows, 'row')}: ${[...parts, refused > 0 ? output.paint('red', refusals) : refusals].join(', ')}.`,
    );
    if (verified !== undefined) output.line(verifiedLine(verified));
    else if (recorded + repeated > 0) output.line('Receipts: not verified.');
    if (uncertain > 0) output.remark(uncertainRemark(uncertain, this.batches));
  }

  /** What a run that did not come to its end leaves behind. */
  private stopped(failure: Failure): Failure {
    if (this.options.dryRun || (failure.exit !== EXIT.trouble && failure.exit !== EXIT.interrupted))
      return failure;
    const done = this.confirmedTo === 0 ? 'no row is' : `rows up to line ${this.confirmedTo} are`;
    return new Failure({
      code: failure.code,
      exit: failure.exit,
      cause: `${failure.message} Confirmed: ${done}.`,
      details: failure.details.length > 0 ? failure.details : problemFaults(failure.problem),
      next: `${failure.next ?? ''} Post the same file again: what was recorded is recognised by its eventId.`.trim(),
      problem: failure.problem,
    });
  }
}

function interruption(): Failure {
  return new Failure({ code: 'interrupted', exit: EXIT.interrupted, cause: 'Interrupted.' });
}

function heldBack({ line, eventId }: Row): RowResult {
  const detail = 'All or nothing: another row of the file is refused, so nothing was sent.';
  return { line, eventId, outcome: 'refused', refused: { code: 'held-back', detail, faults: [] } };
}

function tooManyForOne(limit: number): Failure {
  return new Failure({
    code: 'atomic-too-large',
    exit: EXIT.usage,
    cause: `All or nothing goes for one request, and the file does not fit into one (${limit} events, 4 MB).`,
    next: 'Leave --atomic out, or raise --batch up to what the custody service takes.',
  });
}

/** @throws Failure when a receipt does not hold: what the service says is not shown, so nothing more is sent to it */
function throwIfUnproven(results: readonly RowResult[], custodyUrl: string): void {
  const bad = results.filter(({ receiptFault }) => receiptFault !== undefined);
  if (bad.length === 0) return;
  throw new Failure({
    code: 'receipt-unproven',
    exit: EXIT.unproven,
    cause: `${custodyUrl} gives ${counted(bad.length, 'receipt')} that ${bad.length === 1 ? 'does' : 'do'} not verify. Nothing further was sent.`,
    details: bad
      .slice(0, FAULTS_SHOWN)
      .map(
        ({ line, eventId, receiptFault }) => `line ${line}: ${receiptFault ?? ''} (event ${eventId ?? ''})`,
      ),
    next: 'Do not take these events for recorded. Keep the file, ask the operator of the custody service, and see lodemark doctor.',
  });
}

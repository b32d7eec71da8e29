import { setTimeout as sleep } from 'node:timers/promises';
import { problemCode } from '@lodemark/platform/light';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { listMember, member, textMember } from '../network/json.js';
import { failureOf, problemCure, problemText, type Answer } from '../network/problem.js';
import { pause, type ServiceClient } from '../network/service-client.js';
import type { Row, RowProblem } from './rows.js';

/** What became of one row. */
export interface RowResult {
  readonly line: number;
  readonly eventId: string | undefined;
  readonly outcome: 'recorded' | 'repeated' | 'acceptable' | 'refused' | 'uncertain';
  readonly receipt?: unknown;
  readonly signedReceipt?: string;
  /** Whether the receipt was verified, and if it was and does not hold, why. */
  readonly verified?: boolean;
  readonly receiptFault?: string;
  readonly refused?: RowProblem;
  /** Of a row that was checked apart from it: the line of an earlier part that names a lot of it. */
  readonly buildsOn?: number;
}

export interface SendOptions {
  /** Everything but recording. */
  readonly dryRun: boolean;
  readonly atomic: boolean;
}

const ROUNDS = 5;

/** Posts rows to the custody service and says what became of each, in order. @throws Failure when that is not known */
export async function sendBatch(
  custody: ServiceClient,
  rows: readonly Row[],
  options: SendOptions,
): Promise<readonly RowResult[]> {
  const results: RowResult[] = [];
  let left = rows;
  for (let round = 1; ; round += 1) {
    const answered = await post(custody, left, options);
    const passing = options.atomic ? -1 : answered.findIndex(isPassing);
    if (passing < 0 || round === ROUNDS) return [...results, ...answered];
    // What comes after it may have been refused only because it was not there: all of that is asked again.
    results.push(...answered.slice(0, passing));
    left = left.slice(passing);
    await sleep(pause(round, null));
  }
}

function isPassing({ refused }: RowResult): boolean {
  const status = refused?.status ?? 0;
  return status === 429 || status >= 500;
}

async function post(
  custody: ServiceClient,
  rows: readonly Row[],
  options: SendOptions,
): Promise<readonly RowResult[]> {
  const answer = await custody.call(`/v1/events${options.dryRun ? '/check' : ''}`, {
    method: 'POST',
    mediaType: 'application/x-ndjson',
    body: rows.map(({ sent }) => sent).join('\n'),
    ...(rows.every(({ signed }) => signed) ? {} : { roles: [operatorOf(rows)] }),
    ...(options.atomic ? { query: { atomic: 'true' } } : {}),
  });
  if (answer.status === 413) return inHalves(custody, rows, { ...options, answer });
  if (answer.status !== 200 && answer.status !== 207)
    throw failureOf(`POST ${custody.url}/v1/events`, answer);
  const items = listMember(answer.body, 'items');
  if (items.length !== rows.length)
    throw notUnderstood(custody, `${items.length} answers to ${rows.length} events`);
  return rows.map((row, at) => resultOf(row, items[at], custody));
}

async function inHalves(
  custody: ServiceClient,
  rows: readonly Row[],
  { answer, ...options }: SendOptions & { readonly answer: Answer },
): Promise<readonly RowResult[]> {
  if (options.atomic || rows.length === 1) throw failureOf(`POST ${custody.url}/v1/events`, answer);
  const middle = Math.ceil(rows.length / 2);
  const first = await post(custody, rows.slice(0, middle), options);
  return [...first, ...(await post(custody, rows.slice(middle), options))];
}

function operatorOf(rows: readonly Row[]) {
  const facilities = new Set(rows.flatMap(({ signed, facility }) => (signed ? [] : (facility ?? []))));
  return { role: 'facility-operator' as const, facilities: [...facilities].sort() };
}

function resultOf({ line, eventId }: Row, item: unknown, custody: ServiceClient): RowResult {
  const outcome = textMember(item, 'outcome');
  if (outcome === 'acceptable') return { line, eventId, outcome };
  if (outcome === 'refused') return { line, eventId, outcome, refused: rowProblem(item) };
  const receipt = member(item, 'receipt');
  const signedReceipt = textMember(item, 'signedReceipt');
  const known = outcome === 'recorded' || outcome === 'repeated';
  if (known && signedReceipt !== undefined && textMember(receipt, 'eventId') === eventId)
    return { line, eventId, outcome, receipt, signedReceipt };
  throw notUnderstood(custody, `an answer to line ${line} that is no receipt for its event`);
}

function rowProblem(item: unknown): RowProblem {
  const problem = member(item, 'problem');
  const status = member(item, 'status');
  const cure = problemCure(problem);
  return {
    code: problemCode(problem) ?? 'refused',
    ...(typeof status === 'number' ? { status } : {}),
    detail: problemText(problem) ?? 'The service gives no reason.',
    faults: listMember(problem, 'errors').map((error) => ({
      code: textMember(error, 'code') ?? 'fault',
      pointer: textMember(error, 'pointer') ?? '',
      detail: textMember(error, 'detail') ?? '',
    })),
    ...(cure === undefined ? {} : { cure }),
    problem,
  };
}

function notUnderstood({ url }: ServiceClient, what: string): Failure {
  return new Failure({
    code: 'answer-not-understood',
    exit: EXIT.trouble,
    cause: `${url} gives ${what}.`,
    next: 'See whether it is a custody service of this version: lodemark doctor.',
  });
}

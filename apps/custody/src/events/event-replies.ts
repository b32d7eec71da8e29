import { ProblemError } from '@lodemark/platform';
import type { Answer, Refused } from './answer.js';
import type { BatchAnswerResponse, EventAnswerResponse, ItemAnswerResponse } from './event.response.js';

/** Status, headers and body of an answer to posted events. */
export interface EventReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: EventAnswerResponse | BatchAnswerResponse;
}

/** Problems of the whole request when every item has them: nothing was looked at, and later it may be. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set(['too-many-requests', 'unauthenticated', 'unavailable']);

/** One event alone is answered as such. @throws ProblemError when it is refused */
export function singleReply(answer: Answer): EventReply {
  if (answer.outcome === 'refused') throw answer.problem;
  return { status: statusOf(answer), headers: {}, body: answer };
}

/** Every item is answered. @throws ProblemError when none was taken for a reason that is not the items' own */
export function batchReply(
  answers: readonly Answer[],
  { atomic, requestId }: { readonly atomic: boolean; readonly requestId: string },
): EventReply {
  const refused = answers.filter((answer): answer is Refused => answer.outcome === 'refused');
  const [first] = refused;
  const items = answers.map((answer, index) => itemAnswer(answer, index, requestId));
  if (first === undefined) return { status: 200, headers: {}, body: { items } };
  const isSame = refused.every(({ problem }) => problem.type === first.problem.type);
  if (isSame && refused.length === answers.length && OF_THE_REQUEST.has(first.problem.type))
    throw first.problem;
  if (atomic) throw wholeBatch(refused, items);
  return { status: 207, headers: retryAfter(refused), body: { items } };
}

function statusOf(answer: Answer): number {
  if (answer.outcome === 'refused') return answer.problem.status;
  return answer.outcome === 'recorded' ? 201 : 200;
}

function itemAnswer(answer: Answer, index: number, requestId: string): ItemAnswerResponse {
  const head = { index, status: statusOf(answer), outcome: answer.outcome };
  switch (answer.outcome) {
    case 'refused':
      return { ...head, problem: answer.problem.toProblem(requestId) };
    case 'acceptable':
      return head;
    default:
      return { ...head, receipt: answer.receipt, signedReceipt: answer.signedReceipt };
  }
}

/** All or nothing is answered with one problem, so that nobody takes an unrecorded batch for a recorded one. */
function wholeBatch(refused: readonly Refused[], items: readonly ItemAnswerResponse[]): ProblemError {
  const own = refused.filter(({ problem }) => problem.type !== 'held-back');
  const status = own[0]?.problem.status ?? 409;
  return new ProblemError({
    type: 'batch-refused',
    status,
    title: 'All or nothing: nothing of this batch is recorded',
    detail: `${own.length} of ${items.length} events are refused; \`items\` says why.`,
    headers: { ...own[0]?.problem.headers, ...retryAfter(own) },
    facts: { items },
  });
}

/** The longest wait that any item asks for. */
function retryAfter(refused: readonly Refused[]): Readonly<Record<string, string>> {
  const waits = refused.flatMap(({ problem }) => Number(problem.headers['Retry-After'] ?? []));
  return waits.length === 0 ? {} : { 'Retry-After': String(Math.max(...waits)) };
}

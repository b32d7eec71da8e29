import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Policy, Question, Verdict } from '@lodemark/policy';
import { HorizonNotFilled, type FilledHorizon, type MissingLog } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';

/** Told to the thread as it begins. */
export interface JudgeThreadSetting {
  readonly databaseUrl: string;
  /** Name of the network. */
  readonly network: string;
}

/** One verdict to work out. */
export interface ToJudge {
  readonly horizon: FilledHorizon;
  readonly lot: string;
  readonly question: Question;
  readonly policy: Policy;
  /** Whether it is judged a second time of copies of which nothing is remembered, and refused if that differs. */
  readonly twice: boolean;
}

export interface JudgeRequest extends ToJudge {
  readonly id: string;
}

/** What the thread answers; errors that callers tell apart keep what tells them apart. */
export type JudgeReply = { readonly id: string } & (
  | { readonly verdict: Verdict }
  | { readonly refused: Pick<ReadRefusal, 'code' | 'message' | 'facts'> }
  | {
      readonly notFilled: { readonly horizon: number | null; readonly missing: readonly MissingLog[] } & Said;
    }
  | { readonly broken: Said & { readonly stack: string | undefined } }
);

interface Said {
  readonly message: string;
}

interface Waiting {
  readonly request: JudgeRequest;
  readonly settle: (reply: JudgeReply) => void;
  readonly fail: (error: Error) => void;
}

/** Entries about a lineage up to which judging takes a moment. */
export const JUDGE_APART_FROM = 3_000;

/** Mebibytes of the thread's heap: some hundred thousand ancestors. */
const HEAP_MIB = 6_144;

/**
 * Judges lots with very many ancestors in a thread of its own, one after the other, so that meanwhile everything else is
 * answered, and that a lineage beyond all memory ends that thread and not the service. The thread begins with the first
 * such question.
 */
export class JudgeApart {
  private thread: Worker | undefined;
  private readonly waiting: Waiting[] = [];
  private closed = false;

  private readonly script: URL;
  private readonly heapMib: number;

  constructor(
    private readonly setting: JudgeThreadSetting,
    { script, heapMib }: { readonly script?: URL; readonly heapMib?: number | undefined } = {},
  ) {
    this.script = script ?? new URL('judge-thread.js', import.meta.url);
    this.heapMib = heapMib ?? HEAP_MIB;
  }

  /** @throws ReadRefusal `judging-broke-off`, `verdict-not-repeated`; HorizonNotFilled */
  verdict(asked: ToJudge): Promise<Verdict> {
    if (this.closed) return Promise.reject(stopping(asked.lot));
    return new Promise((resolve, reject) => {
      const request = { ...asked, id: randomUUID() };
      const settle = (reply: JudgeReply) => {
        if ('verdict' in reply) resolve(reply.verdict);
        else reject(errorOf(reply));
      };
      this.waiting.push({ request, settle, fail: reject });
      if (this.waiting.length === 1) this.next();
    });
  }

  /** Questions that are still open are refused. */
  async close(): Promise<void> {
    this.closed = true;
    const { thread } = this;
    this.thread = undefined;
    for (const { request, fail } of this.waiting.splice(0)) fail(stopping(request.lot));
    await thread?.terminate();
  }

  private next(): void {
    const [first] = this.waiting;
    if (first === undefined) return;
    this.thread ??= this.begin();
    this.thread.postMessage(first.request);
  }

  private begin(): Worker {
    const thread = new Worker(this.script, {
      workerData: this.setting,
      // It runs what was built, whatever this process runs.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.heapMib },
      name: 'judge',
    });
    let last: unknown;
    thread.on('message', (reply: JudgeReply) => {
      const first = this.waiting[0];
      if (first?.request.id !== reply.id) return;
      this.waiting.shift();
      first.settle(reply);
      this.next();
    });
    thread.on('error', (error) => {
      last = error;
    });
    thread.on('exit', () => {
      if (this.thread !== thread) return;
      this.thread = undefined;
      // Only the one in hand can be what ended it; those behind it are judged in another thread.
      const first = this.waiting.shift();
      first?.fail(brokeOff(first.request.lot, last instanceof Error ? last.message : 'its thread ended'));
      this.next();
    });
    // What is open holds the process up by the caller's connection, not by the thread.
    thread.unref();
    return thread;
  }
}

function stopping(lot: string): ReadRefusal {
  return brokeOff(lot, 'the service is stopping');
}

function brokeOff(lot: string, why: string): ReadRefusal {
  return new ReadRefusal({
    code: 'judging-broke-off',
    detail: `The verdict on ${lot} could not be worked out: ${why}.`,
    facts: { lot },
  });
}

function errorOf(reply: Exclude<JudgeReply, { readonly verdict: Verdict }>): Error {
  if ('refused' in reply) {
    const { code, message: detail, facts } = reply.refused;
    return new ReadRefusal({ code, detail, facts });
  }
  if ('notFilled' in reply) {
    const { horizon, missing, message } = reply.notFilled;
    return new HorizonNotFilled(horizon, missing, message);
  }
  const { message, stack } = reply.broken;
  return Object.assign(new Error(message), { stack });
}

import { Ledger, ledgerPool, type EventPost, type PostOutcome } from '@lodemark/ledger';

/** What the test sends to a worker. */
export interface WorkerRequest {
  readonly id: number;
  /** Number of the client within this worker. */
  readonly client: number;
  readonly origin: string;
  readonly post: EventPost;
}

/** What a worker answers. */
export type WorkerAnswer =
  | { readonly id: number; readonly outcome: PostOutcome; readonly refusal?: string }
  | { readonly id: number; readonly error: string };

/** Clients that have a ledger of their own, and so commit one post at a time; the others share one. */
const LONERS = 2;

const clock = { now: () => new Date() };
const pool = ledgerPool({ connectionString: process.argv[2] ?? '', max: 32 });
const shared = new Ledger({ pool, clock });
const loners = Array.from({ length: LONERS }, () => new Ledger({ pool, clock, linger: 0 }));

async function answer({ id, client, origin, post }: WorkerRequest): Promise<WorkerAnswer> {
  try {
    const outcome = await (loners[client] ?? shared).post(origin, post);
    return { id, outcome, ...(outcome.kind === 'refused' && { refusal: outcome.refusal.code }) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

process.on('message', (request: WorkerRequest) => void answer(request).then((said) => process.send?.(said)));
process.send?.('ready');

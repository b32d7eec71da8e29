import { Network } from '@lodemark/domain';
import { LedgerReader, RootLog, type EntryReference, type RootAppendContext } from '@lodemark/ledger';
import { LOGGER, type Logger } from '@lodemark/platform';
import type { LogFaultEntry } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { CheckpointRegister } from '../checkpoints/checkpoint-register.js';
import type { AcceptedCheckpoint } from '../checkpoints/judge-checkpoint.js';
import { lockFacilityLog } from '../register/lock-facility-log.js';
import { toCount, type Queryable } from '../register/queryable.js';

/** What ends what counts from a facility log. */
export interface LogFault {
  readonly facility: string;
  readonly fault: LogFaultEntry['fault'];
  /** How many of its entries still count. */
  readonly size: number;
  /** Signed notes and receipts. */
  readonly evidence: readonly string[];
}

/** A fault and where it stands in the root log. */
export interface LogFaultOnRecord extends EntryReference, Omit<LogFault, 'evidence'> {}

/** Records faults of facility logs in the root log. */
@Injectable()
export class LogFaults {
  constructor(
    private readonly rootLog: RootLog,
    private readonly reader: LedgerReader,
    private readonly checkpoints: CheckpointRegister,
    private readonly network: Network,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Two checkpoints of one size with other roots. What the root log covered below that size still counts: up to
   * there it holds the one history that was shown to everybody.
   */
  async recordFork(
    facility: string,
    first: AcceptedCheckpoint,
    second: AcceptedCheckpoint,
  ): Promise<LogFaultOnRecord> {
    const evidence = [first.note, second.note];
    return this.record(facility, async ({ client }) => {
      const size = await this.checkpoints.coveredBelow(client, facility, first.size);
      return { facility, fault: 'fork', size, evidence };
    });
  }

  /** A fault that ends nothing which an earlier one had not ended gets the earlier one's answer. */
  async record(
    facility: string,
    decide: (context: RootAppendContext) => Promise<LogFault>,
  ): Promise<LogFaultOnRecord> {
    let known: StoredFault | undefined;
    await this.rootLog.append(async (context) => {
      await lockFacilityLog(context.client, facility);
      const fault = await decide(context);
      known = await findEarlier(context, fault);
      if (known !== undefined) return [];
      const { client, head, recordedAt } = context;
      known = await writeFault(client, { ...fault, rootIndex: head.size, recordedAt });
      const { size, evidence } = fault;
      const origin = this.network.logOrigin(facility);
      return [{ entry: { kind: 'logFault', v: 1, recordedAt, origin, fault: fault.fault, size, evidence } }];
    });
    const entry = known && (await this.reader.entry(this.network.rootOrigin, known.index));
    if (known === undefined || entry === undefined) throw new Error('a log fault was not recorded');
    this.logger.warn({ facility, ...known }, 'what counts from a facility log has ended');
    return { ...known, facility, leaf: entry.leaf };
  }
}

type StoredFault = Omit<LogFaultOnRecord, 'leaf' | 'facility'>;

/** Writes a fault into the register, in the transaction that appends its entry. */
export async function writeFault(
  database: Queryable,
  {
    rootIndex,
    recordedAt,
    ...fault
  }: Omit<LogFault, 'evidence'> & { readonly rootIndex: number; readonly recordedAt: string },
): Promise<StoredFault> {
  await database.query(
    `INSERT INTO registry.log_fault (root_index, facility, fault, size, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
    [rootIndex, fault.facility, fault.fault, fault.size, recordedAt],
  );
  return { index: rootIndex, fault: fault.fault, size: fault.size, recordedAt };
}

async function findEarlier(
  { client }: RootAppendContext,
  { facility, size }: LogFault,
): Promise<StoredFault | undefined> {
  const { rows } = await client.query<{
    root_index: string;
    fault: LogFaultEntry['fault'];
    size: string;
    recorded_at: Date;
  }>(
    `SELECT root_index, fault, size, recorded_at FROM registry.log_fault
     WHERE facility = $1 AND size <= $2 ORDER BY root_index LIMIT 1`,
    [facility, size],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    index: toCount(row.root_index),
    fault: row.fault,
    size: toCount(row.size),
    recordedAt: row.recorded_at.toISOString(),
  };
}

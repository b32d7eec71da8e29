import { toHex } from '@lodemark/transparency';
import type { ClientBase, Pool } from 'pg';
import { readHead, type HeadRow } from '../log-head.js';
import { Tables, toCount } from '../tables.js';
import { inTransaction } from '../transaction.js';
import { EventStore } from './event-store.js';
import { FacilityAudit } from './facility-audit.js';
import { Findings, type AuditFinding } from './findings.js';
import { LotAudit } from './lot-audit.js';
import { ReplayAudit } from './replay-audit.js';
import { RootAudit } from './root-audit.js';
import { SignatureAudit, type AuditSignatures } from './signature-audit.js';
import type { EntryAudit, StoredRow } from './stored-row.js';
import { TreeAudit } from './tree-audit.js';

export interface AuditOptions {
  readonly schema?: string;
  /** Given: every signature is checked, too. */
  readonly signatures?: AuditSignatures;
  /**
   * Whether every event of a facility log is decided again, at its own time and root, and must come out with the
   * same bytes; default true. Not for logs that an earlier version decided by other rules.
   */
  readonly replay?: boolean;
}

const PAGE = 1_000;

/**
 * Re-reads the whole log in one snapshot and re-derives everything that is derived: leaf hashes, tiles, roots,
 * checkpoints, sequences, lot states, order, identity, conservation. Empty when all of it agrees.
 */
export async function audit(
  pool: Pool,
  origin: string,
  options: AuditOptions = {},
): Promise<readonly AuditFinding[]> {
  const tables = new Tables(options.schema);
  const findings = new Findings();
  await inTransaction(
    pool,
    async (client) => {
      const head = await readHead(client, tables, { origin });
      const entries = entryAudit({ client, tables, head, findings, options });
      const tree = new TreeAudit(client, tables, { head, findings });
      await tree.begin();
      let expected = 0;
      for await (const row of storedRows(client, tables, head.id)) {
        if (row.index !== expected) findings.add('entry-missing', expected, `Entry ${row.index} comes next.`);
        expected = row.index + 1;
        await tree.add(row);
        await entries.add(row);
      }
      await tree.end();
      await entries.end();
      await checkCursors(client, tables, { head, findings });
    },
    'REPEATABLE READ READ ONLY',
  );
  return findings.list;
}

function entryAudit(parts: {
  readonly client: ClientBase;
  readonly tables: Tables;
  readonly head: HeadRow;
  readonly findings: Findings;
  readonly options: AuditOptions;
}): EntryAudit {
  const { head, findings, options } = parts;
  const signatures = new SignatureAudit(options.signatures, findings);
  if (head.kind === 'root') return new RootAudit(findings, signatures);
  const events = new EventStore(parts.client, parts.tables, head);
  const lots = new LotAudit({ ...parts, events });
  const replay = new ReplayAudit({ head, findings, lots, events, isWanted: options.replay ?? true });
  return new FacilityAudit({ head, findings, signatures, lots, replay });
}

async function* storedRows(client: ClientBase, tables: Tables, logId: number): AsyncGenerator<StoredRow> {
  for (let after = -1, full = true; full;) {
    const { rows } = await client.query<{
      idx: string;
      kind: string;
      leaf_hash: Buffer;
      data: Buffer;
      event_id: string | null;
      payload_digest: Buffer | null;
      recorded_at: Date;
    }>(
      `SELECT idx, kind, leaf_hash, data, event_id, payload_digest, recorded_at FROM ${tables.entry}
       WHERE log_id = $1 AND idx > $2 ORDER BY idx LIMIT ${PAGE}`,
      [logId, after],
    );
    for (const row of rows) {
      after = toCount(row.idx);
      yield {
        index: after,
        kind: row.kind,
        leaf: row.leaf_hash,
        data: row.data,
        eventId: row.event_id,
        payloadDigest: row.payload_digest && toHex(row.payload_digest),
        recordedAt: row.recorded_at.toISOString(),
      };
    }
    full = rows.length === PAGE;
  }
}

async function checkCursors(
  client: ClientBase,
  tables: Tables,
  { head, findings }: { readonly head: HeadRow; readonly findings: Findings },
): Promise<void> {
  const { rows } = await client.query<{ relay: string; next: string }>(
    `SELECT relay, next FROM ${tables.relayCursor} WHERE log_id = $1 AND next > $2`,
    [head.id, head.size],
  );
  for (const { relay, next } of rows) {
    findings.add('cursor-beyond-log', null, `Relay ${relay} stands at ${next} of ${head.size}.`);
  }
}

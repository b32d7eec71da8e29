import {
  decodeRootLogEntry,
  parseJws,
  payloadDigest,
  readCanonicalJson,
  type RootLogEntry,
} from '@lodemark/transparency';
import { reason, type Findings } from './findings.js';
import type { SignatureAudit } from './signature-audit.js';
import type { EntryAudit, StoredRow } from './stored-row.js';

/** Reads every entry of the root log and checks it against those before it. */
export class RootAudit implements EntryAudit {
  private readonly statements = new Map<string, number>();
  private recordedAt = '';

  constructor(
    private readonly findings: Findings,
    private readonly signatures: SignatureAudit,
  ) {}

  async add(row: StoredRow): Promise<void> {
    const decoded = decodeRootLogEntry(row.data);
    if (!decoded.ok) {
      this.findings.add('entry-unreadable', row.index, reason(decoded.problems));
      return;
    }
    const entry = decoded.value;
    if (row.kind !== entry.kind || row.recordedAt !== entry.recordedAt) {
      this.findings.add('column-differs', row.index, 'A column differs from what the bytes say.');
    }
    if ((entry.kind === 'genesis') !== (row.index === 0)) {
      this.findings.add('entry-unreadable', row.index, `A ${entry.kind} entry cannot stand here.`);
    }
    if (entry.recordedAt < this.recordedAt) {
      this.findings.add('recorded-earlier', row.index, `${entry.recordedAt} after ${this.recordedAt}.`);
    }
    this.recordedAt = entry.recordedAt;
    await this.checkStatement(row, entry);
  }

  async end(): Promise<void> {
    await this.signatures.end();
  }

  private async checkStatement(row: StoredRow, entry: RootLogEntry): Promise<void> {
    if (entry.kind !== 'statement') {
      if (row.eventId !== null) this.findings.add('column-differs', row.index, 'Only statements have an id.');
      return;
    }
    const jws = parseJws(entry.jws, 'lodemark-statement+jws');
    if (!jws.ok) {
      this.findings.add('event-unreadable', row.index, reason(jws.problems));
      return;
    }
    await this.signatures.add(jws.value, row.index);
    const json = readCanonicalJson(jws.value.payload);
    if (!json.ok) {
      this.findings.add('payload-not-canonical', row.index, reason(json.problems));
      return;
    }
    const id =
      typeof json.value === 'object' && json.value !== null && 'statementId' in json.value
        ? json.value.statementId
        : undefined;
    if (
      typeof id !== 'string' ||
      id !== row.eventId ||
      row.payloadDigest !== payloadDigest(jws.value.payload)
    ) {
      this.findings.add(
        'column-differs',
        row.index,
        'The stored statement id or digest is not the statement’s.',
      );
      return;
    }
    const first = this.statements.get(id);
    if (first !== undefined)
      this.findings.add('event-repeated', row.index, `Statement ${id} stands at ${first}.`);
    this.statements.set(id, first ?? row.index);
  }
}

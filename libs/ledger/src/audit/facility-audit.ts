import { lotsNamed, parseEvent } from '@lodemark/domain';
import {
  decodeFacilityLogEntry,
  parseJws,
  payloadDigest,
  readCanonicalJson,
  toHex,
  type FacilityLogEntry,
  type StatedEntry,
} from '@lodemark/transparency';
import type { HeadRow } from '../log-head.js';
import { reason, type Findings } from './findings.js';
import { HeadsAudit } from './heads-audit.js';
import type { LotAudit } from './lot-audit.js';
import type { ReplayAudit } from './replay-audit.js';
import type { SignatureAudit } from './signature-audit.js';
import type { EntryAudit, ReadEntry, StoredRow } from './stored-row.js';

export interface FacilityAuditParts {
  readonly head: HeadRow;
  readonly findings: Findings;
  readonly signatures: SignatureAudit;
  readonly lots: LotAudit;
  readonly replay: ReplayAudit;
}

/** Reads every entry of a facility log and checks it against those before it. */
export class FacilityAudit implements EntryAudit {
  private readonly facility: string;
  private readonly events = new Map<string, { index: number; leaf: string; payloadDigest: string }>();
  private readonly conflicts = new Set<string>();
  private readonly heads: HeadsAudit;
  private recordedAt = '';
  private root: FacilityLogEntry['root'] | undefined;

  constructor(private readonly parts: FacilityAuditParts) {
    this.heads = new HeadsAudit(parts.findings);
    this.facility = parts.head.origin.slice(parts.head.origin.lastIndexOf('/') + 1);
  }

  async add(row: StoredRow): Promise<void> {
    const entry = decodeFacilityLogEntry(row.data);
    if (!entry.ok) {
      this.parts.findings.add('entry-unreadable', row.index, reason(entry.problems));
      return;
    }
    this.checkOrder(row, entry.value);
    if (entry.value.kind === 'heads') this.heads.compare(row, entry.value);
    else await this.addStated(row, entry.value);
  }

  private async addStated(row: StoredRow, entry: StatedEntry): Promise<void> {
    this.heads.count(entry);
    const read = await this.read(row, entry);
    if (read === undefined) return;
    this.checkColumns(read);
    this.checkIdentity(read);
    this.checkNames(read);
    // A decision knows what came before it, and not itself.
    await this.parts.replay.add(read);
    this.parts.lots.add(read);
  }

  async end(): Promise<void> {
    const { head, findings, lots, signatures, replay } = this.parts;
    if (this.root !== undefined && this.root.size > head.verifiedRoot.size) {
      findings.add(
        'root-reference-back',
        null,
        'The head names an older root checkpoint than the last entry.',
      );
    }
    await signatures.end();
    await lots.end(replay.states);
  }

  private async read(row: StoredRow, entry: StatedEntry): Promise<ReadEntry | undefined> {
    const { findings } = this.parts;
    const jws = parseJws(entry.jws, 'lodemark-event+jws');
    if (!jws.ok) {
      findings.add('event-unreadable', row.index, reason(jws.problems));
      return undefined;
    }
    await this.parts.signatures.add(jws.value, row.index);
    const json = readCanonicalJson(jws.value.payload);
    if (!json.ok) {
      findings.add('payload-not-canonical', row.index, reason(json.problems));
      return undefined;
    }
    const event = parseEvent(json.value);
    if (!event.ok) {
      findings.add('event-unreadable', row.index, reason(event.problems));
      return undefined;
    }
    if (event.value.facility !== this.facility) {
      findings.add(
        'foreign-facility',
        row.index,
        `${event.value.facility} speaks in the log of ${this.facility}.`,
      );
    }
    return { row, entry, event: event.value, payloadDigest: payloadDigest(jws.value.payload) };
  }

  private checkColumns({ row, entry, event, payloadDigest: digest }: ReadEntry): void {
    const same =
      row.kind === entry.kind &&
      row.recordedAt === entry.recordedAt &&
      row.eventId === event.eventId &&
      row.payloadDigest === digest;
    if (!same)
      this.parts.findings.add('column-differs', row.index, 'A column differs from what the bytes say.');
  }

  private checkOrder(row: StoredRow, entry: FacilityLogEntry): void {
    const { findings } = this.parts;
    if (entry.recordedAt < this.recordedAt) {
      findings.add('recorded-earlier', row.index, `${entry.recordedAt} after ${this.recordedAt}.`);
    }
    const before = this.root;
    if (
      before &&
      (entry.root.size < before.size || (entry.root.size === before.size && entry.root.hash !== before.hash))
    ) {
      findings.add('root-reference-back', row.index, `Root ${entry.root.size} after root ${before.size}.`);
    }
    this.recordedAt = entry.recordedAt;
    this.root = entry.root;
  }

  private checkIdentity({ row, entry, event, payloadDigest: digest }: ReadEntry): void {
    const { findings } = this.parts;
    const first = this.events.get(event.eventId);
    if (entry.kind === 'event') {
      if (first)
        findings.add('event-repeated', row.index, `Event ${event.eventId} stands at ${first.index} already.`);
      else this.events.set(event.eventId, { index: row.index, leaf: toHex(row.leaf), payloadDigest: digest });
      return;
    }
    const isFounded =
      first !== undefined &&
      first.payloadDigest !== digest &&
      first.index === entry.with.index &&
      first.leaf === entry.with.leaf &&
      !this.conflicts.has(`${event.eventId} ${digest}`);
    if (!isFounded)
      findings.add('conflict-unfounded', row.index, `Nothing new contradicts ${entry.with.index}.`);
    this.conflicts.add(`${event.eventId} ${digest}`);
  }

  private checkNames({ row, entry, event }: ReadEntry): void {
    // A correction's own names depend on its target; there the replay compares.
    if (event.type === 'Corrected') return;
    const missing = lotsNamed(event).filter((lot) => !Object.hasOwn(entry.lots, lot));
    if (missing.length > 0) this.parts.findings.add('lots-not-named', row.index, missing.join(' '));
  }
}

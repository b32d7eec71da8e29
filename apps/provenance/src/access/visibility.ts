import type { CustodyEvent } from '@lodemark/domain';
import { audits, rolesOf, type Caller, type Engagement } from '@lodemark/platform';
import { statedBody, type EvidenceEntry, type ParkedEntry } from '@lodemark/policy';

/**
 * What one caller may see (design.md section 4, Confidentiality): a facility its own log and what its direct
 * counterparties say about hand-overs with it, an auditor what the engagement covers, the network's officers all.
 */
export class Visibility {
  private readonly all: boolean;
  private readonly own: ReadonlySet<string>;

  constructor(
    private readonly caller: Caller,
    private readonly now: Date,
  ) {
    this.all = caller.roles.some(({ role }) => role === 'registrar' || role === 'administrator');
    this.own = new Set(rolesOf(caller, 'facility-operator').flatMap(({ facilities }) => facilities));
  }

  seesEverything(): boolean {
    return this.all;
  }

  /** Facilities whose own view this is. */
  get facilities(): readonly string[] {
    return [...this.own];
  }

  /** An auditor's engagements that are in force. */
  get engagements(): readonly Engagement[] {
    return rolesOf(this.caller, 'auditor')
      .map(({ engagement }) => engagement)
      .filter(({ from, to }) => this.now >= new Date(from) && this.now < new Date(to));
  }

  /** Everything about the facility's lots and log. */
  seesFacility(facility: string): boolean {
    return this.all || this.own.has(facility) || audits(this.caller, { facility, at: this.now });
  }

  /** As an auditor, whatever any log says of this lot; a facility's operator sees a lot by the entries that are shown. */
  auditsLot(lot: string): boolean {
    return this.all || audits(this.caller, { lot, at: this.now });
  }

  /** Those of the entries that the caller may see; the set must hold the dispatches that its entries are about. */
  entries(entries: readonly EvidenceEntry[], lotsOf: (entry: EvidenceEntry) => readonly string[]) {
    if (this.all) return entries;
    const ends = dispatchEnds(entries);
    const shown = new Set<string>();
    const isShown = (entry: EvidenceEntry): boolean =>
      this.seesFacility(entry.ref.facility) ||
      lotsOf(entry).some((lot) => this.auditsLot(lot)) ||
      this.isHandOver(entry.event, ends);
    for (const entry of entries) if (isShown(entry)) shown.add(nameOf(entry));
    // A correction or contradiction of something shown is shown with it.
    return entries.filter((entry) => shown.has(nameOf(entry)) || followsShown(entry, entries, shown));
  }

  parked(parked: readonly ParkedEntry[]): readonly ParkedEntry[] {
    return parked.filter(
      ({ ref, lots }) => this.seesFacility(ref.facility) || lots.some((lot) => this.auditsLot(lot)),
    );
  }

  private isHandOver(event: CustodyEvent, ends: ReadonlyMap<string, readonly string[]>): boolean {
    const body = statedBody(event);
    if (body === undefined) return false;
    if (body.type === 'Dispatched') return this.own.has(body.to);
    if (body.type === 'Disputed') return this.own.has(body.target.facility);
    if (body.type === 'Reconciled') return this.own.has(body.dispute.facility);
    const about = 'dispatch' in body ? (ends.get(body.dispatch ?? '') ?? []) : [];
    return about.some((facility) => this.own.has(facility));
  }
}

/** Sender and receivers of each dispatch among the entries, by the digest that others refer to it by. */
function dispatchEnds(entries: readonly EvidenceEntry[]): ReadonlyMap<string, readonly string[]> {
  const ends = new Map<string, readonly string[]>();
  for (const { event, payloadDigest } of entries) {
    const body = statedBody(event);
    if (body?.type !== 'Dispatched') continue;
    const digest = event.type === 'Corrected' ? event.target.payload : payloadDigest;
    ends.set(digest, [...(ends.get(digest) ?? []), event.facility, body.to]);
  }
  return ends;
}

function followsShown(
  { event, ref, kind, conflictsWith }: EvidenceEntry,
  entries: readonly EvidenceEntry[],
  shown: ReadonlySet<string>,
): boolean {
  const target = entries.find((other) => {
    if (other.ref.facility !== ref.facility) return false;
    if (kind === 'conflict') return other.ref.index === conflictsWith;
    return event.type === 'Corrected' && other.event.eventId === event.target.eventId;
  });
  return target !== undefined && shown.has(nameOf(target));
}

function nameOf({ ref }: EvidenceEntry): string {
  return `${ref.facility} ${ref.index}`;
}

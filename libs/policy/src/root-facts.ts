import type { StatementOf } from '@lodemark/domain';
import { epochMilliseconds, utcDate } from '@lodemark/domain';
import type { RootStatement } from './evidence.js';
import { isWithin } from './interval.js';

export type FacilityRecord = StatementOf<'FacilityRegistered'> | StatementOf<'FacilityAmended'>;
export type Ownership = StatementOf<'OwnershipDeclared'>;
export type Organization = StatementOf<'OrganizationRegistered'>;

export interface KeyRecord {
  readonly statement: StatementOf<'KeyAdded'> | StatementOf<'KeyRotated'>;
  readonly index: number;
  /** Set by a rotation: until then the replaced key still holds. */
  readonly overlapUntil?: string;
  readonly revoked?: { readonly index: number; readonly suspectFrom: string };
}

/** A facility standing by its entries again: when, and under which key. */
export interface Reattestation {
  readonly statement: StatementOf<'EntriesReattested'>;
  readonly index: number;
  /** RFC 3339, when the root log recorded it. */
  readonly at: string;
  readonly kid: string;
}

interface At<T> {
  readonly statement: T;
  readonly index: number;
  /** RFC 3339, when the root log recorded it. */
  readonly at: string;
}

/** What the root log says, up to the horizon, about parties and keys; each answer is for a time. */
export class RootFacts {
  private readonly organizations = new Map<string, Organization>();
  private readonly ownerships = new Map<string, At<Ownership>[]>();
  private readonly facilities = new Map<string, At<FacilityRecord>[]>();
  private readonly keysById = new Map<string, KeyRecord>();
  private readonly holders = new Map<string, ReadonlySet<string>>();
  readonly reattested: readonly Reattestation[];

  constructor(root: readonly RootStatement[]) {
    const inOrder = [...new Map(root.map((one) => [one.index, one])).values()].sort(
      (a, b) => a.index - b.index,
    );
    const reattested: Reattestation[] = [];
    for (const { index, at, statement, kid } of inOrder) {
      switch (statement.type) {
        case 'OrganizationRegistered':
          this.organizations.set(statement.organization, statement);
          break;
        case 'OwnershipDeclared':
          push(this.ownerships, statement.organization, { statement, index, at });
          break;
        case 'FacilityRegistered':
        case 'FacilityAmended':
          push(this.facilities, statement.facility, { statement, index, at });
          break;
        case 'KeyRotated':
          this.change(statement.replaces, { overlapUntil: statement.overlapUntil });
          this.addKey({ statement, index });
          break;
        case 'KeyAdded':
          this.addKey({ statement, index });
          break;
        case 'KeyRevoked':
          // The first revocation ends the key; a later one may widen what is suspect, never narrow it.
          this.revoke(statement, index);
          break;
        case 'EntriesReattested':
          reattested.push({ statement, index, at, kid });
          break;
        case 'PolicyPublished':
          break;
      }
    }
    this.reattested = reattested;
  }

  organization(id: string): Organization | undefined {
    return this.organizations.get(id);
  }

  key(kid: string): KeyRecord | undefined {
    return this.keysById.get(kid);
  }

  /** The facility's record as it reads at an instant; before any amendment took effect, as it was registered. */
  facility(id: string, instant: string): FacilityRecord | undefined {
    return recordAt(this.facilities.get(id) ?? [], instant);
  }

  /** The facility's record at an instant as far as the root log had it when it was so long. */
  facilityAsTold(id: string, instant: string, rootSize: number): FacilityRecord | undefined {
    return recordAt(
      (this.facilities.get(id) ?? []).filter(({ index }) => index < rootSize),
      instant,
    );
  }

  /** Instants at which the facility's record changes. */
  facilityChanges(id: string): string[] {
    return (this.facilities.get(id) ?? []).flatMap(({ statement }) =>
      statement.type === 'FacilityAmended' ? [statement.effectiveFrom] : [],
    );
  }

  /**
   * Who holds the organization on a calendar date: the declaration in force that began last; of those alone that had
   * been told by the end of a day, where one is given.
   */
  ownership(organization: string, date: string, toldBy?: string): At<Ownership> | undefined {
    return (this.ownerships.get(organization) ?? [])
      .filter(
        ({ statement, at }) => isWithin(statement, date) && (toldBy === undefined || utcDate(at) <= toldBy),
      )
      .sort((a, b) => compareText(a.statement.from, b.statement.from) || a.index - b.index)
      .at(-1);
  }

  /** Calendar dates on which the declared holders change: a declaration begins, or has run out. */
  ownershipChanges(organization: string): string[] {
    const declared = this.ownerships.get(organization) ?? [];
    return [
      ...new Set(
        declared.flatMap(({ statement: { from, to } }) => [
          from,
          ...(to === undefined ? [] : [dayAfter(to)]),
        ]),
      ),
    ].sort();
  }

  /** Registered organizations that hold, or ever held, the organization, directly or not, itself among them. */
  holdersOf(organization: string): ReadonlySet<string> {
    const before = this.holders.get(organization);
    if (before !== undefined) return before;
    const found = new Set([organization]);
    for (const one of found)
      for (const { statement } of this.ownerships.get(one) ?? [])
        for (const { holder } of statement.holders)
          if ('organization' in holder) found.add(holder.organization);
    this.holders.set(organization, found);
    return found;
  }

  /** Calendar dates on which anything changes about who holds the organization, directly or not. */
  controlChanges(organization: string): string[] {
    const dates = [...this.holdersOf(organization)].flatMap((one) => this.ownershipChanges(one));
    return [...new Set(dates)].sort();
  }

  private addKey(record: KeyRecord): void {
    if (!this.keysById.has(record.statement.kid)) this.keysById.set(record.statement.kid, record);
  }

  private change(kid: string, change: Partial<KeyRecord>): void {
    const record = this.keysById.get(kid);
    if (record !== undefined) this.keysById.set(kid, { ...record, ...change });
  }

  private revoke({ kid, suspectFrom }: StatementOf<'KeyRevoked'>, index: number): void {
    const before = this.keysById.get(kid)?.revoked;
    const earlier =
      before !== undefined && epochMilliseconds(before.suspectFrom) <= epochMilliseconds(suspectFrom);
    this.change(kid, {
      revoked: { index: before?.index ?? index, suspectFrom: earlier ? before.suspectFrom : suspectFrom },
    });
  }
}

function recordAt(versions: readonly At<FacilityRecord>[], instant: string): FacilityRecord | undefined {
  const amended = versions.filter(
    ({ statement }) =>
      statement.type === 'FacilityAmended' &&
      epochMilliseconds(statement.effectiveFrom) <= epochMilliseconds(instant),
  );
  const latest = amended
    .sort((a, b) => compareText(startOf(a.statement), startOf(b.statement)) || a.index - b.index)
    .at(-1);
  return (
    latest?.statement ?? versions.find(({ statement }) => statement.type === 'FacilityRegistered')?.statement
  );
}

function startOf(record: FacilityRecord): string {
  return record.type === 'FacilityAmended' ? new Date(record.effectiveFrom).toISOString() : '';
}

function dayAfter(date: string): string {
  return utcDate(new Date(epochMilliseconds(`${date}T00:00:00Z`) + DAY_MS).toISOString());
}

const DAY_MS = 86_400_000;

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key) ?? [];
  list.push(value);
  map.set(key, list);
}

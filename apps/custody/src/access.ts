import type { CustodyEvent } from '@lodemark/domain';
import {
  audits,
  engagementCovers,
  forbidden,
  operates,
  rolesOf,
  type Caller,
  type ProblemError,
} from '@lodemark/platform';

/**
 * What one caller may read at an instant (design.md section 4, Confidentiality): a facility what its own log holds, a
 * direct counterparty what is said to it, an auditor what the engagement covers, the network's officers every log.
 * Files and private values are for operators and auditors alone: no officer needs them.
 */
export class ReadAccess {
  private readonly isOfficer: boolean;

  constructor(
    private readonly caller: Caller,
    private readonly at: Date,
  ) {
    this.isOfficer = caller.roles.some(({ role }) => role === 'registrar' || role === 'administrator');
  }

  /** Everything in the facility's log. */
  readsLog(facility: string): boolean {
    return this.isOfficer || this.keepsRecordsOf(facility);
  }

  /** What any log says of this lot. */
  readsLot(facility: string, lot: string): boolean {
    return this.readsLog(facility) || this.auditsLot(lot);
  }

  /** An event of the facility's log that names these lots. */
  readsEvent(event: CustodyEvent, lots: readonly string[]): boolean {
    return lots.some((lot) => this.readsLot(event.facility, lot)) || this.isAddressedBy(event);
  }

  /** The facility's documents and disclosures, whatever they belong to. */
  keepsRecordsOf(facility: string): boolean {
    return operates(this.caller, facility) || audits(this.caller, { facility, at: this.at });
  }

  /** As an auditor engaged for the lot, or for all lots of the facility that created it. */
  auditsLot(lot: string): boolean {
    return audits(this.caller, { lot, at: this.at });
  }

  /** The lots that the engagements in force name one by one. */
  get engagedLots(): readonly string[] {
    const named = rolesOf(this.caller, 'auditor').flatMap(({ engagement: { lots } }) =>
      lots === '*' ? [] : lots,
    );
    return [...new Set(named)].filter((lot) => this.auditsLot(lot));
  }

  /** Whether an engagement in force is for all lots, whosever they are. */
  get auditsEveryLot(): boolean {
    return rolesOf(this.caller, 'auditor').some(
      ({ engagement }) => engagement.lots === '*' && engagementCovers(engagement, { lot: '*', at: this.at }),
    );
  }

  /** Whether the event was said to a facility that the caller operates. */
  isAddressedBy(event: CustodyEvent): boolean {
    switch (event.type) {
      case 'Dispatched':
        return operates(this.caller, event.to);
      case 'Disputed':
        return operates(this.caller, event.target.facility);
      case 'Reconciled':
        return operates(this.caller, event.dispute.facility);
      default:
        return false;
    }
  }
}

export function noRight(facility: string): ProblemError {
  return forbidden(`The token gives no right to read this of what ${facility} recorded.`);
}

/** @throws 403 */
export function requireOperator(caller: Caller, facility: string): void {
  if (!operates(caller, facility)) throw forbidden(`The token does not operate the facility ${facility}.`);
}

import { engagementCovers, forbidden, operates, rolesOf, type Caller } from '@lodemark/platform';

/** What a read is about: a facility's records, or one lot in them, at an instant. */
export interface ReadSubject {
  readonly facility: string;
  readonly lot?: string;
  readonly at: Date;
}

/** Whether the caller may read what a facility recorded: its operator, an auditor engaged for it, an administrator. */
export function mayRead(caller: Caller, subject: ReadSubject): boolean {
  if (operates(caller, subject.facility) || rolesOf(caller, 'administrator').length > 0) return true;
  return rolesOf(caller, 'auditor').some(({ engagement }) => engagementCovers(engagement, subject));
}

/** @throws 403 */
export function requireRead(caller: Caller, subject: ReadSubject): void {
  if (!mayRead(caller, subject))
    throw forbidden(`The token gives no right to read what ${subject.facility} recorded.`);
}

/** What an auditor was engaged to look at. */
export interface Engagement {
  /** Lot ids (`kokbulak/2026-0017`), or all. */
  readonly lots: readonly string[] | '*';
  /** Facility ids, whose every lot is covered, or all. */
  readonly facilities: readonly string[] | '*';
  /** RFC 3339 instants; the engagement holds from `from` inclusive to `to` exclusive. */
  readonly from: string;
  readonly to: string;
}

export type CallerRole =
  | { readonly role: 'facility-operator'; readonly facilities: readonly string[] }
  | { readonly role: 'auditor'; readonly engagement: Engagement }
  | { readonly role: 'registrar' }
  | { readonly role: 'administrator' };

export type RoleName = CallerRole['role'];

/** Who makes a request, as its token says. */
export interface Caller {
  readonly subject: string;
  readonly roles: readonly CallerRole[];
}

/** The caller's roles of one kind: an auditor may have several engagements. */
export function rolesOf<R extends RoleName>(caller: Caller, role: R): Extract<CallerRole, { role: R }>[] {
  return caller.roles.filter((held): held is Extract<CallerRole, { role: R }> => held.role === role);
}

/** The caller's role of one kind, if it has it; of an auditor's engagements only the first, so ask `audits`. */
export function roleOf<R extends RoleName>(
  caller: Caller,
  role: R,
): Extract<CallerRole, { role: R }> | undefined {
  return rolesOf(caller, role)[0];
}

/** Whether the caller operates this facility. */
export function operates(caller: Caller, facility: string): boolean {
  return rolesOf(caller, 'facility-operator').some(({ facilities }) => facilities.includes(facility));
}

/** Whether any of the caller's engagements covers a lot or facility at an instant. */
export function audits(caller: Caller, subject: AuditSubject): boolean {
  return rolesOf(caller, 'auditor').some(({ engagement }) => engagementCovers(engagement, subject));
}

/** What an auditor asks about, and when. */
export interface AuditSubject {
  readonly lot?: string;
  readonly facility?: string;
  readonly at: Date;
}

/**
 * Whether an engagement covers a lot (by its own id or its facility's) or a facility at an instant. A facility that
 * is not named itself is not covered by one of its lots being named.
 */
export function engagementCovers(engagement: Engagement, subject: AuditSubject): boolean {
  const at = subject.at.getTime();
  if (!(at >= Date.parse(engagement.from) && at < Date.parse(engagement.to))) return false;
  const { lot } = subject;
  const facility = subject.facility ?? lot?.split('/', 1)[0];
  if (facility !== undefined && includes(engagement.facilities, facility)) return true;
  return lot !== undefined && includes(engagement.lots, lot);
}

function includes(named: readonly string[] | '*', one: string): boolean {
  return named === '*' || named.includes(one);
}

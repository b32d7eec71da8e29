import type { CallerRole, Engagement } from './caller.js';

/** The private claim that carries a caller's roles: an array of the objects of `CallerRole`. */
export const ROLES_CLAIM = 'lodemark_roles';

/** A claim that does not say what the caller may do; the text says why and goes to the caller. */
export class ClaimError extends Error {
  override readonly name = 'ClaimError';
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** The roles in a claim; throws a `ClaimError` for anything but a list of roles, so that no typing error grants or hides one. */
export function readRoles(claim: unknown): readonly CallerRole[] {
  if (claim === undefined) return [];
  if (!Array.isArray(claim)) throw new ClaimError(`The claim ${ROLES_CLAIM} is not a list`);
  return claim.map(readRole);
}

function readRole(value: unknown): CallerRole {
  if (!isRecord(value)) throw new ClaimError(`A role in the claim ${ROLES_CLAIM} is not an object`);
  switch (value['role']) {
    case 'facility-operator':
      return { role: 'facility-operator', facilities: readNames(value['facilities'], 'facilities') };
    case 'auditor':
      return { role: 'auditor', engagement: readEngagement(value['engagement']) };
    case 'registrar':
      return { role: 'registrar' };
    case 'administrator':
      return { role: 'administrator' };
    default:
      throw new ClaimError(`The claim ${ROLES_CLAIM} names a role that does not exist`);
  }
}

function readEngagement(value: unknown): Engagement {
  if (!isRecord(value)) throw new ClaimError('An auditor has no engagement');
  const { lots = [], facilities = [], from, to } = value;
  return {
    lots: lots === '*' ? '*' : readNames(lots, 'lots'),
    facilities: facilities === '*' ? '*' : readNames(facilities, 'facilities'),
    from: readInstant(from, 'from'),
    to: readInstant(to, 'to'),
  };
}

function readNames(value: unknown, what: string): readonly string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw new ClaimError(`A role's ${what} are not a list of names`);
}

function readInstant(value: unknown, what: string): string {
  if (typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw new ClaimError(`An engagement's "${what}" is not an RFC 3339 time`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

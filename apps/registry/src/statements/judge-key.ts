import { CLOCK_SKEW_MS, type StatementOf } from '@lodemark/domain';
import type { Fault } from './registration-refusal.js';
import {
  ownerText,
  sameOwner,
  type JudgingContext,
  type KeyOwner,
  type KeyPurpose,
  type KeyStatement,
  type StatementFacts,
} from './statement-facts.js';

const OWNER_OF: Readonly<Record<KeyPurpose, 'facility' | 'organization'>> = {
  event: 'facility',
  custodial: 'facility',
  log: 'facility',
  attestation: 'organization',
  certificate: 'organization',
};

/** A key of its own, or the new one of a rotation. What depends on its bytes alone is checked in key-material.ts. */
export function judgeAddedKey(statement: KeyStatement, context: JudgingContext): readonly Fault[] {
  return [
    ...judgeOwner(statement, context.facts),
    ...judgeUniqueness(statement, context),
    ...judgeValidity(statement, context.at),
  ];
}

function judgeOwner({ owner, purpose }: KeyStatement, facts: StatementFacts): readonly Fault[] {
  const faults: Fault[] = [];
  const needed = OWNER_OF[purpose];
  if (!(needed in owner)) {
    const detail = `A key for the purpose "${purpose}" belongs to a ${needed}, not to ${ownerText(owner)}.`;
    faults.push({ code: 'purpose-not-for-owner', pointer: '/purpose', detail });
  }
  return [...faults, ...unknownOwner(owner, facts)];
}

function unknownOwner(owner: KeyOwner, facts: StatementFacts): readonly Fault[] {
  const detail = `There is no ${ownerText(owner)}.`;
  if ('facility' in owner) {
    if (facts.facilities.has(owner.facility)) return [];
    const named = { facility: owner.facility };
    return [{ code: 'facility-unknown', pointer: '/owner/facility', detail, facts: named }];
  }
  if (facts.organizations.has(owner.organization)) return [];
  const named = { organization: owner.organization };
  return [{ code: 'organization-unknown', pointer: '/owner/organization', detail, facts: named }];
}

// One key, one owner, one purpose, for ever: else a signature could be read as somebody else's or as something else.
function judgeUniqueness({ kid }: KeyStatement, { facts, reservedKeys }: JudgingContext): readonly Fault[] {
  if (reservedKeys.has(kid)) {
    const detail = 'This key is the network’s own.';
    return [{ code: 'key-exists', pointer: '/kid', detail, facts: { kid } }];
  }
  const known = facts.keys.get(kid);
  if (known === undefined) return [];
  const detail = `The key is registered already, to ${ownerText(known.owner)} for the purpose "${known.purpose}".`;
  return [{ code: 'key-exists', pointer: '/kid', detail, facts: { kid, purpose: known.purpose } }];
}

function judgeValidity({ validFrom, validUntil }: KeyStatement, at: string): readonly Fault[] {
  if (validUntil === undefined) return [];
  if (Date.parse(validUntil) <= Date.parse(validFrom)) {
    const detail = `The key would end at ${validUntil}, not after its beginning at ${validFrom}.`;
    return [{ code: 'interval-empty', pointer: '/validUntil', detail }];
  }
  if (Date.parse(validUntil) > Date.parse(at)) return [];
  // Validity is measured when the root log first covers an entry, so such a key could never sign anything that counts.
  const detail = `The key would have ended at ${validUntil}, before its registration at ${at}.`;
  return [{ code: 'key-over', pointer: '/validUntil', detail }];
}

/** The replaced key must be there, whole, and of the same owner and purpose. */
export function judgeRotation(
  statement: StatementOf<'KeyRotated'>,
  context: JudgingContext,
): readonly Fault[] {
  return [
    ...judgeReplaced(statement, context.facts),
    ...judgeOverlap(statement, context.at),
    ...judgeAddedKey(statement, context),
  ];
}

function judgeReplaced(statement: StatementOf<'KeyRotated'>, facts: StatementFacts): readonly Fault[] {
  const pointer = '/replaces';
  const replaced = facts.keys.get(statement.replaces);
  const named = { kid: statement.replaces };
  if (replaced === undefined) {
    return [{ code: 'key-unknown', pointer, detail: 'There is no such key to replace.', facts: named }];
  }
  const faults: Fault[] = [];
  if (replaced.suspectFrom !== undefined) {
    const detail = 'The key to replace is revoked; register the new key by itself.';
    faults.push({ code: 'key-revoked', pointer, detail, facts: named });
  }
  if (replaced.successor !== undefined) {
    const detail = `The key has been replaced by ${replaced.successor}; rotate that one.`;
    faults.push({
      code: 'key-replaced',
      pointer,
      detail,
      facts: { ...named, successor: replaced.successor },
    });
  }
  if (!sameOwner(replaced.owner, statement.owner) || replaced.purpose !== statement.purpose) {
    const detail = `The key to replace belongs to ${ownerText(replaced.owner)} for the purpose "${replaced.purpose}"; a rotation keeps both.`;
    faults.push({ code: 'rotation-changes-owner', pointer: '/owner', detail });
  }
  return faults;
}

function judgeOverlap({ overlapUntil, validFrom }: StatementOf<'KeyRotated'>, at: string): readonly Fault[] {
  const pointer = '/overlapUntil';
  if (Date.parse(overlapUntil) < Date.parse(validFrom)) {
    const detail = `The replaced key would end at ${overlapUntil}, before the new one begins at ${validFrom}.`;
    return [{ code: 'interval-empty', pointer, detail }];
  }
  if (Date.parse(overlapUntil) >= Date.parse(at) - CLOCK_SKEW_MS) return [];
  // Ending a key in the past would unmake entries that counted: that is what a revocation is for.
  const detail = `The overlap would have ended at ${overlapUntil}, before the rotation at ${at}; revoke the key instead.`;
  return [{ code: 'overlap-over', pointer, detail }];
}

/** A second revocation may only move "suspect from" further back. */
export function judgeRevocation(
  { kid, suspectFrom }: StatementOf<'KeyRevoked'>,
  { facts, at }: JudgingContext,
): readonly Fault[] {
  const key = facts.keys.get(kid);
  if (key === undefined) {
    return [{ code: 'key-unknown', pointer: '/kid', detail: 'There is no such key.', facts: { kid } }];
  }
  const faults: Fault[] = [];
  if (key.suspectFrom !== undefined && Date.parse(suspectFrom) >= Date.parse(key.suspectFrom)) {
    const detail = `The key is revoked already, suspect from ${key.suspectFrom}.`;
    const revoked = { kid, suspectFrom: key.suspectFrom };
    faults.push({ code: 'key-revoked', pointer: '/kid', detail, facts: revoked });
  }
  if (Date.parse(suspectFrom) > Date.parse(at) + CLOCK_SKEW_MS) {
    const detail = `A key is suspect from a time that has come; the registry's clock says ${at}.`;
    faults.push({ code: 'stated-in-future', pointer: '/suspectFrom', detail, facts: { clock: at } });
  }
  return faults;
}

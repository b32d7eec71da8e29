import type { Case } from './case.js';
import { distinctTold, toldOf, type Told } from './effective-events.js';
import type { EntryRef } from './evidence.js';
import type { ExceptionParameters } from './exception-parameters.js';
import { contractElements, type Claim, type Element, type Exception } from './exception-elements.js';
import { recyclingElements } from './exception-recycling.js';
import { waiverElements } from './exception-waiver.js';

/** A claimed exception with each of its elements: true, false, or undefined where nobody shows it. */
export interface Claimed {
  readonly exception: Exception;
  readonly elements: readonly Element[];
  readonly standing: 'proven' | 'open' | 'refuted';
  readonly by: string;
  readonly entries: readonly EntryRef[];
}

/** Every exception that the asker or a facility with custody of the lot claims for it, strongest standing first. */
export function claimedExceptions(known: Case, limits: ExceptionParameters): Claimed[] {
  const wanted = known.question.exception;
  const claims = [...claimsOf(known), ...waiversOf(known)].filter(
    ({ exception }) => wanted === undefined || exception === wanted,
  );
  const asserted: Claim[] = wanted !== undefined && claims.length === 0 ? [{ exception: wanted }] : [];
  return contested([...claims, ...asserted].map((claim) => judged(claim, known, limits))).sort(
    (a, b) => STRENGTH.indexOf(a.standing) - STRENGTH.indexOf(b.standing),
  );
}

/** Which delivery a claim is about, not what is said of it. */
const ABOUT: readonly string[] = [
  'contract of the question',
  'end item of the question',
  'in force on the delivery date',
];

/**
 * Two papers on one exception for the very same delivery that say different things leave it open which is right. What a
 * waiver does not give another one may, so that waivers contest nothing.
 */
function contested(claims: readonly Claimed[]): Claimed[] {
  return claims.map((claim) => {
    const other = claims.find(
      ({ exception, standing, elements }) =>
        exception === claim.exception &&
        exception !== 'X-NONAV' &&
        standing === 'refuted' &&
        elements.every(({ name, holds }) => !ABOUT.includes(name) || holds === true),
    );
    if (claim.standing !== 'proven' || other === undefined) return claim;
    const element = { name: 'no other claim for the same delivery that says otherwise', holds: undefined };
    return {
      ...claim,
      standing: 'open',
      elements: [...claim.elements, element],
      entries: [...claim.entries, ...other.entries],
    };
  });
}

const STRENGTH: readonly Claimed['standing'][] = ['proven', 'open', 'refuted'];

function claimsOf(known: Case): Claim[] {
  return distinctTold(toldOf(known.lineage.namingLot(known.subject), 'ExceptionClaimed'))
    .filter(({ entry }) => known.concerns(entry))
    .map((told) => ({ exception: told.event.exception, claim: told }));
}

/** A waiver counts as claimed for a lot that it names, or when the asker relies on one. */
function waiversOf(known: Case): Claim[] {
  const relied = known.question.exception === 'X-NONAV';
  const waivers: Told<'WaiverRecorded'>[] = toldOf(known.sorted.told, 'WaiverRecorded').filter(
    ({ entry, event: { lots } }) =>
      known.concerns(entry) && (lots === undefined ? relied : lots.includes(known.subject)),
  );
  return waivers.map((waiver) => ({ exception: 'X-NONAV', waiver }));
}

function judged(claim: Claim, known: Case, limits: ExceptionParameters): Claimed {
  const elements = elementsOf(claim, known, limits);
  const { exception } = claim;
  const told = claim.claim ?? claim.waiver;
  const standing = elements.some(({ holds }) => holds === false)
    ? 'refuted'
    : elements.every(({ holds }) => holds === true)
      ? 'proven'
      : 'open';
  return {
    exception,
    elements,
    standing,
    by: told?.event.facility ?? 'asker',
    entries: told === undefined ? [] : [told.ref],
  };
}

function elementsOf(claim: Claim, known: Case, limits: ExceptionParameters): readonly Element[] {
  if (claim.exception === 'X-RECYC') return recyclingElements(known, limits);
  if (claim.exception === 'X-NONAV') return waiverElements(claim.waiver?.event, known, limits);
  return contractElements(claim, known, limits);
}

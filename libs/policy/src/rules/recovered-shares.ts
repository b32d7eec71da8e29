import { Rational, toKilograms, type Element } from '@lodemark/domain';
import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import { toldOf, type Told } from '../effective-events.js';
import { limitUnstated } from '../escalation.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import { rootShares, type RootShare } from '../root-shares.js';
import type { Rule } from '../rule.js';
import { WHOLE_SHARE } from '../share-units.js';
import { holder } from './graph.js';
import { magnetUses } from './magnet-information.js';

const HUNDRED = Rational.parse('100');

/** Percent of an element that is shown to be recovered from post-consumer waste, and that may be. */
interface Recovered {
  readonly least: Rational;
  readonly most: Rational;
}

/**
 * R-CRMA-29: the published shares of elements in magnets that were recovered from post-consumer waste (Regulation (EU)
 * 2024/1252, article 29; domain.md 1.7, from memory) are no more than the roots of the lot show. A share above all that
 * may be recovered FAIL; one above what is shown, or none published, INSUFFICIENT. Material that was booked from lot to
 * lot, or whose origin is unsaid, shows nothing.
 */
export const crmaRecoveredShares: Rule = (known) => {
  const limits = known.parameters.recoveredShares;
  if (limits === undefined) return limitUnstated('recoveredShares');
  const present = known.measure.present(known.material);
  if (present === undefined)
    return [
      insufficient(
        'composition-unknown',
        { facts: { lot: known.subject } },
        { code: 'assay', by: holder(known), what: `assay lot ${known.subject}` },
      ),
    ];
  // What went into the alloy is in the magnet, whatever its own assay leaves out.
  const elements = limits.elements.filter(
    (element) => present.has(element) || known.tracked.includes(element),
  );
  const light = isLight(known, limits.aboveMagnetKg);
  if (light !== undefined) return [notApplicable('magnets-too-light', light)];
  if (elements.length === 0) return [notApplicable('no-element-to-recover')];
  const against = elements.flatMap((element) => shareFindings(known, element, limits.roundingPercent));
  return orPass(against, 'recovered-shares-shown', { facts: { elements } });
};

/** What a product's magnets weigh is said by who builds them in; unsaid of one product, the duty is taken to hold. */
function isLight(known: Case, aboveKg: string) {
  const uses = magnetUses(known);
  const said = uses.flatMap(({ event: { product, magnetMass }, ref }) =>
    magnetMass === undefined ? [] : [{ product: product.name, kg: toKilograms(magnetMass), ref }],
  );
  const [heaviest] = said.sort((a, b) => b.kg.compare(a.kg));
  const unsaid = uses.some(({ event }) => !said.some(({ product }) => product === event.product.name));
  if (heaviest === undefined || unsaid || heaviest.kg.greaterThan(Rational.parse(aboveKg))) return undefined;
  return { facts: { kg: heaviest.kg.toDecimal(3), aboveKg }, entries: said.map(({ ref }) => ref) };
}

function shareFindings(known: Case, element: Element, rounding: string): Found[] {
  const stated = statedShare(known, element);
  const { least, most } = recoveredOf(known, element);
  const facts = {
    lot: known.subject,
    element,
    shownPercent: least.toDecimal(2),
    mostPercent: most.toDecimal(2),
  };
  if (stated === undefined)
    return [
      insufficient(
        'recovered-share-unpublished',
        { facts },
        {
          code: 'publish-recovered-shares',
          by: makerOf(known.subject),
          what: `publish which share of ${element} was recovered from post-consumer waste, and record it`,
        },
      ),
    ];
  const said = { facts: { ...facts, statedPercent: stated.percent }, entries: [stated.told.ref] };
  const claimed = Rational.parse(stated.percent).sub(Rational.parse(rounding));
  if (claimed.compare(least) <= 0) return [];
  if (claimed.greaterThan(most))
    return [
      fail('recovered-share-overstated', said, {
        code: 'correct',
        by: stated.told.event.facility,
        what: `correct the published share of ${element}: the material is from elsewhere`,
      }),
    ];
  return [
    insufficient('recovered-share-unproven', said, {
      code: 'prove-origin',
      by: makerOf(known.subject),
      what: `show where all ${element} of the lot was collected, and keep it apart on the way`,
    }),
  ];
}

interface StatedShare {
  readonly percent: string;
  readonly told: Told<'RecoveredSharesStated'>;
}

/** The highest that the maker ever published of the lot and did not correct. */
function statedShare(known: Case, element: Element): StatedShare | undefined {
  return toldOf(known.lineage.namingLot(known.subject), 'RecoveredSharesStated')
    .filter(({ event }) => known.hadLot(event.facility, known.subject))
    .flatMap((told) =>
      told.event.shares
        .filter((share) => share.element === element)
        .map(({ percent }): StatedShare => ({ percent, told })),
    )
    .sort((a, b) => Rational.parse(a.percent).compare(Rational.parse(b.percent)))
    .at(-1);
}

/** Bounds of what was recovered: all that may be counts for the upper one. */
export function recoveredOf(known: Case, element: Element): Recovered {
  const { lineage, measure } = known;
  const { shares, keptApart } = rootShares(known.subject, element, {
    lineage,
    input: (process, input) => measure.input(lineage, process, input),
    held: (stated) => measure.contents(stated),
  });
  const sum = (counts: (share: RootShare) => boolean) =>
    Rational.of(
      shares.filter(counts).reduce((total, { units }) => total + units, 0n),
      WHOLE_SHARE,
    ).mul(HUNDRED);
  // What is booked from lot to lot may be of any origin that went in, and of none that did not.
  return {
    least: keptApart ? sum(isRecovered) : Rational.zero,
    most: keptApart || shares.every((share) => !isRecovered(share)) ? sum(mayBeRecovered) : HUNDRED,
  };
}

function isRecovered(share: RootShare): boolean {
  if (!('root' in share)) return false;
  const { origin } = share.root.event;
  return origin.kind === 'recycled' && origin.feed === 'end-of-life' && origin.collectionRecord !== undefined;
}

function mayBeRecovered(share: RootShare): boolean {
  if (!('root' in share)) return true;
  const { origin } = share.root.event;
  switch (origin.kind) {
    case 'mined':
      return false;
    case 'recycled':
      return origin.feed === 'end-of-life' || origin.feed === 'other';
    case 'purchased':
      return origin.chain?.[0]?.step !== 'MINE';
    case 'opening-stock':
      return true;
  }
}

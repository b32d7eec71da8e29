import { isRareEarth, type Element, type Form, Rational } from '@lodemark/domain';
import type { Case } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { escalated, limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import type { Process } from '../lineage.js';
import type { PolicyParameters } from '../policy-document.js';
import type { Rule } from '../rule.js';
import type { FindingCode } from '../sentences.js';

type Limits = NonNullable<PolicyParameters['recycling']>;

/** In what forms each kind of feed is collected. */
const FEED_FORMS: Readonly<Record<string, readonly Form[]>> = {
  swarf: ['SWARF', 'RESIDUE'],
  scrap: ['SCRAP'],
  'end-of-life': ['END_OF_LIFE_MAGNET', 'MAGNET', 'SCRAP'],
};

/**
 * C47: recycled feed has a collection record, a collector who is known, composition and country, and is of the kind
 * that it is called: scrap of magnets is mostly iron or cobalt, and nothing collected has the pattern of an ore (domain.md
 * 3.2, 3.3, 6, 6.1). Missing: INSUFFICIENT. Where the exception for recycled magnets is claimed, its
 * milling and the sintering of the magnet took place where the law wants them (1.2, X-RECYC): otherwise escalated,
 * because a lot that passes by itself needs no exception, and what a needed one lacks C17 decides.
 */
export const c47: Rule = (known) => {
  const limits = known.parameters.recycling;
  if (limits === undefined) return limitUnstated('recycling');
  const collected = known.fromMelt ? [] : known.roots.filter(({ event }) => event.origin.kind === 'recycled');
  const claims = toldOf(known.lineage.namingLot(known.subject), 'ExceptionClaimed').filter(
    ({ event }) => event.exception === limits.exception,
  );
  if (collected.length + claims.length === 0) return [notApplicable('nothing-recycled')];
  const found = [
    ...collected.flatMap((root) => feedFindings(known, root)),
    ...claims.flatMap((claim) => exceptionFindings(known, limits, claim)),
  ];
  return orPassIfNone(found, 'recycled-feed-documented', {
    facts: { lots: collected.map(({ event }) => event.lot) },
    entries: collected.map(({ ref }) => ref),
  });
};

function feedFindings(known: Case, { event, ref }: Told<'LotCreated'>): Found[] {
  const { origin, lot, facility, form } = event;
  if (origin.kind !== 'recycled') return [];
  const missing = [
    ...(origin.collectionRecord === undefined ? ['collectionRecord'] : []),
    ...(origin.collector === undefined ? ['collector'] : []),
    ...(origin.collectedIn === undefined ? ['collectedIn'] : []),
    ...(event.composition === undefined ? ['composition'] : []),
  ];
  const no = (code: FindingCode, facts: Record<string, string | string[]>, what: string) =>
    insufficient(
      code,
      { facts: { lot, facility, ...facts }, entries: [ref] },
      { code: 'document-collection', by: facility, what },
    );
  const forms = FEED_FORMS[origin.feed];
  const stranger = strangerOf(known, origin.collector);
  return [
    ...(missing.length === 0
      ? []
      : [no('recycled-incomplete', { missing }, `add to lot ${lot} its ${missing.join(', ')}`)]),
    ...(stranger === undefined
      ? []
      : [
          no(
            'collector-unknown',
            { collector: stranger },
            `have the collector ${stranger} of lot ${lot} registered`,
          ),
        ]),
    ...(forms?.includes(form) === false
      ? [
          no(
            'feed-of-another-form',
            { feed: origin.feed, form },
            `say what lot ${lot} is: ${origin.feed} is not collected as ${form}`,
          ),
        ]
      : []),
    ...(isOreByAssay(known, event)
      ? [
          no(
            'recycled-like-ore',
            { feed: origin.feed, form },
            `show of what products lot ${lot} was collected, or record the mine that it is from`,
          ),
        ]
      : []),
    ...(MAGNETIC.includes(form) && isNoMagnet(known, event)
      ? [
          no(
            'recycled-unlike-magnets',
            { feed: origin.feed, form },
            `have lot ${lot} assayed again: ${form} of magnets holds more iron or cobalt than rare earths`,
          ),
        ]
      : []),
  ];
}

/** What is collected as alloy. */
const MAGNETIC: readonly Form[] = ['SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET', 'MAGNET', 'RECYCLED_POWDER'];

/**
 * Nd2Fe14B is 72 % iron and SmCo5 66 % cobalt (domain.md 3.2); alloys of batteries are mostly nickel. What holds more
 * rare earths than these is a concentrate, an oxide or a metal, and no scrap.
 */
function isNoMagnet(known: Case, event: Told<'LotCreated'>['event']): boolean {
  const { rareEarths, of } = contentsOf(known, event);
  return rareEarths.greaterThan(of('Fe', 'Co', 'Ni'));
}

/**
 * Separated rare earths went into whatever is collected. What holds cerium, lanthanum and yttrium in excess, with
 * neodymium, praseodymium and samarium beside them, was never separated: the patterns of domain.md 3.3.
 */
function isOreByAssay(known: Case, event: Told<'LotCreated'>['event']): boolean {
  const { rareEarths, of } = contentsOf(known, event);
  const least = rareEarths.mul(UNSEPARATED);
  const unseparated = (['Nd', 'Pr', 'Sm'] as const).every((element) => of(element).greaterThan(least));
  return unseparated && of('La', 'Ce', 'Y').greaterThan(of('Nd', 'Pr'));
}

/** Of the rare earths: the least samarium of an ore in domain.md 3.3 is about one percent, after separation there is none. */
const UNSEPARATED = Rational.parse('0.003');

function contentsOf(known: Case, event: Told<'LotCreated'>['event']) {
  const { contents } = known.measure.contents(event);
  const of = (...elements: readonly Element[]) =>
    Rational.sum(elements.map((element) => contents.get(element)?.kg ?? Rational.zero));
  return { of, rareEarths: of(...[...contents.keys()].filter(isRareEarth)) };
}

/** A collector that is named as an organization of the network and is none. */
function strangerOf(
  known: Case,
  collector: { readonly organization: string } | { readonly name: string } | undefined,
): string | undefined {
  if (collector === undefined || !('organization' in collector)) return undefined;
  const { organization } = collector;
  return known.facts.organization(organization) === undefined ? organization : undefined;
}

const RECYCLED_FORMS: readonly Form[] = ['SWARF', 'SCRAP', 'END_OF_LIFE_MAGNET', 'RECYCLED_POWDER'];

function exceptionFindings(
  known: Case,
  { mill, sinter, countries, exception }: Limits,
  claim: Told<'ExceptionClaimed'>,
): Found[] {
  const milled = known.processes.filter(
    (process) => mill.includes(process.step) && takesRecycled(known, process),
  );
  const sintered = known.processes.filter(({ step }) => sinter.includes(step));
  const places = [...milled, ...sintered].map((process) => ({
    process,
    country: known.countryOf(process.told),
  }));
  const absent = [
    ...(milled.length === 0 ? ['milling'] : []),
    ...(sintered.length === 0 ? ['sintering'] : []),
  ];
  const by = claim.event.facility;
  return [
    ...absent.map((step) =>
      escalated({ known, check: 'C47' }, 'exception-step-absent', {
        facts: { exception, step, lot: known.subject },
        entries: [claim.ref],
        cure: {
          code: 'record-steps',
          by,
          what: `show the ${step} of recycled material, or withdraw the claim of ${exception}`,
        },
      }),
    ),
    ...places
      .filter(({ country }) => country === undefined || !countries.includes(country))
      .map(({ process, country }) =>
        escalated({ known, check: 'C47' }, 'exception-step-elsewhere', {
          facts: {
            exception,
            step: process.step,
            facility: process.facility,
            country: country ?? 'unknown',
            countries,
          },
          entries: [claim.ref, process.told.ref],
          cure: {
            code: 'withdraw-exception',
            by,
            what: `withdraw the claim of ${exception}: ${process.step} has to be in ${countries.join(' or ')}`,
          },
        }),
      ),
  ];
}

function takesRecycled(known: Case, { inputs }: Process): boolean {
  return inputs.some(({ lot }) => {
    const form = known.lineage.formOf(lot);
    return known.has(lot) && form !== undefined && RECYCLED_FORMS.includes(form);
  });
}

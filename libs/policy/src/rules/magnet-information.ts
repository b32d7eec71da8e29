import type { Case } from '../case.js';
import { makerOf } from '../custodians.js';
import { toldOf, type Told } from '../effective-events.js';
import { limitUnstated } from '../escalation.js';
import { fail, insufficient, notApplicable, orPass, type Found } from '../found.js';
import type { MAGNET_ITEMS } from '../question-limits.js';
import type { Rule } from '../rule.js';
import { percent } from '../shares.js';
import { holder } from './graph.js';

type Item = (typeof MAGNET_ITEMS)[number];
type Described = Told<'MagnetUseDescribed'>;

/**
 * R-CRMA-28: what article 28 of Regulation (EU) 2024/1252 wants known of each permanent magnet in a listed product
 * (domain.md 1.7; from memory, and not applicable before its implementing act): type, maker, weight, place, composition,
 * coatings, glues, how to take it out, and a data carrier. Each that is missing INSUFFICIENT; what the ledger shows to be
 * otherwise than the product says, FAIL.
 */
export const crmaMagnetInformation: Rule = (known) => {
  const limits = known.parameters.magnetInformation;
  if (limits === undefined) return limitUnstated('magnetInformation');
  const products = productsOf(known);
  if (products.length === 0)
    return [
      insufficient(
        'magnet-use-undescribed',
        { facts: { lot: known.subject } },
        {
          code: 'describe-magnet-use',
          by: holder(known),
          what: 'describe the product that the magnets go into, and how they sit in it',
        },
      ),
    ];
  const listed = products.filter(({ event }) => limits.categories.includes(event.product.category));
  if (listed.length === 0)
    return products.map(({ event: { product }, ref }) =>
      notApplicable('product-not-listed', { facts: { category: product.category }, entries: [ref] }),
    );
  const against = listed.flatMap((described) => [
    ...limits.items
      .filter((item) => !KNOWN[item](known, described))
      .map((item) => missingItem(known, item, described)),
    ...contradictions(known, described),
  ]);
  return orPass(against, 'magnet-information-complete', { facts: { items: [...limits.items] } });
};

/** What was said of products that the magnets go into, by anybody who may have had them, in the order of telling. */
export function magnetUses(known: Case): Described[] {
  return toldOf(known.lineage.namingLot(known.subject), 'MagnetUseDescribed')
    .filter(({ event }) => known.hadLot(event.facility, known.subject))
    .sort((a, b) => a.entry.covered.rootIndex - b.entry.covered.rootIndex || a.ref.index - b.ref.index);
}

/** Of each product the last that was said; what another product holds says nothing of it. */
function productsOf(known: Case): Described[] {
  return [...new Map(magnetUses(known).map((told) => [told.event.product.name, told])).values()];
}

const KNOWN: Readonly<Record<Item, (known: Case, described: Described) => boolean>> = {
  type: (known, { event }) => event.labelledAs !== undefined && known.family !== 'other',
  manufacturer: (known) => manufacturerOf(known)?.address !== undefined,
  weight: ({ material }) => material !== undefined && 'pieces' in material && material.pieces !== undefined,
  location: (_, { event }) => event.location !== undefined,
  composition: isAssayed,
  coatings: (_, { event }) => event.coatings !== undefined,
  adhesives: (_, { event }) => event.adhesives !== undefined,
  removal: (_, { event }) => event.removal !== undefined,
  'data-carrier': (_, { event }) => event.dataCarrier !== undefined,
};

function manufacturerOf(known: Case) {
  const facility = makerOf(known.subject);
  const [producer] = known.lineage.producersOf(known.subject);
  if (producer === undefined) return undefined;
  const { event } = producer.kind === 'created' ? producer.told : producer.process.told;
  const operator = known.facts.facility(facility, event.occurredAt)?.organization;
  return operator === undefined ? undefined : known.facts.organization(operator);
}

function isAssayed({ material, measure, parameters }: Case): boolean {
  if (material?.composition === undefined) return false;
  const named = measure.namedShare(material);
  return (
    named !== undefined && named.compare(percent(parameters.magnetInformation?.namedPercent ?? '100')) >= 0
  );
}

const OF_THE_MAKER: readonly Item[] = ['manufacturer', 'weight', 'composition'];

function missingItem(known: Case, item: Item, { event, ref }: Described): Found {
  return insufficient(
    'magnet-information-missing',
    { facts: { lot: known.subject, item, product: event.product.name }, entries: [ref] },
    {
      code: 'describe-magnet-use',
      by: OF_THE_MAKER.includes(item) ? makerOf(known.subject) : event.facility,
      what: `record the ${item} of the magnets`,
    },
  );
}

/** What the product is said to hold, and the ledger shows it does not. */
function contradictions(known: Case, { event, ref }: Described): Found[] {
  const said = { facts: { lot: known.subject, product: event.product.name }, entries: [ref] };
  const { labelledAs, coatings } = event;
  const found: Found[] = [];
  if (labelledAs !== undefined && known.family !== 'other' && labelledAs !== known.family)
    found.push(
      fail(
        'label-contradicted',
        { ...said, facts: { ...said.facts, labelledAs, family: known.family } },
        {
          code: 'correct',
          by: event.facility,
          what: 'correct the label: the assay shows another type of magnet',
        },
      ),
    );
  const coated = known.processes.find(({ step }) => step === 'COAT');
  if (coatings?.length === 0 && coated !== undefined)
    found.push(
      fail(
        'coating-left-out',
        {
          facts: { ...said.facts, facility: coated.facility },
          entries: [ref, coated.told.ref],
        },
        { code: 'correct', by: event.facility, what: 'name the coating that was put on' },
      ),
    );
  return found;
}

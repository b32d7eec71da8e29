import type { Step } from '@lodemark/domain';
import type { Case } from './case.js';
import { isAlloyed } from './forms.js';
import type { ExceptionParameters } from './exception-parameters.js';
import type { Element } from './exception-elements.js';
import type { Process } from './lineage.js';

/** Steps that take recycled material apart before anything is milled: whether that still counts is open. */
const DISSOLVING: readonly Step[] = ['CRACK_LEACH', 'SEPARATE', 'CALCINE', 'REDUCE', 'ALLOY_MELT'];

/**
 * R-7052-RECYC: an NdFeB magnet, all of its rare earths from documented recycled feed, the milling of that feed and
 * the sintering of the magnet both in the United States. No minimum share is stated, so that all of it is wanted.
 */
export function recyclingElements(known: Case, { recycling }: ExceptionParameters): Element[] {
  const traces = known.rareEarthTraces();
  const roots = traces.flatMap((trace) => trace.roots);
  const processes = [...new Set(traces.flatMap((trace) => trace.processes))];
  const { countries, families, feedForms } = recycling;
  const recycled = roots.filter(({ event: { origin } }) => origin.kind === 'recycled');
  const unsaid = traces.length === 0 || traces.some(({ gaps }) => gaps.length > 0);
  return [
    { name: `magnet of ${families.join(' or ')}`, holds: families.some((one) => one === known.family) },
    {
      name: 'all rare earths recycled',
      holds: recycled.length < roots.length ? false : unsaid || roots.length === 0 ? undefined : true,
    },
    {
      name: 'feed of magnet material with collection record, collector and country',
      holds: recycled.every((root) => isDocumented(root.event, feedForms)) || undefined,
    },
    {
      name: 'recycled by milling, not by dissolving',
      holds: processes.some(({ step }) => DISSOLVING.includes(step)) ? undefined : true,
    },
    {
      name: `milled in ${countries.join(', ')}`,
      holds: within(known, processes.filter(isMilling), countries),
    },
    {
      name: `sintered in ${countries.join(', ')}`,
      holds: within(
        known,
        processes.filter(({ step }) => step === 'SINTER'),
        countries,
      ),
    },
  ];
}

function isDocumented(
  { origin, composition, form }: Case['roots'][number]['event'],
  feedForms: readonly string[],
): boolean {
  if (origin.kind !== 'recycled') return false;
  const { collectionRecord, collector, collectedIn } = origin;
  const said = collectionRecord !== undefined && collector !== undefined && (collectedIn ?? []).length > 0;
  return said && composition !== undefined && feedForms.includes(form);
}

function isMilling({ step, outputs }: Process): boolean {
  if (step === 'POWDER') return true;
  return step === 'RECYCLE' && outputs.some(({ form }) => isAlloyed(form));
}

function within(
  known: Case,
  processes: readonly Process[],
  countries: readonly string[],
): boolean | undefined {
  const places = processes.map(({ told }) => known.countryOf(told));
  if (places.some((country) => country !== undefined && !countries.includes(country))) return false;
  return places.length === 0 || places.includes(undefined) ? undefined : true;
}

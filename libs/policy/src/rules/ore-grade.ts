import {
  isRareEarth,
  Rational,
  toKilograms,
  toShare,
  type Composition,
  type ElementMass,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { fail, insufficient, type Found } from '../found.js';
import { inPercent, percent } from '../shares.js';

type Contents = ReturnType<Case['measure']['contents']>['contents'];

/** A kilogram of dry oxide has the ratios of any amount in any state. */
const patterns = new WeakMap<Composition, ReturnType<typeof kilogramOf>>();

function kilogramOf(composition: Composition) {
  return { form: 'MIXED_OXIDE' as const, mass: { net: { value: '1', unit: 'kg' as const } }, composition };
}

/** What a dry kilogram of such material holds. */
export function patternOf(known: Case, composition: Composition): Contents {
  const before = patterns.get(composition) ?? kilogramOf(composition);
  patterns.set(composition, before);
  return known.measure.contents(before).contents;
}

interface Mined {
  readonly root: Told<'LotCreated'>;
  readonly baseline: Composition;
}

/** Of the rare earths that both name: how much is in the lot, and in a dry kilogram of the mine's ore. */
function inBoth(known: Case, { root, baseline }: Mined): Record<'lot' | 'ore', ElementMass> | undefined {
  const ore = patternOf(known, baseline);
  const lot = known.measure.contents(root.event).contents;
  const both = [...lot.keys()].filter(
    (element) => isRareEarth(element) && ore.get(element)?.kg.isPositive() === true,
  );
  const sum = (of: Contents): ElementMass => {
    const masses = both.flatMap((element) => of.get(element) ?? []);
    return {
      kg: Rational.sum(masses.map(({ kg }) => kg)),
      variance: Rational.sum(masses.map(({ variance }) => variance)),
    };
  };
  return both.length === 0 ? undefined : { lot: sum(lot), ore: sum(ore) };
}

function dryKilograms({ event: { mass } }: Told<'LotCreated'>): Rational {
  const moisture = mass.moisture === undefined ? Rational.zero : toShare(mass.moisture);
  return toKilograms(mass.net).mul(Rational.one.sub(moisture));
}

/** The ore that it takes to win what the lot holds, were nothing lost: what is richer than the ore took more of it. */
export function oreKilograms(known: Case, mined: Mined): Rational {
  const both = inBoth(known, mined);
  return both === undefined ? Rational.zero : both.lot.kg.div(both.ore.kg);
}

/** What comes raw from the ground is not much richer than the ore is known to be (S25). */
export function gradeFindings(
  known: Case,
  mined: Mined,
  said: { readonly facts: Readonly<Record<string, string>>; readonly entries: readonly EntryRef[] },
): Found[] {
  const limits = known.parameters.ratios?.grade;
  const both = inBoth(known, mined);
  const dryKg = dryKilograms(mined.root);
  if (limits?.forms.includes(mined.root.event.form) !== true || both === undefined || !dryKg.isPositive())
    return [];
  const { lot, ore } = both;
  const expectedKg = ore.kg.mul(dryKg);
  const variance = lot.variance.add(ore.variance.mul(dryKg.square()));
  const k = Rational.parse(known.parameters.coverageFactor);
  const beyond = (limit: string) =>
    lot.kg.sub(expectedKg.mul(Rational.one.add(percent(limit)))).exceeds(k, variance);
  if (!beyond(limits.tolerancePercent)) return [];
  const outcome = beyond(limits.contradictionPercent) ? fail : insufficient;
  return [
    outcome(
      'grade-above-baseline',
      {
        ...said,
        facts: {
          ...said.facts,
          minedPercent: inPercent(lot.kg.div(dryKg)),
          orePercent: inPercent(ore.kg),
        },
      },
      {
        code: 'explain-pattern',
        by: mined.root.event.facility,
        what: `show that lot ${mined.root.event.lot} is of this mine: it is richer than its ore`,
      },
    ),
  ];
}

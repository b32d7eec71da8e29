import {
  elementContents,
  HORWITZ_TABLE,
  type ElementContents,
  type MeasurementPriors,
} from '@lodemark/domain';
import { isTold, type Lineage, type Process, type ProcessInput, type Stated } from '@lodemark/policy';
import { statesOf } from '../lots/lot-view.js';

/**
 * What is assumed where nothing is certified (domain.md 3.6): only for what a view says about closing within the
 * uncertainty. A verdict takes these from its policy.
 */
const PRIORS: MeasurementPriors = { scalePercent: '0.1', moisturePercent: '2', horwitz: HORWITZ_TABLE };

export function contentsOf(stated: Omit<Stated, 'lot'>): ElementContents {
  return elementContents(stated, PRIORS);
}

/** The inputs with what really went in: a split that states no mass takes all that its facility held of the lot. */
export function inputsOf(lineage: Lineage, { told, facility, inputs }: Process): readonly ProcessInput[] {
  if (!isTold(told, 'Split') || told.event.parent.mass !== undefined) return inputs;
  const { lot } = told.event.parent;
  const before = lineage
    .namingLot(lot)
    .filter(({ ref }) => ref.facility === facility && ref.index < told.ref.index);
  const value = statesOf(before, lot).get(facility)?.kg ?? '0';
  return inputs.map((input) => ({ ...input, mass: { net: { value, unit: 'kg' } } }));
}

/** What an input brings: its own mass with the lot's composition as last known at that facility. */
export function contentsOfInput(lineage: Lineage, process: Process, input: ProcessInput): ElementContents {
  const stated = lineage.materialAt(input.lot, process.facility, process.told.ref.index);
  if (stated?.composition === undefined) return { contents: new Map(), gaps: ['no-composition'] };
  const moisture = input.mass.moisture ?? stated.mass.moisture;
  const mass = moisture === undefined ? input.mass : { ...input.mass, moisture };
  return elementContents({ form: stated.form, mass, composition: stated.composition }, PRIORS);
}

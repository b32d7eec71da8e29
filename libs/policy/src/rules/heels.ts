import {
  lotsNamed,
  Rational,
  toKilograms,
  type Composition,
  type Element,
  type ElementMass,
  type Mass,
} from '@lodemark/domain';
import { balances, heelLeftTo } from '../balances.js';
import type { Case } from '../case.js';
import { toldOf } from '../effective-events.js';
import { insufficient, type Found } from '../found.js';
import type { Process } from '../lineage.js';
import { NOTHING, residue } from '../measure.js';
import { remembered } from '../remembered.js';
import { push } from '../root-facts.js';
import { contentOf } from './stores.js';

/** What stood in a circuit before a process is what the process before it left there. */
export function heelFindings(known: Case): Found[] {
  return balances(known).flatMap(({ process, element }): Found[] => {
    const { event } = process.told;
    if (event.type !== 'Transformed' || event.heel === undefined) return [];
    const before = heelContent(known, element, event.heel.before);
    const left = heelLeftTo(known, process)?.told.event;
    const after = left?.type === 'Transformed' ? left.heel?.after : undefined;
    const there = after === undefined ? NOTHING : leftOf(known, element, after);
    if (before === undefined) return [];
    const excess = before.kg.sub(there.kg);
    const variance = before.variance.add(there.variance);
    if (!excess.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
    return [
      insufficient(
        'heel-unsupported',
        {
          facts: {
            facility: process.facility,
            step: process.step,
            element,
            heelKg: before.kg.toDecimal(3),
            leftKg: there.kg.toDecimal(3),
          },
          entries: [process.told.ref],
        },
        {
          code: 'record-heel',
          by: process.facility,
          what: `record the process before it, what of ${element} it left in the circuit, and every lot that this is from`,
        },
      ),
    ];
  });
}

/** What a process left in a circuit is still there when the next begins, or it went on, or was flushed out. */
export function heelsGone(known: Case): Found[] {
  return balances(known).flatMap(({ process, element }): Found[] => {
    const { event } = process.told;
    if (event.type !== 'Transformed' || event.heel === undefined) return [];
    if (toKilograms(event.heel.after.mass.net).isZero()) return [];
    const next = nextInCircuit(known, process);
    if (next === undefined) return [];
    const begun = next.told.event.type === 'Transformed' ? next.told.event.heel : undefined;
    const left = heelContent(known, element, event.heel.after);
    const there = begun === undefined ? NOTHING : heelContent(known, element, begun.before);
    if (left === undefined || there === undefined || begun?.flushed?.document !== undefined) return [];
    const gone = left.kg.sub(there.kg);
    const variance = left.variance.add(there.variance);
    if (!gone.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
    return [
      insufficient(
        'heel-gone',
        {
          facts: {
            facility: next.facility,
            step: next.step,
            element,
            leftKg: left.kg.toDecimal(3),
            heelKg: there.kg.toDecimal(3),
          },
          entries: [process.told.ref, next.told.ref],
        },
        {
          code: 'record-heel',
          by: next.facility,
          what: `record what became of the ${element} that was left in the circuit: another process, or a flush`,
        },
      ),
    ];
  });
}

/** Processes of the lineage by the equipment that they name, in log order. */
const circuitsOf = remembered((known: Case): ReadonlyMap<string, readonly Process[]> => {
  const circuits = new Map<string, Process[]>();
  for (const process of [...known.processes].sort((a, b) => a.told.ref.index - b.told.ref.index)) {
    const { event } = process.told;
    if (event.type === 'Transformed' && event.equipment !== undefined)
      push(circuits, `${process.facility} ${event.equipment}`, process);
  }
  return circuits;
});

/** The next process of the lineage in the same equipment, unless another took over the heel in between. */
function nextInCircuit(known: Case, process: Process): Process | undefined {
  const { event, ref } = process.told;
  if (event.type !== 'Transformed' || event.equipment === undefined) return undefined;
  const { facility, equipment } = event;
  const after = lotsNamed(event)
    .flatMap((lot) => toldOf(known.lineage.namingLot(lot), 'Transformed'))
    .filter(
      (one) =>
        one.event.facility === facility &&
        one.ref.index > ref.index &&
        (one.event.equipment === undefined || one.event.equipment === equipment) &&
        one.event.heel !== undefined &&
        toKilograms(one.event.heel.before.mass.net).isPositive(),
    );
  const next = (circuitsOf(known).get(`${facility} ${equipment}`) ?? []).find(
    (one) => one.told.ref.index > ref.index,
  );
  if (next === undefined || after.some((one) => one.ref.index < next.told.ref.index)) return undefined;
  return next;
}

interface Held {
  readonly mass: Mass;
  readonly composition?: Composition;
}

/** Of what nobody assayed all may be the element. */
function leftOf(known: Case, element: Element, held: Held): ElementMass {
  return heelContent(known, element, held) ?? { kg: toKilograms(held.mass.net), variance: Rational.zero };
}

function heelContent(known: Case, element: Element, held: Held): ElementMass | undefined {
  if (toKilograms(held.mass.net).isZero()) return NOTHING;
  return contentOf(element, [known.measure.contents(residue(held))]);
}

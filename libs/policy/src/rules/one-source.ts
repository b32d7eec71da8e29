import { isRareEarth, type Element } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { insufficient, type Found } from '../found.js';
import type { Process, ProcessInput } from '../lineage.js';
import { push } from '../root-facts.js';
import type { Trace } from '../trace.js';

/**
 * Identity is preserved where each rare earth is of one source to the end (ISO 22095, domain.md 2.2): a step that says
 * so and brings two together is at best segregated, and its certificate must not say more.
 */
export function mergedSources(known: Case): Found[] {
  return [...known.traces.values()].flatMap((trace) => {
    const sources = new Set(trace.roots.map(sourceOf));
    if (!isRareEarth(trace.element) || sources.size < 2) return [];
    const labels = labelled(known, trace);
    return trace.processes
      .filter(({ told }) => told.event.type !== 'Split' && told.event.custodyModel === 'identity-preserved')
      .filter((process) => {
        const fed = carrying(known, process, trace.element).map(
          ({ lot }) => labels.get(lot) ?? new Set<string>(),
        );
        return fed.length > 1 && new Set(fed.flatMap((one) => [...one])).size > 1;
      })
      .map(({ facility, step, told: { ref } }) =>
        insufficient(
          'identity-of-two-sources',
          { facts: { facility, step, element: trace.element }, entries: [ref] },
          {
            code: 'state-model',
            by: facility,
            what: `state the model of ${step} as segregated: material of more than one source was brought together`,
          },
        ),
      );
  });
}

/** A mine is one source whatever its lots; what is bought or collected is known by its lot alone. */
function sourceOf({ event: { origin, facility, lot } }: Told<'LotCreated'>): string {
  return origin.kind === 'mined' ? facility : lot;
}

function carrying(known: Case, process: Process, element: Element): ProcessInput[] {
  return process.inputs.filter((input) => {
    const { contents, gaps } = known.measure.input(known.lineage, process, input);
    return gaps.length > 0 ? input.role !== 'reagent' : contents.get(element)?.kg.isPositive() === true;
  });
}

/** Of each lot up to two of its sources: whether there is more than one is all that is asked. */
function labelled(
  known: Case,
  { element, roots, processes, lots }: Trace,
): ReadonlyMap<string, ReadonlySet<string>> {
  const uses = new Map<string, string[]>();
  for (const process of processes) {
    const made = process.outputs.map(({ lot }) => lot).filter((lot) => lots.has(lot));
    for (const { lot } of carrying(known, process, element)) for (const to of made) push(uses, lot, to);
  }
  const labels = new Map<string, Set<string>>();
  const open = roots.map((root) => ({ lot: root.event.lot, source: sourceOf(root) }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { lot, source } = next;
    const known = labels.get(lot) ?? new Set<string>();
    labels.set(lot, known);
    if (known.size > 1 || known.has(source)) continue;
    known.add(source);
    open.push(...(uses.get(lot) ?? []).map((to) => ({ lot: to, source })));
  }
  return labels;
}

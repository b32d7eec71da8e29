import { ELEMENTS, lotsNamed, toKilograms } from '@lodemark/domain';
import { toldOf, type EntryRef, type HandOver, type Process, type Producer } from '@lodemark/policy';
import type { ReachedLot } from '../evidence/closure.js';
import type { Dossier } from '../evidence/dossier.js';
import { KG_PLACES, madeAs, originOf, refOf } from '../lots/lot-view.js';
import { contentsOf, contentsOfInput, inputsOf } from './element-masses.js';
import type {
  ElementFlowResponse,
  HandOverResponse,
  LineageEdgeResponse,
  LineageNodeResponse,
} from './lineage.response.js';

/** Lots, processes and hand-overs as the counted events tell them, corrections in place of what they correct. */
export interface LineageView {
  readonly nodes: readonly LineageNodeResponse[];
  readonly edges: readonly LineageEdgeResponse[];
  readonly handOvers: readonly HandOverResponse[];
  readonly withheld: number;
}

export interface LineageQuestion {
  readonly lot: string;
  readonly direction: 'up' | 'down';
  readonly depth: number;
}

/**
 * Walks what the events say now from the lot that was asked about: the closure that was loaded follows corrected
 * events, too, and reaches further.
 */
export function lineageView(
  dossier: Dossier,
  reached: readonly ReachedLot[],
  question: LineageQuestion,
): LineageView {
  const all = edgesAmong(dossier, reached);
  const steps = walk(all, question);
  const named = new Set([...dossier.entries.flatMap(({ event }) => lotsNamed(event)), question.lot]);
  const shown = [...steps].filter(([lot]) => named.has(lot));
  const lots = new Set(shown.map(([lot]) => lot));
  return {
    nodes: shown.map(([lot, distance]) => nodeOf(dossier, lot, distance)).sort(byDistance),
    edges: all.filter(({ input, output }) => lots.has(input) && lots.has(output)).sort(byEdge),
    handOvers: handOversOf(dossier, lots),
    withheld: reached.filter(({ lot }) => !named.has(lot)).length,
  };
}

function edgesAmong(dossier: Dossier, reached: readonly ReachedLot[]): LineageEdgeResponse[] {
  const processes = new Map<string, Process>();
  for (const { lot } of reached) {
    for (const producer of dossier.lineage.producersOf(lot)) {
      if (producer.kind === 'process') processes.set(placeOf(producer.process.told.ref), producer.process);
    }
  }
  return [...processes.values()].flatMap((process) => edgesOf(dossier, process));
}

function edgesOf(dossier: Dossier, process: Process): LineageEdgeResponse[] {
  const { step, facility, told, outputs, heelLots } = process;
  const common = { step, facility, occurredAt: told.event.occurredAt, entry: refOf(told.ref) };
  const charged = inputsOf(dossier.lineage, process).flatMap((input) =>
    outputs.map((output) => ({
      ...common,
      ...{ input: input.lot, output: output.lot, role: input.role },
      inputKg: toKilograms(input.mass.net).toDecimal(KG_PLACES),
      elements: flows(contentsOfInput(dossier.lineage, process, input).contents, contentsOf(output).contents),
    })),
  );
  const held = heelLots.flatMap((input) =>
    outputs.map(({ lot: output }) => ({
      ...common,
      ...{ input, output, role: 'heel', inputKg: null, elements: [] },
    })),
  );
  return [...charged, ...held].filter(({ input, output }) => input !== output);
}

type Contents = ReturnType<typeof contentsOf>['contents'];

function flows(input: Contents, output: Contents): ElementFlowResponse[] {
  return ELEMENTS.filter((element) => input.has(element) || output.has(element)).map((element) => ({
    element,
    inKg: input.get(element)?.kg.toDecimal(KG_PLACES) ?? null,
    outKg: output.get(element)?.kg.toDecimal(KG_PLACES) ?? null,
  }));
}

function walk(
  edges: readonly LineageEdgeResponse[],
  { lot, direction, depth }: LineageQuestion,
): ReadonlyMap<string, number> {
  const next = new Map<string, string[]>();
  for (const { input, output } of edges) {
    const [near, far] = direction === 'up' ? [output, input] : [input, output];
    next.set(near, [...(next.get(near) ?? []), far]);
  }
  const steps = new Map([[lot, 0]]);
  let frontier = [lot];
  for (let distance = 1; frontier.length > 0 && distance <= depth; distance += 1) {
    frontier = [...new Set(frontier.flatMap((one) => next.get(one) ?? []))].filter((one) => !steps.has(one));
    for (const one of frontier) steps.set(one, distance);
  }
  return steps;
}

function nodeOf(dossier: Dossier, lot: string, steps: number): LineageNodeResponse {
  const [producer] = dossier.lineage.producersOf(lot);
  return {
    ...{ lot, steps },
    ...madeAs(dossier, lot),
    origin: originOf(dossier, lot).kind,
    country: producer === undefined ? null : countryOf(dossier, producer),
    inDoubt: dossier.parked.some(({ lots }) => lots.includes(lot)),
  };
}

function countryOf({ facts }: Dossier, producer: Producer): string | null {
  const { event } = producer.kind === 'created' ? producer.told : producer.process.told;
  return facts.facility(event.facility, event.occurredAt)?.country ?? null;
}

function handOversOf({ lineage, sorted }: Dossier, lots: ReadonlySet<string>): HandOverResponse[] {
  return toldOf(sorted.told, 'Dispatched')
    .filter(({ event }) => event.lots.some(({ lot }) => lots.has(lot)))
    .flatMap(({ entry }) => lineage.handOver(entry.payloadDigest) ?? [])
    .map((handOver) => handOverOf(handOver, lots));
}

function handOverOf(
  { dispatch, receipts, ends, reports }: HandOver,
  lots: ReadonlySet<string>,
): HandOverResponse {
  const received = receipts.map(({ event }) => event.occurredAt).sort(byInstant);
  return {
    dispatch: dispatch.entry.payloadDigest,
    lots: dispatch.event.lots.map(({ lot }) => lot).filter((lot) => lots.has(lot)),
    from: dispatch.event.facility,
    to: dispatch.event.to,
    dispatchedAt: dispatch.event.occurredAt,
    receivedAt: received[0] ?? null,
    entries: [dispatch, ...receipts, ...ends, ...reports].map(({ ref }) => refOf(ref)),
  };
}

function byInstant(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}

function byDistance(a: LineageNodeResponse, b: LineageNodeResponse): number {
  return a.steps - b.steps || byText(a.lot, b.lot);
}

function byEdge(a: LineageEdgeResponse, b: LineageEdgeResponse): number {
  return (
    byText(a.output, b.output) ||
    byText(a.input, b.input) ||
    byText(a.entry.facility, b.entry.facility) ||
    a.entry.index - b.entry.index
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function placeOf({ facility, index }: EntryRef): string {
  return `${facility} ${index}`;
}

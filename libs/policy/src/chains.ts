import { toldOf, type Told } from './effective-events.js';
import type { EntryRef } from './evidence.js';
import { accepts, type HandOver, type Lineage, type Process } from './lineage.js';
import { compareText } from './root-facts.js';

/** One hand-over of one lot on its way to where it was used. */
export interface Link {
  readonly lot: string;
  readonly receipt: Told<'Received'>;
  /** Undefined: no dispatch with that digest is in the evidence. */
  readonly handOver: HandOver | undefined;
}

/** One journey of a lot: from its dispatch to its receipt, or back to where it had been sent from. */
export interface Trip {
  readonly lot: string;
  readonly handOver: HandOver;
  readonly end: Told;
}

export interface LinkGap {
  readonly code: 'no-receipt' | 'not-received-yet' | 'refused-and-not-back';
  readonly lot: string;
  readonly facility: string;
  readonly entries: readonly EntryRef[];
}

/** A facility's custody of a lot, from the event that began it to the one that ended it. */
export interface Custody {
  readonly lot: string;
  readonly facility: string;
  readonly from: Told;
  readonly to: Told | undefined;
}

interface Known {
  readonly subject: string;
  readonly lots: readonly string[];
  readonly processes: readonly Process[];
  readonly lineage: Lineage;
}

/** Works out through whose hands every lot came to where it was used, and the subject to where it is. */
export class Chains {
  readonly links: Link[] = [];
  readonly gaps: LinkGap[] = [];
  readonly custodies: Custody[] = [];
  /** Journeys that ended where they had begun: returned, or called off when the goods had already been seen elsewhere. */
  readonly detours: Trip[] = [];
  private readonly walked = new Set<string>();
  private readonly linked = new Set<string>();

  constructor(private readonly known: Known) {
    const lots = new Set(known.lots);
    for (const process of known.processes) {
      const used = [...process.inputs.map(({ lot }) => lot), ...process.heelLots];
      for (const lot of used) if (lots.has(lot)) this.back(lot, process.facility, process.told);
    }
    this.forward();
    for (const custody of this.custodies) this.findDetours(custody);
    this.links.sort((a, b) => compareText(a.lot, b.lot) || byPlace(a.receipt, b.receipt));
    this.detours.sort((a, b) => compareText(a.lot, b.lot) || byPlace(a.end, b.end));
  }

  private findDetours({ lot, facility, to }: Custody): void {
    const { lineage } = this.known;
    const before = to?.ref.index ?? Infinity;
    for (const dispatch of toldOf(lineage.namingLot(lot), 'Dispatched')) {
      if (dispatch.event.facility !== facility || dispatch.ref.index >= before) continue;
      const handOver = lineage.handOver(dispatch.entry.payloadDigest);
      const end = handOver?.ends.find(
        ({ event, ref }) =>
          event.facility === facility &&
          ref.index < before &&
          (event.type === 'PackageReturned'
            ? event.packages.some((line) => line.lot === lot)
            : event.type === 'DispatchCancelled' &&
              event.lots.includes(lot) &&
              handOver.reports.length + handOver.assurances.length > 0),
      );
      if (handOver === undefined || end === undefined) continue;
      if (this.detours.every((one) => one.lot !== lot || one.end !== end))
        this.detours.push({ lot, handOver, end });
    }
  }

  /** From a use of the lot back to the facility that made it. */
  private back(lot: string, facility: string, use: Told): void {
    const step = `${lot} ${facility} ${String(use.ref.index)}`;
    if (this.walked.has(step)) return;
    this.walked.add(step);
    const receipts = this.known.lineage
      .receiptsAt(lot, facility)
      .filter(({ ref }) => ref.index < use.ref.index);
    if (receipts.length === 0) {
      this.fromMaker(lot, facility, use);
      return;
    }
    for (const receipt of receipts) {
      this.custodies.push({ lot, facility, from: receipt, to: use });
      this.link(lot, receipt);
    }
  }

  private fromMaker(lot: string, facility: string, use: Told): void {
    const maker = this.makerOf(lot);
    if (maker === undefined) return;
    if (maker.event.facility === facility) this.custodies.push({ lot, facility, from: maker, to: use });
    else this.gaps.push({ code: 'no-receipt', lot, facility, entries: [use.ref] });
  }

  private makerOf(lot: string): Told | undefined {
    const [producer] = this.known.lineage.producersOf(lot);
    return producer?.kind === 'created' ? producer.told : producer?.process.told;
  }

  private link(lot: string, receipt: Told<'Received'>): void {
    const handOver = this.known.lineage.handOver(receipt.event.dispatch);
    const key = `${lot} ${receipt.ref.facility} ${String(receipt.ref.index)}`;
    if (!this.linked.has(key)) this.links.push({ lot, receipt, handOver });
    this.linked.add(key);
    if (handOver !== undefined) this.back(lot, handOver.dispatch.event.facility, handOver.dispatch);
  }

  /** From the subject's maker on to its present holder. */
  private forward(): void {
    const lot = this.known.subject;
    const done = new Set<Told>();
    for (let from = this.makerOf(lot); from !== undefined && !done.has(from);) {
      done.add(from);
      const { event, ref } = from;
      const dispatch = this.known.lineage
        .dispatchesFrom(lot, event.facility)
        .find((one) => one.ref.index > ref.index);
      this.custodies.push({ lot, facility: event.facility, from, to: dispatch });
      from = dispatch === undefined ? undefined : this.received(lot, dispatch);
    }
  }

  private received(lot: string, dispatch: Told<'Dispatched'>): Told | undefined {
    const handOver = this.known.lineage.handOver(dispatch.entry.payloadDigest);
    const answers =
      handOver?.receipts.filter(({ event }) => event.lots.some((line) => line.lot === lot)) ?? [];
    const receipts = answers.filter(({ event }) => accepts(event, lot));
    for (const receipt of receipts) this.link(lot, receipt);
    const returned = handOver?.ends.find(
      ({ event }) => event.type === 'PackageReturned' && event.packages.some((line) => line.lot === lot),
    );
    if (receipts.length === 0 && returned === undefined)
      this.gaps.push({
        code: answers.length === 0 ? 'not-received-yet' : 'refused-and-not-back',
        lot,
        facility: answers.length === 0 ? dispatch.event.to : dispatch.event.facility,
        entries: [dispatch.ref, ...answers.map(({ ref }) => ref)],
      });
    return receipts[0] ?? returned;
  }
}

function byPlace(a: Told, b: Told): number {
  return compareText(a.ref.facility, b.ref.facility) || a.ref.index - b.ref.index;
}

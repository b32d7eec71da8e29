import { WHOLE_LOT, type EventOf } from '@lodemark/domain';
import type { HandOver, Told } from '@lodemark/policy';

/** What became of a package; `open` as long as nobody has said. */
export type PackageState = 'open' | 'accepted' | 'refused' | 'lost' | 'seized' | 'returned' | 'cancelled';

/**
 * Packages of one lot in a dispatch and what became of each; a lot without packages is one package. Each outcome is
 * for one party to state: receipt the addressee's, cancellation and return the sender's, loss and seizure either's.
 */
export function packageStates(handOver: HandOver, lot: string): ReadonlyMap<string, PackageState> {
  const { dispatch } = handOver;
  const line = dispatch.event.lots.find((candidate) => candidate.lot === lot);
  const ids = line?.packages?.map(({ id }) => id) ?? [WHOLE_LOT];
  const states = new Map<string, PackageState>(ids.map((id) => [id, 'open']));
  const settle = (id: string, state: PackageState) => {
    if (states.has(id)) states.set(id, state);
  };
  for (const { event } of handOver.ends) {
    const bySender = event.facility === dispatch.event.facility;
    if (event.type === 'DispatchCancelled') {
      if (bySender && event.lots.includes(lot)) for (const id of ids) settle(id, 'cancelled');
      continue;
    }
    if (!bySender && (event.type === 'PackageReturned' || event.facility !== dispatch.event.to)) continue;
    for (const one of event.packages) if (one.lot === lot) settle(one.id ?? WHOLE_LOT, ENDS[event.type]);
  }
  for (const { event } of receiptsOf(handOver, lot)) {
    for (const { id, decision } of decisions(event, lot)) settle(id, decision);
  }
  return states;
}

/** Receipts of the lot by the facility that the dispatch was addressed to. */
export function receiptsOf({ dispatch, receipts }: HandOver, lot: string): readonly Told<'Received'>[] {
  return receipts.filter(
    ({ event }) => event.facility === dispatch.event.to && event.lots.some((line) => line.lot === lot),
  );
}

const ENDS = { PackageLost: 'lost', PackageSeized: 'seized', PackageReturned: 'returned' } as const;

function decisions({ lots }: EventOf<'Received'>, lot: string) {
  const line = lots.find((candidate) => candidate.lot === lot);
  if (line === undefined) return [];
  if (line.packages !== undefined) return line.packages;
  return line.decision === undefined ? [] : [{ id: WHOLE_LOT, decision: line.decision }];
}

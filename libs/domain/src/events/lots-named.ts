import type { CustodyEvent, EventBody } from './custody-event.js';

/** Stands for the whole facility where an event is about no lot in particular. */
export const WHOLE_FACILITY = '*';

/**
 * The lots that an event names, once each, sorted. `target` is the event that it corrects, disputes or contradicts,
 * when that is known: its lots count too (design.md section 4, Entry bytes). No lot at all gives `*`.
 */
export function lotsNamed(event: CustodyEvent, target?: CustodyEvent): readonly string[] {
  const named = new Set(
    event.type === 'Corrected' ? namedByCorrection(event.replacement) : namedByBody(event),
  );
  if (target !== undefined) for (const lot of lotsNamed(target)) named.add(lot);
  if (facilityWide(event, named.size)) named.add(WHOLE_FACILITY);
  return [...named].sort();
}

function facilityWide(event: CustodyEvent, lots: number): boolean {
  return (
    lots === 0 ||
    event.type === 'InventoryCounted' ||
    (event.type === 'AgreementRecorded' && event.lots === undefined)
  );
}

function namedByCorrection(replacement: EventBody | null): readonly string[] {
  return replacement === null ? [] : namedByBody(replacement);
}

function namedByBody(body: EventBody): readonly string[] {
  switch (body.type) {
    case 'LotCreated':
    case 'Repacked':
    case 'Assayed':
      return [body.lot];
    case 'Transformed':
      return [
        ...body.inputs.map((input) => input.lot),
        ...body.outputs.map((output) => output.lot),
        ...(body.heel?.before.from ?? []),
        ...(body.heel?.after.from ?? []),
      ];
    case 'Split':
      return [body.parent.lot, ...body.children.map((child) => child.lot)];
    case 'Merged':
      return [...body.parents.map((parent) => parent.lot), body.child.lot];
    case 'InventoryCounted':
      return body.counted.map((line) => line.lot);
    case 'CampaignsReported':
      return [];
    case 'Dispatched':
    case 'Received':
      return body.lots.map((line) => line.lot);
    case 'PackageLost':
    case 'PackageSeized':
    case 'PackageReturned':
      return body.packages.map((line) => line.lot);
    default:
      return body.lots ?? [];
  }
}

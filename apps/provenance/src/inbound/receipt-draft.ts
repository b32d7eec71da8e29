import { WHOLE_LOT, type EventOf } from '@lodemark/domain';

/** Packages that a receipt is still owed for, by lot. */
export type OpenPackages = ReadonlyMap<string, readonly string[]>;

/**
 * A `Received` event that accepts what is open just as the dispatch describes it, less the members that only the
 * receiver can give. Weights are the sender's: a receiver weighs again.
 */
export function receiptDraft(
  dispatch: EventOf<'Dispatched'>,
  digest: string,
  open: OpenPackages,
): Record<string, unknown> {
  const { to: facility, nonce, containers, seals, waybill } = dispatch;
  return {
    ...{ v: 1, type: 'Received', facility, dispatch: digest, nonce },
    lots: dispatch.lots.flatMap((line) => {
      const ids = open.get(line.lot);
      return ids === undefined ? [] : [receivedLine(line, ids)];
    }),
    ...(containers === undefined ? {} : { containers }),
    ...(seals === undefined ? {} : { seals: seals.map((seal) => ({ ...seal, condition: 'intact' })) }),
    ...(waybill === undefined ? {} : { waybill }),
  };
}

type Line = EventOf<'Dispatched'>['lots'][number];

function receivedLine({ packages, ...line }: Line, open: readonly string[]): Record<string, unknown> {
  if (packages === undefined || open.includes(WHOLE_LOT)) return { ...line, decision: 'accepted' };
  const accepted = packages
    .filter(({ id }) => open.includes(id))
    .map(({ id, net, gross }) => ({
      ...{ id, decision: 'accepted' },
      ...(net === undefined ? {} : { net }),
      ...(gross === undefined ? {} : { gross }),
    }));
  return { ...line, packages: accepted };
}

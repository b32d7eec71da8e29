import {
  canBeWet,
  Rational,
  refold,
  relativeVariance,
  toKilograms,
  utcDate,
  type Quantity,
} from '@lodemark/domain';
import type { Case } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { insufficient, type Found } from '../found.js';
import type { PolicyParameters } from '../policy-document.js';
import { percent } from '../shares.js';

/**
 * A stock count is the closing inventory of what came before it and the opening one of what comes after: it finds of a
 * lot what the facility's own log leaves (domain.md 3.7, residual of a facility and period).
 */
export function countFindings(known: Case): Found[] {
  return known.lots.flatMap((lot) => {
    const counts = toldOf(known.lineage.namingLot(lot), 'InventoryCounted');
    return counts
      .filter(({ event }) => known.hadLot(event.facility, lot))
      .flatMap((count) => countFinding(known, lot, count));
  });
}

function countFinding(known: Case, lot: string, { event, ref }: Told<'InventoryCounted'>): Found[] {
  const line = event.counted.find((one) => one.lot === lot);
  const before = known.lineage
    .namingLot(lot)
    .filter((one) => one.ref.facility === ref.facility && one.ref.index < ref.index);
  const state = refold(
    lot,
    before.map((one) => ({ event: one.event, payloadDigest: one.entry.payloadDigest })),
  );
  if (line === undefined || !state.known) return [];
  const [held, counted] = [Rational.parse(state.kg), toKilograms(line.mass.net)];
  const scale = percent(known.parameters.scalePercent).square();
  const variance = held.square().mul(scale).add(varianceOf(line.mass.net, scale));
  const drift =
    state.form !== null && canBeWet(state.form)
      ? held.abs().mul(driftShare(known.parameters))
      : Rational.zero;
  const off = counted.sub(held).abs().sub(drift);
  if (!off.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
  const { facility } = event;
  return [
    insufficient(
      'counted-off-ledger',
      {
        facts: {
          lot,
          facility,
          date: utcDate(event.occurredAt),
          heldKg: held.toDecimal(3),
          countedKg: counted.toDecimal(3),
        },
        entries: [ref],
      },
      {
        code: 'recount',
        by: facility,
        what: `count lot ${lot} again, and record what was used of it or came to it and is not on record`,
      },
    ),
  ];
}

/** No count is taken to be worse than the scale that a policy takes for granted ten times over. */
function varianceOf(net: Quantity, scale: Rational): Rational {
  const stated = relativeVariance(net) ?? scale;
  return Rational.min(stated, scale.mul(HUNDRED)).mul(toKilograms(net).square());
}

function driftShare({ moistureDriftPercent }: PolicyParameters): Rational {
  return percent(moistureDriftPercent);
}

const HUNDRED = Rational.parse('100');

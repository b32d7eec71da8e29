import { ELEMENTS, Rational, type Element } from '@lodemark/domain';
import { rootShares, WHOLE_SHARE, writtenOut, type RootShare, type Weighing } from '@lodemark/policy';
import type { Dossier } from '../evidence/dossier.js';
import { contentsOf, contentsOfInput, inputsOf } from '../lineage/element-masses.js';
import { KG_PLACES, refOf } from '../lots/lot-view.js';
import type { ElementSharesResponse, RootShareResponse } from './root-shares.response.js';

const SHARE_PLACES = 12;

/** How much of each element that a lot holds came from which root, as far as the dossier shows it. */
export function sharesIn(dossier: Dossier, lot: string): ElementSharesResponse[] {
  const made = dossier.lineage.madeAs(lot);
  if (made === undefined) return [];
  const { contents, gaps } = contentsOf(made);
  const held = ELEMENTS.filter((element) => contents.get(element)?.kg.isPositive() === true);
  return held.map((element) =>
    elementShares(dossier, {
      lot,
      element,
      kg: gaps.length > 0 ? undefined : contents.get(element)?.kg,
    }),
  );
}

interface Held {
  readonly lot: string;
  readonly element: Element;
  readonly kg: Rational | undefined;
}

function elementShares(dossier: Dossier, { lot, element, kg }: Held): ElementSharesResponse {
  const { basis, shares } = rootShares(lot, element, weighingOf(dossier));
  const units = shares.map((share) => share.units);
  const written = writtenOut(Rational.of(WHOLE_SHARE, WHOLE_SHARE), units, SHARE_PLACES);
  const masses = kg === undefined ? undefined : writtenOut(kg, units, KG_PLACES);
  return {
    element,
    kg: kg?.toDecimal(KG_PLACES) ?? null,
    basis,
    shares: shares.map((share, at) => ({
      ...placed(dossier, share),
      share: written[at] ?? '0',
      kg: masses?.[at] ?? null,
    })),
  };
}

function placed({ facts }: Dossier, share: RootShare): Omit<RootShareResponse, 'share' | 'kg'> {
  if (!('root' in share)) {
    const { unknown, lot } = share;
    return { root: null, origin: null, country: null, entry: null, unknown, endsAt: lot };
  }
  const { event, ref } = share.root;
  const country = facts.facility(event.facility, event.occurredAt)?.country ?? null;
  const origin = event.origin.kind;
  return { root: event.lot, origin, country, entry: refOf(ref), unknown: null, endsAt: null };
}

/** A split that states no mass takes all that was held: views and verdicts weigh it alike, it has one input. */
function weighingOf({ lineage }: Dossier): Weighing {
  return {
    lineage,
    held: contentsOf,
    input: (process, input) => {
      const whole = inputsOf(lineage, process).find(({ lot }) => lot === input.lot) ?? input;
      return contentsOfInput(lineage, process, whole);
    },
  };
}

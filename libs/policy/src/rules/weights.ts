import {
  canBeWet,
  likelyUnitMistake,
  Rational,
  relativeVariance,
  toKilograms,
  type Quantity,
} from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import { insufficient, type Found } from '../found.js';
import type { HandOver } from '../lineage.js';
import type { Rule } from '../rule.js';
import { perLink, saidOf } from './link-findings.js';

/**
 * C27: the receiver's weight agrees with the sender's within the combined uncertainty of both scales and, for wet
 * material, the drift of moisture. Beyond it INSUFFICIENT, with the unit mistake that would explain it.
 */
export const c27: Rule = (known) =>
  perLink(
    known,
    (link, handOver) => [...weightFindings(known, link, handOver), ...contentFindings(known, link, handOver)],
    'weights-agree',
  );

function weightFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const sent = handOver.dispatch.event.lots.find(({ lot }) => lot === link.lot);
  if (sent === undefined) return [];
  const expected = acceptedMass(sent, link);
  const said = saidOf(link);
  const cure = {
    code: 'reweigh',
    by: link.receipt.event.facility,
    what: 'weigh again on both sides and correct the mass that was wrong',
  };
  if (expected === undefined)
    return [
      insufficient('partial-not-weighed', said, {
        ...cure,
        what: 'give the net mass of each package: only some of them were accepted',
      }),
    ];
  const came = link.receipt.event.lots.find(({ lot }) => lot === link.lot);
  if (came === undefined) return [];
  const prior = Rational.parse(known.parameters.scalePercent).div(HUNDRED).square();
  const [from, to] = [toKilograms(expected), toKilograms(came.mass.net)];
  const variance = from
    .square()
    .mul(relativeVariance(expected) ?? prior)
    .add(to.square().mul(relativeVariance(came.mass.net) ?? prior));
  const drift = canBeWet(sent.form)
    ? from.mul(Rational.parse(known.parameters.moistureDriftPercent)).div(HUNDRED)
    : Rational.zero;
  if (!from.sub(to).abs().sub(drift).exceeds(Rational.parse(known.parameters.coverageFactor), variance))
    return [];
  const likely = likelyUnitMistake(to, from);
  const facts = {
    ...said.facts,
    sentKg: from.toDecimal(3),
    receivedKg: to.toDecimal(3),
    ...(likely === undefined ? {} : { likely }),
  };
  return [insufficient('weights-differ', { ...said, facts }, cure)];
}

/** The element masses that both sides state agree within their uncertainties and the drift of moisture. */
function contentFindings(known: Case, link: Link, { dispatch }: HandOver): Found[] {
  const held = known.lineage.materialAt(link.lot, dispatch.event.facility, dispatch.ref.index);
  const came = link.receipt.event.lots.find(({ lot }) => lot === link.lot);
  if (held?.composition === undefined || came?.composition === undefined) return [];
  const [from, to] = [known.measure.contents(held), known.measure.contents(came)];
  if (from.gaps.length > 0 || to.gaps.length > 0) return [];
  const k = Rational.parse(known.parameters.coverageFactor);
  const whole = toKilograms(came.mass.net).div(toKilograms(held.mass.net));
  const differ = known.tracked.filter((element) => {
    const [a, b] = [from.contents.get(element), to.contents.get(element)];
    if (a === undefined && b === undefined) return false;
    const sent = (a?.kg ?? Rational.zero).mul(whole);
    const got = b?.kg ?? Rational.zero;
    const variance = (a?.variance ?? Rational.zero).mul(whole.square()).add(b?.variance ?? Rational.zero);
    const drift = sent.mul(Rational.parse(known.parameters.moistureDriftPercent)).div(HUNDRED);
    const least = toKilograms(came.mass.net).mul(known.measure.trace);
    return Rational.max(sent, got).greaterThan(least) && sent.sub(got).abs().sub(drift).exceeds(k, variance);
  });
  if (differ.length === 0) return [];
  const said = saidOf(link);
  return [
    insufficient(
      'contents-differ',
      { ...said, facts: { ...said.facts, elements: differ } },
      {
        code: 'umpire',
        by: link.receipt.event.facility,
        what: 'have an umpire laboratory assay the sealed splits of both sides',
      },
    ),
  ];
}

const HUNDRED = Rational.parse('100');

/** What should have come of the lot: all of it, or the packages that were accepted, if each was weighed. */
function acceptedMass(
  sent: HandOver['dispatch']['event']['lots'][number],
  { receipt, lot }: Link,
): Quantity | undefined {
  const accepted = receipt.event.lots
    .find((line) => line.lot === lot)
    ?.packages?.filter(({ decision }) => decision === 'accepted')
    .map(({ id }) => id);
  const packages = sent.packages ?? [];
  if (accepted === undefined || packages.every(({ id }) => accepted.includes(id))) return sent.mass.net;
  const nets = packages.filter(({ id }) => accepted.includes(id)).map(({ net }) => net);
  const weighed = nets.filter((net) => net !== undefined);
  if (weighed.length < accepted.length) return undefined;
  return { value: Rational.sum(weighed.map(toKilograms)).toDecimal(6), unit: 'kg' };
}

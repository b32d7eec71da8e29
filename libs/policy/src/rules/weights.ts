import {
  canBeWet,
  likelyUnitMistake,
  Rational,
  relativeVariance,
  SCALE_TOLERANCE,
  toKilograms,
  type Element,
  type Quantity,
} from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import { insufficient, type Found } from '../found.js';
import type { HandOver, Stated } from '../lineage.js';
import type { Rule } from '../rule.js';
import { loadsOf, perLink, saidOf } from './link-findings.js';

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
  const weighed = weighings(sent, link, handOver);
  const said = saidOf(link);
  const cure = {
    code: 'reweigh',
    by: link.receipt.event.facility,
    what: 'weigh again on both sides and correct the mass that was wrong',
  };
  if (weighed === undefined)
    return [
      insufficient('partial-not-weighed', said, {
        ...cure,
        what: 'give the net mass of each package: only some of them were accepted',
      }),
    ];
  const { expected, came } = weighed;
  const prior = Rational.parse(known.parameters.scalePercent).div(HUNDRED).square();
  const from = toKilograms(expected);
  const to = Rational.sum(came.map(toKilograms));
  const variance = Rational.sum(
    [expected, ...came].map((net) =>
      toKilograms(net)
        .square()
        .mul(relativeVariance(net) ?? prior),
    ),
  );
  const drift = canBeWet(sent.form)
    ? from.mul(Rational.parse(known.parameters.moistureDriftPercent)).div(HUNDRED)
    : Rational.zero;
  if (!from.sub(to).abs().sub(drift).exceeds(Rational.parse(known.parameters.coverageFactor), variance))
    return [];
  const likely = swappedLabels(known, link, { from, to }) ?? likelyUnitMistake(to, from);
  const facts = {
    ...said.facts,
    sentKg: from.toDecimal(3),
    receivedKg: to.toDecimal(3),
    ...(likely === undefined ? {} : { likely }),
  };
  const what = likely === undefined ? cure.what : `${cure.what}: ${likely}`;
  return [insufficient('weights-differ', { ...said, facts }, { ...cure, what })];
}

/** Two lots that came to one receiver, each with the other's weight: the labels went astray, not the material (S31). */
function swappedLabels(
  known: Case,
  link: Link,
  { from, to }: { readonly from: Rational; readonly to: Rational },
): string | undefined {
  const alike = (a: Quantity, b: Rational) =>
    toKilograms(a).sub(b).abs().compare(b.mul(SCALE_TOLERANCE)) <= 0;
  const other = besides(known, link).find((candidate) => {
    const sent = candidate.handOver?.dispatch.event.lots.find((line) => line.lot === candidate.lot);
    const came = candidate.receipt.event.lots.find((line) => line.lot === candidate.lot);
    if (sent === undefined || came === undefined) return false;
    return alike(sent.mass.net, to) && alike(came.mass.net, from);
  });
  return other === undefined ? undefined : `the labels of lots ${link.lot} and ${other.lot} look swapped`;
}

/** The element masses that both sides state agree within their uncertainties and the drift of moisture. */
function contentFindings(known: Case, link: Link, { dispatch }: HandOver): Found[] {
  const held = known.lineage.materialAt(link.lot, dispatch.event.facility, dispatch.ref.index);
  const came = link.receipt.event.lots.find(({ lot }) => lot === link.lot);
  const differ = differingElements(known, held, came);
  if (differ === undefined || differ.length === 0) return [];
  const said = saidOf(link);
  const likely = swappedAssays(known, link, { held, came });
  const umpire = 'have an umpire laboratory assay the sealed splits of both sides';
  return [
    insufficient(
      'contents-differ',
      {
        ...said,
        facts: { ...said.facts, elements: differ, ...(likely === undefined ? {} : { likely }) },
      },
      {
        code: 'umpire',
        by: link.receipt.event.facility,
        what: likely === undefined ? umpire : `${umpire}: ${likely}`,
      },
    ),
  ];
}

/** Two lots that came to one receiver, each with the other's assay, whatever they weigh (S31). */
function swappedAssays(
  known: Case,
  link: Link,
  { held, came }: { readonly held: Stated | undefined; readonly came: Stated | undefined },
): string | undefined {
  const alike = (a: Stated | undefined, b: Stated | undefined) =>
    differingElements(known, a, b)?.length === 0;
  const other = besides(known, link).find(({ lot, receipt, handOver }) => {
    if (handOver === undefined) return false;
    const { event, ref } = handOver.dispatch;
    const sent = known.lineage.materialAt(lot, event.facility, ref.index);
    return (
      alike(sent, came) &&
      alike(
        held,
        receipt.event.lots.find((line) => line.lot === lot),
      )
    );
  });
  return other === undefined ? undefined : `the labels of lots ${link.lot} and ${other.lot} look swapped`;
}

/** The other lots that came with it, and those of the lineage that came to the same receiver. */
function besides(
  known: Case,
  { lot, receipt, handOver }: Link,
): Pick<Link, 'lot' | 'receipt' | 'handOver'>[] {
  const beside = (handOver?.dispatch.event.lots ?? []).map((line) => ({ lot: line.lot, receipt, handOver }));
  const elsewhere = known.links.filter((link) => link.receipt.event.facility === receipt.event.facility);
  return [...beside, ...elsewhere].filter((one) => one.lot !== lot);
}

/** Elements of which two statements of one lot differ by more than they can; undefined when they cannot be compared. */
export function differingElements(
  known: Case,
  held: Stated | undefined,
  came: Stated | undefined,
): Element[] | undefined {
  if (held?.composition === undefined || came?.composition === undefined) return undefined;
  const [from, to] = [known.measure.contents(held), known.measure.contents(came)];
  if (from.gaps.length > 0 || to.gaps.length > 0) return undefined;
  const k = Rational.parse(known.parameters.coverageFactor);
  const whole = toKilograms(came.mass.net).div(toKilograms(held.mass.net));
  return known.tracked.filter((element) => {
    const [a, b] = [from.contents.get(element), to.contents.get(element)];
    if (a === undefined && b === undefined) return false;
    const sent = (a?.kg ?? Rational.zero).mul(whole);
    const got = b?.kg ?? Rational.zero;
    const variance = (a?.variance ?? Rational.zero).mul(whole.square()).add(b?.variance ?? Rational.zero);
    const drift = sent.mul(Rational.parse(known.parameters.moistureDriftPercent)).div(HUNDRED);
    const least = toKilograms(came.mass.net).mul(known.measure.trace);
    return Rational.max(sent, got).greaterThan(least) && sent.sub(got).abs().sub(drift).exceeds(k, variance);
  });
}

const HUNDRED = Rational.parse('100');

interface Weighings {
  readonly expected: Quantity;
  readonly came: readonly Quantity[];
}

/**
 * What should have come of the lot, and what came: all of it, or the packages that were accepted, if each was weighed;
 * else all loads together, if all packages came in one or the other.
 */
function weighings(
  sent: HandOver['dispatch']['event']['lots'][number],
  link: Link,
  handOver: HandOver,
): Weighings | undefined {
  const packages = sent.packages ?? [];
  const loads = loadsOf(link, handOver)
    .flatMap(({ event }) => event.lots)
    .filter((line) => line.lot === link.lot && acceptedIn(line).length > 0);
  const [here] = link.receipt.event.lots.filter(({ lot }) => lot === link.lot);
  const came = here === undefined ? [] : [here.mass.net];
  const accepted = here?.packages === undefined ? undefined : acceptedIn(here);
  if (accepted === undefined || packages.every(({ id }) => accepted.includes(id)))
    return { expected: sent.mass.net, came };
  const nets = packages
    .filter(({ id }) => accepted.includes(id))
    .flatMap(({ net }) => (net === undefined ? [] : [net]));
  if (nets.length >= accepted.length)
    return { expected: { value: Rational.sum(nets.map(toKilograms)).toDecimal(6), unit: 'kg' }, came };
  const all = loads.flatMap(acceptedIn);
  return packages.every(({ id }) => all.includes(id))
    ? { expected: sent.mass.net, came: loads.map(({ mass }) => mass.net) }
    : undefined;
}

function acceptedIn({ packages }: Link['receipt']['event']['lots'][number]): string[] {
  return (packages ?? []).filter(({ decision }) => decision === 'accepted').map(({ id }) => id);
}

import {
  canBeWet,
  epochMilliseconds,
  likelyUnitMistake,
  Rational,
  relativeVariance,
  SCALE_TOLERANCE,
  toKilograms,
  type Element,
  type Quantity,
} from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import { cumulated } from '../cumulated.js';
import { insufficient, type Found } from '../found.js';
import type { HandOver, Stated } from '../lineage.js';
import { compareText, push } from '../root-facts.js';
import type { Rule } from '../rule.js';
import { loadsOf, perLink, saidOf, umpireOn } from './link-findings.js';

/**
 * C27: the receiver's weight agrees with the sender's within the combined uncertainty of both scales and, for wet
 * material, the drift of moisture; and what both, and the papers between them, say is in it. Beyond it INSUFFICIENT, with
 * the unit mistake that would explain it.
 */
export const c27: Rule = (known) => {
  const found = perLink(
    known,
    (link, handOver) => [
      ...weightFindings(known, link, handOver),
      ...orElse(contentFindings(known, link, handOver), () => papersFindings(known, link, handOver)),
    ],
    'weights-agree',
  );
  const drift = driftFindings(known);
  return drift.length === 0 ? found : [...found.filter(({ outcome }) => outcome !== 'PASS'), ...drift];
};

function weightFindings(known: Case, link: Link, handOver: HandOver): Found[] {
  const sent = handOver.dispatch.event.lots.find(({ lot }) => lot === link.lot);
  if (sent === undefined) return [];
  const weighed = weighings(sent, link, handOver);
  const said = saidOf(link);
  const cure = {
    code: 'reweigh',
    by: link.receipt.event.facility,
    what: `weigh lot ${link.lot} again on both sides and correct the mass that was wrong`,
  };
  if (weighed === undefined)
    return [
      insufficient('partial-not-weighed', said, {
        ...cure,
        what: `give the net mass of each package of lot ${link.lot}: only some of them were accepted`,
      }),
    ];
  const over = weighedOver(known, sent, weighed);
  if (!isBeyond(over, Rational.parse(known.parameters.coverageFactor))) return [];
  const { from, to } = over;
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

interface WeighedOver {
  readonly from: Rational;
  readonly to: Rational;
  readonly variance: Rational;
  /** What it may have dried, or drawn of moisture. */
  readonly drift: Rational;
}

function weighedOver(
  { parameters }: Case,
  { form }: HandOver['dispatch']['event']['lots'][number],
  { expected, came }: Weighings,
): WeighedOver {
  const prior = Rational.parse(parameters.scalePercent).div(HUNDRED).square();
  const from = toKilograms(expected);
  const variance = Rational.sum(
    [expected, ...came].map((net) =>
      toKilograms(net)
        .square()
        .mul(relativeVariance(net) ?? prior),
    ),
  );
  const drift = canBeWet(form)
    ? from.mul(Rational.parse(parameters.moistureDriftPercent)).div(HUNDRED)
    : Rational.zero;
  return { from, to: Rational.sum(came.map(toKilograms)), variance, drift };
}

function isBeyond({ from, to, variance, drift }: WeighedOver, k: Rational): boolean {
  return from.sub(to).abs().sub(drift).exceeds(k, variance);
}

/** A lot that is sent there and back again and again does not become more, or less, by what each pair of scales forgives. */
function driftFindings(known: Case): Found[] {
  const byLot = new Map<string, Link[]>();
  for (const link of known.links) push(byLot, link.lot, link);
  return [...byLot.values()].flatMap((links) => (links.length < 2 ? [] : driftFinding(known, links)));
}

function driftFinding(known: Case, links: readonly Link[]): Found[] {
  const k = Rational.parse(known.parameters.coverageFactor);
  // Goods that came in several loads were weighed against one dispatch.
  const journeys = new Map(links.map((link) => [link.handOver, link]));
  const weighed = [...journeys.values()].flatMap((link) => {
    const sent = link.handOver?.dispatch.event.lots.find(({ lot }) => lot === link.lot);
    const both = link.handOver && sent && weighings(sent, link, link.handOver);
    if (sent === undefined || both === undefined) return [];
    const over = weighedOver(known, sent, both);
    return isBeyond(over, k) ? [] : [{ link, ...over }];
  });
  const inOrder = weighed.sort(
    (a, b) =>
      epochMilliseconds(a.link.receipt.event.occurredAt) -
        epochMilliseconds(b.link.receipt.event.occurredAt) ||
      compareText(a.link.receipt.event.facility, b.link.receipt.event.facility),
  );
  // What is wet dries or draws moisture once, not on every way.
  const [first] = inOrder;
  const changes = (sign: (kg: Rational) => Rational) =>
    inOrder.map((one) => ({
      ...one,
      kg: sign(one.to.sub(one.from)).sub(one === first ? one.drift : Rational.zero),
    }));
  const run =
    cumulated(
      changes((kg) => kg),
      k,
    ) ??
    cumulated(
      changes((kg) => kg.negate()),
      k,
    );
  const [last] = run?.members.slice(-1) ?? [];
  if (run === undefined || last === undefined) return [];
  return [
    insufficient(
      'weights-drift',
      {
        facts: { lot: last.link.lot, handOvers: run.members.length, kg: run.kg.toDecimal(3) },
        entries: run.members.map(({ link }) => link.receipt.ref),
      },
      {
        code: 'reweigh',
        by: last.link.receipt.event.facility,
        what: `weigh lot ${last.link.lot} on a scale of neither side, and correct the masses that were wrong`,
      },
    ),
  ];
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

const orElse = (found: Found[], otherwise: () => Found[]) => (found.length > 0 ? found : otherwise());

/** What the sender's papers say is in the goods is what the sender says that it made or got. */
function papersFindings(known: Case, link: Link, { dispatch }: HandOver): Found[] {
  const held = known.lineage.materialAt(link.lot, dispatch.event.facility, dispatch.ref.index);
  const sent = dispatch.event.lots.find(({ lot }) => lot === link.lot);
  const differ = differingElements(known, held, sent);
  if (differ === undefined || differ.length === 0) return [];
  const said = saidOf(link);
  return [
    insufficient(
      'papers-differ',
      { ...said, facts: { ...said.facts, elements: differ } },
      {
        code: 'correct-papers',
        by: dispatch.event.facility,
        what: `correct the composition of lot ${link.lot} in the dispatch, or the assay that it was made by`,
      },
    ),
  ];
}

/** The element masses that both sides state agree within their uncertainties and the drift of moisture. */
function contentFindings(known: Case, link: Link, { dispatch }: HandOver): Found[] {
  const held = known.lineage.materialAt(link.lot, dispatch.event.facility, dispatch.ref.index);
  const came = link.receipt.event.lots.find(({ lot }) => lot === link.lot);
  const differ = differingElements(known, held, came);
  if (differ === undefined || differ.length === 0) return [];
  const said = saidOf(link);
  const likely = swappedAssays(known, link, { held, came });
  const umpire = umpireOn(link.lot);
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

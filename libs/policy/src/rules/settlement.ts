import {
  canBeWet,
  Rational,
  toShare,
  type Composition,
  type Element,
  type ElementMass,
  type Mass,
} from '@lodemark/domain';
import { certificatesOn } from '../assays.js';
import type { Case, Link } from '../case.js';
import { toldOf } from '../effective-events.js';
import { limitUnstated, orPassIfNone } from '../escalation.js';
import { insufficient, notApplicable, type Found } from '../found.js';
import { NOTHING } from '../measure.js';
import type { PolicyParameters } from '../policy-document.js';
import { remembered } from '../remembered.js';
import type { Rule } from '../rule.js';
import { saidOf, umpireOn } from './link-findings.js';

type Limits = NonNullable<PolicyParameters['assays']>;

/**
 * C42: seller and buyer each assayed what changed hands, and agree on the dry material within k times the combined
 * uncertainty, or an umpire's result is on record (domain.md 3.6, S19). One of them missing, or a difference without an
 * umpire: INSUFFICIENT. Who only keeps sealed goods on their way is no buyer.
 */
export const c42: Rule = (known) => {
  const limits = known.parameters.assays;
  if (limits === undefined) return limitUnstated('assays');
  const settled = known.links.filter((link) => isSettled(known, limits, link));
  if (settled.length === 0) return [notApplicable('no-hand-over')];
  const found = settled.flatMap((link) => settlementFindings(known, link));
  return orPassIfNone(found, 'assays-agree', { facts: { handOvers: settled.length } });
};

/** Lots that change hands on the assays of both sides. */
export function settledLots(known: Case, limits: Limits): readonly string[] {
  return [...new Set(known.links.filter((link) => isSettled(known, limits, link)).map(({ lot }) => lot))];
}

function isSettled(known: Case, { settled }: Limits, { lot, receipt, handOver }: Link): boolean {
  const form = handOver?.dispatch.event.lots.find((line) => line.lot === lot)?.form;
  if (form === undefined || !settled.includes(form)) return false;
  return lot === known.subject || usedLots(known).has(`${receipt.event.facility} ${lot}`);
}

/** Lots that a facility worked on, rather than kept for others on their way. */
const usedLots = remembered(
  (known: Case): ReadonlySet<string> =>
    new Set(known.processes.flatMap(({ facility, inputs }) => inputs.map(({ lot }) => `${facility} ${lot}`))),
);

interface Side {
  readonly composition: Composition;
  readonly mass: Mass;
}

function settlementFindings(known: Case, link: Link): Found[] {
  const said = saidOf(link);
  const [sent, came] = [sellersAssay(known, link), buyersAssay(known, link)];
  const missing = [
    ...(sent === undefined ? [{ side: 'seller', by: String(said.facts['from']) }] : []),
    ...(came === undefined ? [{ side: 'buyer', by: String(said.facts['to']) }] : []),
  ].map(({ side, by }) =>
    insufficient(
      'side-not-assayed',
      { ...said, facts: { ...said.facts, side, facility: by } },
      { code: 'assay', by, what: `assay lot ${link.lot} and record the certificate` },
    ),
  );
  if (sent === undefined || came === undefined) return missing;
  const elements = differing(known, { link, sent, came });
  if (elements.length === 0 || isDecided(known, link)) return [];
  return [
    insufficient(
      'assays-differ',
      { ...said, facts: { ...said.facts, elements } },
      {
        code: 'umpire',
        by: link.receipt.event.facility,
        what: umpireOn(link.lot),
      },
    ),
  ];
}

/** The last certificate for the dispatch, else what the seller says of the lot in its papers or when it was made. */
function sellersAssay(known: Case, { lot, handOver }: Link): Side | undefined {
  if (handOver === undefined) return undefined;
  const { event, ref } = handOver.dispatch;
  const line = event.lots.find((one) => one.lot === lot);
  if (line === undefined) return undefined;
  const held = known.lineage.materialAt(lot, event.facility, ref.index);
  const certificate = certificatesOn(known, lot)
    .filter(({ event: assay }) => assay.facility === event.facility && assay.purpose === 'dispatch')
    .at(-1);
  const composition = certificate?.event.composition ?? line.composition ?? held?.composition;
  return sideOf(composition, line.mass, certificate?.event.moisture ?? held?.mass.moisture);
}

/** The last certificate for the receipt, else what the buyer says in it. */
function buyersAssay(known: Case, { lot, receipt }: Link): Side | undefined {
  const { facility, lots } = receipt.event;
  const line = lots.find((one) => one.lot === lot);
  const certificate = certificatesOn(known, lot)
    .filter(({ event }) => event.facility === facility && event.purpose === 'receipt')
    .at(-1);
  return sideOf(certificate?.event.composition ?? line?.composition, line?.mass, certificate?.event.moisture);
}

function sideOf(
  composition: Composition | undefined,
  mass: Mass | undefined,
  moisture: Mass['moisture'],
): Side | undefined {
  if (composition === undefined || mass === undefined) return undefined;
  const wet = mass.moisture ?? moisture;
  return { composition, mass: wet === undefined ? mass : { ...mass, moisture: wet } };
}

interface Compared {
  readonly link: Link;
  readonly sent: Side;
  readonly came: Side;
}

function differing(known: Case, { link, sent, came }: Compared): Element[] {
  const form = known.lineage.formOf(link.lot);
  const wet = form !== undefined && canBeWet(form);
  return apart(known, sharesOf(known, sent, wet), sharesOf(known, came, wet));
}

/** Elements of which two assays on the same basis state shares that differ by more than both can be off. */
export function differingShares(known: Case, one: Composition, other: Composition): Element[] {
  const shares = (composition: Composition) => known.measure.contents(kilogramOf(composition)).contents;
  return apart(known, shares(one), shares(other));
}

type Shares = ReadonlyMap<Element, ElementMass>;

function apart(known: Case, from: Shares, to: Shares): Element[] {
  const k = Rational.parse(known.parameters.coverageFactor);
  return known.tracked.filter((element) => {
    const [a, b] = [from.get(element) ?? NOTHING, to.get(element) ?? NOTHING];
    if (Rational.max(a.kg, b.kg).lessThan(known.measure.trace)) return false;
    return a.kg.sub(b.kg).abs().exceeds(k, a.variance.add(b.variance));
  });
}

/** Kilograms of each element in a kilogram of dry material; the weighing has no part in it. */
function sharesOf(known: Case, { composition, mass }: Side, wet: boolean): Shares {
  const { contents } = known.measure.contents(kilogramOf(composition));
  if (!wet || composition.basis === 'dry' || mass.moisture === undefined) return contents;
  const dry = Rational.one.sub(toShare(mass.moisture));
  if (!dry.isPositive()) return contents;
  return new Map(
    [...contents].map(([element, { kg, variance }]) => [
      element,
      { kg: kg.div(dry), variance: variance.div(dry.square()) },
    ]),
  );
}

const kilograms = new WeakMap<Composition, ReturnType<typeof asKilogram>>();

function kilogramOf(composition: Composition): ReturnType<typeof asKilogram> {
  const before = kilograms.get(composition) ?? asKilogram(composition);
  kilograms.set(composition, before);
  return before;
}

/** Of no form that could be wet; weighed without any uncertainty. */
function asKilogram(composition: Composition) {
  const uncertainty = { value: '0', kind: 'absolute' as const, k: '1' };
  return {
    form: 'MIXED_OXIDE' as const,
    mass: { net: { value: '1', unit: 'kg' as const, uncertainty } },
    composition,
  };
}

/** An umpire's certificate on the lot, or a dispute about it that was settled with one; an umpire is neither's own. */
function isDecided(known: Case, { lot, receipt, handOver }: Link): boolean {
  const parties = [receipt, ...(handOver === undefined ? [] : [handOver.dispatch])].map(
    ({ event }) => known.facts.facility(event.facility, event.occurredAt)?.organization,
  );
  const isUmpire = (organization: string | undefined) =>
    organization !== undefined &&
    known.facts.organization(organization) !== undefined &&
    !parties.includes(organization);
  return (
    certificatesOn(known, lot).some(
      ({ event }) => event.purpose === 'umpire' && isUmpire(event.laboratory.organization),
    ) ||
    toldOf(known.lineage.namingLot(lot), 'Reconciled').some(({ event }) =>
      isUmpire(event.umpire?.organization),
    )
  );
}

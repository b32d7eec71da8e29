import {
  canBeWet,
  compositionDoubts,
  likelyUnitMistake,
  Rational,
  relativeVariance,
  SCALE_TOLERANCE,
  toKilograms,
  toShare,
  type Composition,
  type Form,
  type Mass,
} from '@lodemark/domain';
import type { Case, Link } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import type { EntryRef } from '../evidence.js';
import { orPassIfNone } from '../escalation.js';
import { insufficient, type Found } from '../found.js';
import { countingIn } from '../key-standing.js';
import type { Stated } from '../lineage.js';
import { remembered } from '../remembered.js';
import type { Rule } from '../rule.js';
import { percent } from '../shares.js';
import { saidOf } from './link-findings.js';

/**
 * C37: every assay says of what it is a share (basis, moisture, oxide form) and is possible for the form of the lot;
 * moisture is the same on both sides of a hand-over, and packages add up to their lot (domain.md 3.6, S21, S22, S30).
 * Factors come from the formulas of the published table alone. Missing or odd: INSUFFICIENT.
 */
export const c37: Rule = (known) => {
  const assays = known.lots.flatMap((lot) => assaysOf(known, lot));
  const found = [
    ...assays.flatMap((assay) => assayFindings(known, assay)),
    ...known.links.flatMap((link) => moistureFindings(known, link)),
    ...known.lots.flatMap((lot) => packageFindings(known, lot)),
  ];
  return orPassIfNone(found, 'bases-stated', { facts: { assays: assays.length } });
};

interface StatedAssay {
  readonly lot: string;
  readonly facility: string;
  readonly form: Form;
  /** Left out where the laboratory had a sample and nobody weighed the lot. */
  readonly weighed?: Omit<Stated, 'lot'>;
  readonly composition: Composition;
  readonly entries: readonly EntryRef[];
}

/** What the maker, the receivers and the laboratories of a lot say that it consists of. */
function assaysOf(known: Case, lot: string): StatedAssay[] {
  const { lineage } = known;
  const form = lineage.formOf(lot);
  const made = lineage.statedByMaker(lot);
  const producers = lineage
    .producersOf(lot)
    .map((producer) => (producer.kind === 'created' ? producer.told : producer.process.told));
  const byMaker = producers
    .slice(0, 1)
    .flatMap(({ event, ref }) => assayOf({ lot, facility: event.facility, entries: [ref] }, made));
  const byReceivers = toldOf(lineage.namingLot(lot), 'Received').flatMap(({ event, ref }) =>
    event.lots
      .filter((line) => line.lot === lot)
      .flatMap((line) => assayOf({ lot, facility: event.facility, entries: [ref] }, line)),
  );
  const byLaboratories = toldOf(lineage.namingLot(lot), 'Assayed').flatMap(({ event, ref }): StatedAssay[] =>
    form === undefined
      ? []
      : [{ lot, facility: event.facility, form, composition: event.composition, entries: [ref] }],
  );
  return [...byMaker, ...byReceivers, ...byLaboratories].filter(({ facility }) =>
    known.hadLot(facility, lot),
  );
}

/** Stated as it stands in the event: what was worked out of it is kept by the thing itself. */
function assayOf(
  of: Pick<StatedAssay, 'lot' | 'facility' | 'entries'>,
  stated: Omit<Stated, 'lot'> | undefined,
): StatedAssay[] {
  if (stated?.composition === undefined) return [];
  return [{ ...of, form: stated.form, weighed: stated, composition: stated.composition }];
}

const keptDoubts = remembered(
  (_composition: Composition) => new Map<Form, ReturnType<typeof compositionDoubts>>(),
);

function doubtsOf(form: Form, composition: Composition): ReturnType<typeof compositionDoubts> {
  const byForm = keptDoubts(composition);
  const doubts = byForm.get(form) ?? compositionDoubts({ form, composition });
  byForm.set(form, doubts);
  return doubts;
}

function assayFindings(
  known: Case,
  { lot, facility, form, weighed, composition, entries }: StatedAssay,
): Found[] {
  const gaps = weighed === undefined ? [] : known.measure.contents(weighed).gaps;
  const unusable = gaps.map((gap) =>
    insufficient(
      'assay-unusable',
      { facts: { lot, facility, gap }, entries },
      { code: 'correct-assay', by: facility, what: CURES[gap] ?? `correct the assay of lot ${lot} (${gap})` },
    ),
  );
  const doubts = doubtsOf(form, composition).filter(
    ({ code, pointer }) =>
      code !== 'unusual-oxide-form' || !isConfirmed(known, lot, substanceAt(composition, pointer)),
  );
  const doubtful = doubts.map(({ code, detail }) =>
    insufficient(
      'assay-doubtful',
      { facts: { lot, facility, doubt: code, detail }, entries },
      {
        code: 'correct-assay',
        by: facility,
        what: `correct the assay of lot ${lot}, or have the laboratory attest it under its own key: ${detail}`,
      },
    ),
  );
  return [...unusable, ...doubtful];
}

/** A laboratory that says so under its own key did weigh the form that the trade seldom does. */
function isConfirmed(known: Case, lot: string, substance: string | undefined): boolean {
  return toldOf(known.lineage.namingLot(lot), 'Assayed')
    .flatMap(({ entry }) => countingIn(entry, known.facts))
    .some(
      (attestation) =>
        attestation.type === 'Assay' &&
        attestation.lot === lot &&
        attestation.composition.analytes.some((analyte) => analyte.substance === substance),
    );
}

function substanceAt({ analytes }: Composition, pointer: string): string | undefined {
  return analytes.find((_, index) => pointer === `/composition/analytes/${String(index)}/substance`)
    ?.substance;
}

const CURES: Partial<Record<string, string>> = {
  'moisture-missing': 'measure the moisture: the assay is of dry material, and the lot was weighed wet',
  'treo-missing': 'give the total rare-earth oxides that the analytes are shares of',
};

/** Wet weight sold as dry shows when the receiver measures the moisture again. */
function moistureFindings(known: Case, link: Link): Found[] {
  const { lot, receipt, handOver } = link;
  if (handOver === undefined) return [];
  const { event, ref } = handOver.dispatch;
  const sent = event.lots.find((line) => line.lot === lot);
  const came = receipt.event.lots.find((line) => line.lot === lot);
  const before =
    sent?.mass.moisture ?? known.lineage.materialAt(lot, event.facility, ref.index)?.mass.moisture;
  const after = came?.mass.moisture;
  if (sent === undefined || before === undefined || after === undefined || !canBeWet(sent.form)) return [];
  const [from, to] = [toShare(before), toShare(after)];
  const prior = percent(known.parameters.moisturePercent).square();
  const variance = Rational.sum(
    [before, after].map((moisture) =>
      toShare(moisture)
        .square()
        .mul(relativeVariance(moisture) ?? prior),
    ),
  );
  const off = from.sub(to).abs().sub(percent(known.parameters.moistureDriftPercent));
  if (!off.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
  const said = saidOf(link);
  return [
    insufficient(
      'moisture-changed',
      {
        ...said,
        facts: {
          ...said.facts,
          sentMoisture: `${before.value} ${before.unit}`,
          receivedMoisture: `${after.value} ${after.unit}`,
        },
      },
      {
        code: 'measure-moisture',
        by: receipt.event.facility,
        what: `have the moisture of lot ${lot} measured again from the sealed splits of both sides`,
      },
    ),
  ];
}

/** Packages that were each weighed make up their lot; a unit mistake shows in the ratio. */
function packageFindings(known: Case, lot: string): Found[] {
  return known.lineage.namingLot(lot).flatMap((told): readonly Found[] => {
    const kept = keptPackages(told);
    const before = kept.get(lot) ?? packagesOff(told, lot);
    kept.set(lot, before);
    return before;
  });
}

/** What an event says of its packages is said once and for all. */
const keptPackages = remembered((_told: Told) => new Map<string, readonly Found[]>());

function packagesOff({ event, ref }: Told, lot: string): Found[] {
  const line = linesOf(event).find((candidate) => candidate.lot === lot);
  const weighed = line?.packages?.flatMap(({ net }) => (net === undefined ? [] : [toKilograms(net)])) ?? [];
  if (line === undefined || weighed.length === 0 || weighed.length < (line.packages?.length ?? 0)) return [];
  const [whole, parts] = [toKilograms(line.mass.net), Rational.sum(weighed)];
  if (parts.sub(whole).abs().compare(whole.mul(SCALE_TOLERANCE)) <= 0) return [];
  const likely = likelyUnitMistake(parts, whole);
  return [
    insufficient(
      'packages-off-lot',
      {
        facts: {
          lot,
          facility: event.facility,
          lotKg: whole.toDecimal(3),
          packagesKg: parts.toDecimal(3),
          ...(likely === undefined ? {} : { likely }),
        },
        entries: [ref],
      },
      {
        code: 'correct',
        by: event.facility,
        what: `correct the masses of lot ${lot} or of its packages${likely === undefined ? '' : `: ${likely}`}`,
      },
    ),
  ];
}

interface Line {
  readonly lot: string;
  readonly mass: Mass;
  readonly packages?: readonly { readonly net?: Mass['net'] }[] | undefined;
}

function linesOf(event: ReturnType<Case['lineage']['namingLot']>[number]['event']): readonly Line[] {
  switch (event.type) {
    case 'LotCreated':
    case 'Repacked':
      return [event];
    case 'Transformed':
      return event.outputs;
    case 'Split':
      return event.children;
    case 'Merged':
      return [event.child];
    case 'Dispatched':
      return event.lots;
    case 'Received':
      // What was refused is not in the mass that came.
      return event.lots.map(({ packages, ...line }) => ({
        ...line,
        packages: packages?.filter(({ decision }) => decision === 'accepted'),
      }));
    default:
      return [];
  }
}

import { epochMilliseconds, INQUIRY_STAGES, utcDate, type DisclosureStage } from '@lodemark/domain';
import type { Case } from '../case.js';
import { toldOf, type Told } from '../effective-events.js';
import { limitUnstated } from '../escalation.js';
import { insufficient, note, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';
import { disclosureStages, isHidden, stagesBehind } from '../tables.js';
import type { StageCell } from '../verdict.js';
import { compositionUnknown, holder, noRareEarth, unknownSubject } from './graph.js';

const DAY_MS = 86_400_000;

type CellGrade = 'proven' | 'attested' | 'unknown-after-inquiry';

/**
 * C18: the four-stage table of FY2023 NDAA s.857(a) is complete: each cell that the lot has behind it has its countries,
 * proven or attested, or is unknown after an inquiry with a tracking plan. It is a disclosure and no ban: a covered
 * country is noted. A cell that is empty, or perhaps not whole, without inquiry and plan: INSUFFICIENT.
 */
export const c18: Rule = (known) => {
  const days = known.parameters.trackingPlanDays;
  if (days === undefined) return limitUnstated('trackingPlanDays');
  const stages = disclosureStages(known);
  const cells = INQUIRY_STAGES.flatMap((stage) =>
    stages[stage]
      .filter(({ element }) => isWanted(known, element, stage))
      .map((cell) => ({ stage, cell, grade: cellGrade(known, { stage, cell, days }) })),
  );
  if (cells.length === 0) return [unknownElements(known)];
  const against = cells.flatMap(({ stage, cell, grade }) =>
    grade === undefined ? [emptyCell(known, stage, cell)] : [],
  );
  const graded = (wanted: CellGrade) => cells.filter(({ grade }) => grade === wanted).length;
  return [
    ...orPass(against, 'disclosure-complete', {
      facts: {
        proven: graded('proven'),
        attested: graded('attested'),
        unknown: graded('unknown-after-inquiry'),
      },
    }),
    ...coveredNotes(known, stages),
  ];
};

/** A table without a row has no empty cell, and discloses nothing. */
function unknownElements(known: Case): Found {
  if (known.material === undefined) return unknownSubject(known);
  return known.measure.present(known.material) === undefined ? compositionUnknown(known) : noRareEarth(known);
}

function isWanted(known: Case, element: string, stage: DisclosureStage): boolean {
  const tracked = known.tracked.find((one) => one === element);
  return tracked !== undefined && stagesBehind(known.material?.form, tracked).has(stage);
}

interface AskedCell {
  readonly stage: DisclosureStage;
  readonly cell: StageCell;
  readonly days: number;
}

function cellGrade(known: Case, { stage, cell, days }: AskedCell): CellGrade | undefined {
  if (cell.proven) return 'proven';
  const trace = [...known.wholeTraces.values()].find(({ element }) => element === cell.element);
  if (cell.countries.length > 0 && trace !== undefined && !isHidden(known, trace, stage)) return 'attested';
  const asked = toldOf(known.lineage.namingLot(known.subject), 'OriginInquired').some((told) =>
    covers(known, told, { stage, cell, days }),
  );
  return asked ? 'unknown-after-inquiry' : undefined;
}

/** An inquiry counts with its tracking plan, which the law gives so many days, until that day. */
function covers(
  known: Case,
  { event, entry }: Told<'OriginInquired'>,
  { stage, cell, days }: AskedCell,
): boolean {
  const { stages, elements, askedOn, trackingPlan } = event;
  if (!known.concerns(entry) || trackingPlan === undefined || !stages.includes(stage)) return false;
  if (elements !== undefined && !elements.includes(cell.element)) return false;
  const latest = epochMilliseconds(`${askedOn}T00:00:00Z`) + days * DAY_MS;
  const { readyBy } = trackingPlan;
  // A plan is for what is not there yet: once its day is over, the system tells, or it is late.
  const ahead = askedOn <= readyBy && utcDate(known.evidence.horizon.at) <= readyBy;
  return ahead && epochMilliseconds(`${readyBy}T00:00:00Z`) <= latest;
}

function emptyCell(known: Case, stage: DisclosureStage, { element, countries }: StageCell): Found {
  return insufficient(
    'disclosure-cell-empty',
    { facts: { lot: known.subject, element, stage, countries: [...countries] } },
    {
      code: 'inquire-origin',
      by: holder(known),
      what: `find out where ${element} passed the stage ${stage}, or record the inquiry and a tracking plan`,
    },
  );
}

function coveredNotes(known: Case, stages: ReturnType<typeof disclosureStages>): Found[] {
  const date = utcDate(known.evidence.horizon.at);
  return INQUIRY_STAGES.flatMap((stage) =>
    stages[stage].flatMap(({ element, countries }) =>
      countries
        .filter((country) => known.covered(country, date))
        .map((country) => note('covered-country-disclosed', { facts: { element, stage, country } })),
    ),
  );
}

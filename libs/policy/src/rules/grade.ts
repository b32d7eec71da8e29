import { Rational, toKilograms } from '@lodemark/domain';
import type { Case } from '../case.js';
import { insufficient, type Found } from '../found.js';
import type { Process, ProcessOutput } from '../lineage.js';
import { NOTHING } from '../measure.js';
import type { PolicyParameters } from '../policy-document.js';
import { inPercent, percent } from '../shares.js';

/** A product of a melt or a later step. */
export interface Made {
  readonly process: Process;
  readonly output: ProcessOutput;
}

/** What the trade calls a magnet, N42SH or 42SH: the letters at the end promise a coercivity, and so heavy rare earths. */
const GRADE = /^[A-Z]?\d{2}([A-Z]{0,2})$/;

/** A lot that is sold under a grade holds as much of the heavy rare earths as magnets of the grade do (3.3). */
export function gradeFindings(
  known: Case,
  { grades, heavy }: NonNullable<PolicyParameters['charge']>,
  { process, output: { lot } }: Made,
): Found[] {
  const grade = gradeOf(process, lot);
  const letters = GRADE.exec(grade ?? '')?.[1];
  const range = grades.find((row) => row.letters === letters);
  const stated = known.lineage.madeAs(lot);
  if (grade === undefined || range === undefined || stated === undefined) return [];
  const { contents, gaps } = known.measure.contents(stated);
  if (gaps.length > 0) return [];
  const net = toKilograms(stated.mass.net);
  const masses = heavy.map((element) => contents.get(element) ?? NOTHING);
  const share = Rational.sum(masses.map(({ kg }) => kg)).div(net);
  const variance = Rational.sum(masses.map((mass) => mass.variance)).div(net.square());
  const off = Rational.max(percent(range.minPercent).sub(share), share.sub(percent(range.maxPercent)));
  if (!off.exceeds(Rational.parse(known.parameters.coverageFactor), variance)) return [];
  const { facility } = process;
  return [
    insufficient(
      'grade-off-composition',
      {
        facts: {
          facility,
          lot,
          grade,
          elements: heavy,
          heavyPercent: inPercent(share),
          minPercent: range.minPercent,
          maxPercent: range.maxPercent,
        },
        entries: [process.told.ref],
      },
      { code: 'analyse-again', by: facility, what: `have lot ${lot} analysed again, or correct its grade` },
    ),
  ];
}

function gradeOf({ told: { event } }: Process, lot: string): string | undefined {
  return event.type === 'Transformed' ? event.outputs.find((output) => output.lot === lot)?.grade : undefined;
}

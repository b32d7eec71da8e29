import { Rational } from './rational.js';

/** From this share of the material up, an uncertified assay is taken to have this relative standard deviation. */
export interface HorwitzRow {
  readonly fromShare: string;
  readonly rsdPercent: string;
}

// Share from which a row holds, and the curve there in percent, rounded up; below 1 ppb the last row.
// prettier-ignore
const CURVE: readonly (readonly [fromShare: string, rsdPercent: string])[] = [
  ['1', '2.00'], ['0.7', '2.12'], ['0.5', '2.22'], ['0.3', '2.40'], ['0.2', '2.55'], ['0.15', '2.67'],
  ['0.1', '2.83'], ['0.07', '2.99'], ['0.05', '3.14'], ['0.03', '3.40'], ['0.02', '3.61'], ['0.015', '3.77'],
  ['0.01', '4.00'], ['0.007', '4.23'], ['0.005', '4.44'], ['0.003', '4.80'], ['0.002', '5.10'],
  ['0.0015', '5.33'], ['0.001', '5.66'], ['0.0007', '5.97'], ['0.0005', '6.28'], ['0.0003', '6.79'],
  ['0.0002', '7.21'], ['0.00015', '7.53'], ['0.0001', '8.00'], ['0.00007', '8.45'], ['0.00005', '8.88'],
  ['0.00003', '9.59'], ['0.00002', '10.20'], ['0.000015', '10.65'], ['0.00001', '11.32'],
  ['0.000007', '11.94'], ['0.000005', '12.56'], ['0.000003', '13.57'], ['0.000002', '14.42'],
  ['0.0000015', '15.06'], ['0.000001', '16.00'], ['0.0000005', '17.76'], ['0.0000003', '19.18'],
  ['0.0000002', '20.39'], ['0.0000001', '22.63'], ['0.00000003', '27.13'], ['0.00000001', '32.00'],
  ['0.000000001', '45.26'], ['0', '64.00'],
];

/**
 * The Horwitz curve RSD = 2^(1 - 0.5 log10 C) in percent, C as a share (domain.md 3.6), as a step table. Each row
 * holds the curve's value at its lower end, rounded up, which is the largest in the row: between the rows the
 * uncertainty is overstated by at most a tenth down to 1 ppm, never understated. Decimal strings, because no floating point may
 * decide a verdict.
 */
export const HORWITZ_TABLE: readonly HorwitzRow[] = CURVE.map(([fromShare, rsdPercent]) => ({
  fromShare,
  rsdPercent,
}));

interface ParsedRow {
  readonly from: Rational;
  readonly variance: Rational;
}

// A policy's table is read once, not once per analyte.
const PARSED = new WeakMap<readonly HorwitzRow[], readonly ParsedRow[]>();

function parsed(table: readonly HorwitzRow[]): readonly ParsedRow[] {
  const known = PARSED.get(table);
  if (known !== undefined) return known;
  const rows = table.map(({ fromShare, rsdPercent }) => ({
    from: Rational.parse(fromShare),
    variance: Rational.parse(rsdPercent).div(Rational.parse('100')).square(),
  }));
  PARSED.set(table, rows);
  return rows;
}

/** The relative variance (squared, 1 sigma) that the table gives a share. */
export function horwitzVariance(share: Rational, table: readonly HorwitzRow[]): Rational {
  const row = parsed(table).find(({ from }) => share.compare(from) >= 0);
  if (row === undefined) throw new RangeError('the table has no row for this share: it must end at 0');
  return row.variance;
}

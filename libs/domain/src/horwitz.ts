import { Rational } from './rational.js';

/** From this share of the material up, an uncertified assay is taken to have this relative standard deviation. */
export interface HorwitzRow {
  readonly fromShare: string;
  readonly rsdPercent: string;
}

/**
 * The Horwitz curve RSD = 2^(1 - 0.5 log10 C) in percent, C as a share (domain.md 3.6), as a step table. Each row
 * holds the curve's value at its lower end, rounded up, which is the largest in the row: between the rows the
 * uncertainty is overstated, never understated. Decimal strings, because no floating point may decide a verdict.
 */
export const HORWITZ_TABLE: readonly HorwitzRow[] = [
  { fromShare: '0.6', rsdPercent: '2.16' },
  { fromShare: '0.3', rsdPercent: '2.40' },
  { fromShare: '0.1', rsdPercent: '2.83' },
  { fromShare: '0.03', rsdPercent: '3.40' },
  { fromShare: '0.01', rsdPercent: '4.00' },
  { fromShare: '0.003', rsdPercent: '4.80' },
  { fromShare: '0.001', rsdPercent: '5.66' },
  { fromShare: '0.0001', rsdPercent: '8.00' },
  { fromShare: '0.00001', rsdPercent: '11.32' },
  { fromShare: '0.000001', rsdPercent: '16.00' },
  { fromShare: '0', rsdPercent: '32.00' },
];

/** The relative variance (squared, 1 sigma) that the table gives a share. */
export function horwitzVariance(share: Rational, table: readonly HorwitzRow[]): Rational {
  const row = table.find(({ fromShare }) => share.compare(Rational.parse(fromShare)) >= 0);
  if (row === undefined) throw new RangeError('the table has no row for this share: it must end at 0');
  return Rational.parse(row.rsdPercent).div(Rational.parse('100')).square();
}

import type { Row } from './rows.js';

/**
 * The lots that rows of earlier parts of a file name. A check records nothing, so a later part is judged as if the
 * earlier ones had not been: of a row that names one of their lots, it cannot say what will become of it.
 */
export class EarlierParts {
  private readonly firstLines = new Map<string, number>();

  /** The first line of an earlier part that names a lot of this row, if one does. */
  lineFor({ lots }: Row): number | undefined {
    const lines = lots.flatMap((lot) => this.firstLines.get(lot) ?? []);
    return lines.length === 0 ? undefined : Math.min(...lines);
  }

  add(rows: readonly Row[]): void {
    for (const { line, lots } of rows)
      for (const lot of lots) if (!this.firstLines.has(lot)) this.firstLines.set(lot, line);
  }
}

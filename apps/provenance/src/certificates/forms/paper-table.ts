import { COLOURS, type Paper } from './paper.js';

export interface PaperTable {
  /** None: names and values. */
  readonly columns?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Percent of the width for each column. */
  readonly shares: readonly number[];
  /** First column that holds numbers. */
  readonly numbersFrom?: number;
}

const SIZE = 8.5;
const PADDING = 2.5;
/** Between columns. */
const GUTTER = 8;

interface Cell {
  readonly text: string;
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly font: 'regular' | 'bold';
  readonly tag: 'TH' | 'TD';
  readonly scope?: 'Row' | 'Column';
}

/** A table whose first row and column name the others; its head is shown again on every page that it goes on to. */
export function drawTable(paper: Paper, table: PaperTable): void {
  const { columns, rows } = table;
  const structure = paper.doc.struct('Table');
  paper.here.add(structure);
  paper.doc.y += 3;
  const head = columns && columns.map((text, column) => cell(paper, table, { text, column, isHead: true }));
  const draw = (cells: readonly Cell[]) => {
    const height = heightOf(paper, cells);
    if (!paper.fits(height)) {
      paper.doc.addPage();
      // For the eye: who has it read aloud hears the first one with every cell.
      if (head !== undefined) paper.artifact(() => drawRow(paper, head, heightOf(paper, head)));
    }
    const row = paper.doc.struct('TR');
    structure.add(row);
    const y = paper.doc.y;
    for (const one of cells) {
      // `scope` is newer than the types of pdfkit.
      const options: object = one.scope === undefined ? {} : { scope: one.scope };
      row.add(paper.doc.struct(one.tag, options, () => drawCell(paper, one, y)));
    }
    row.end();
    paper.artifact(() => drawLine(paper, y + height));
    paper.doc.y = y + height;
  };
  if (head !== undefined) draw(head);
  for (const row of rows)
    draw(row.map((text, column) => cell(paper, table, { text, column, isHead: false })));
  structure.end();
  paper.doc.x = paper.left;
}

function cell(
  paper: Paper,
  { shares, numbersFrom = Infinity }: PaperTable,
  { text, column, isHead }: { readonly text: string; readonly column: number; readonly isHead: boolean },
): Cell {
  const share = shares[column] ?? 0;
  const before = shares.slice(0, column).reduce((sum, one) => sum + one, 0);
  const names = isHead || column === 0;
  return {
    text,
    x: paper.left + (before * paper.width) / 100,
    width: (share * paper.width) / 100 - (column === shares.length - 1 ? 0 : GUTTER),
    align: column >= numbersFrom ? 'right' : 'left',
    font: names ? 'bold' : 'regular',
    ...(names
      ? { tag: 'TH' as const, scope: isHead ? ('Column' as const) : ('Row' as const) }
      : { tag: 'TD' }),
  };
}

function heightOf({ doc }: Paper, cells: readonly Cell[]): number {
  const heights = cells.map(({ text, font, width }) => {
    doc.font(font).fontSize(SIZE);
    return doc.heightOfString(text, { width });
  });
  return Math.max(...heights) + 2 * PADDING;
}

function drawRow(paper: Paper, cells: readonly Cell[], height: number): void {
  const y = paper.doc.y;
  for (const one of cells) drawCell(paper, one, y);
  drawLine(paper, y + height);
  paper.doc.y = y + height;
}

function drawCell({ doc }: Paper, { text, x, width, align, font }: Cell, y: number): void {
  doc
    .font(font)
    .fontSize(SIZE)
    .fillColor(COLOURS.ink)
    .text(text, x, y + PADDING, { width, align });
}

function drawLine({ doc, left, width }: Paper, y: number): void {
  doc
    .moveTo(left, y)
    .lineTo(left + width, y)
    .lineWidth(0.5)
    .strokeColor(COLOURS.line)
    .stroke();
}

const COLOURS = { green: 32, red: 31, yellow: 33, dim: 2, bold: 1 } as const;
export type Colour = keyof typeof COLOURS;

/** Colours text, or leaves it. */
export type Paint = (colour: Colour, text: string) => string;

/** Colour only for a terminal that wants it (https://no-color.org). */
export function paintFor(wanted: boolean): Paint {
  if (!wanted) return (_colour, text) => text;
  return (colour, text) => `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;
}

// C0 and C1 controls and marks that reorder text: what others wrote must not drive the reader's terminal.
// eslint-disable-next-line no-control-regex -- controls are what this is about
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text of others with everything visible that a terminal would obey. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Rows in columns, the first row as heading; two spaces between columns, none at line ends. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => visible(cell).replaceAll(/[\t\n]/g, ' ')));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? ''))),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}

/** Characters, near enough to columns for the words that stand in a table. */
function widthOf(text: string): number {
  return Array.from(text).length;
}

/** `1 row`, `2 rows`, `1,500 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A decimal string without the zeros at its end that say nothing to a reader. */
export function shortDecimal(decimal: string): string {
  return /^\d+\.\d+$/.test(decimal) ? decimal.replace(/\.?0+$/, '') : decimal;
}

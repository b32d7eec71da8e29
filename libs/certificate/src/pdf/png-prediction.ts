import { PdfProblem, type PdfDict } from './pdf-syntax.js';

/** Undoes what makes a table of numbers smaller when it is packed (ISO 32000-1, section 7.4.4.4; PNG, section 9). */
export function unpredicted(bytes: Uint8Array, parameters: PdfDict): Uint8Array {
  const predictor = numberOr(1, parameters.get('Predictor'));
  if (predictor === 1) return bytes;
  const [columns, colours, bits] = ['Columns', 'Colors', 'BitsPerComponent'].map((name) =>
    parameters.get(name),
  );
  const width = numberOr(1, columns);
  if (predictor < 10 || numberOr(1, colours) !== 1 || numberOr(8, bits) !== 8 || width < 1 || width > 65_536)
    throw new PdfProblem('a stream of it is packed in a way that is not read here');
  const rows = Math.floor(bytes.length / (width + 1));
  const out = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const kind = bytes[row * (width + 1)] ?? 0;
    for (let column = 0; column < width; column += 1) {
      const at = row * width + column;
      const left = column === 0 ? 0 : (out[at - 1] ?? 0);
      const above = row === 0 ? 0 : (out[at - width] ?? 0);
      const corner = row === 0 || column === 0 ? 0 : (out[at - width - 1] ?? 0);
      const raw = bytes[row * (width + 1) + 1 + column] ?? 0;
      out[at] = raw + predicted(kind, { left, above, corner });
    }
  }
  return out;
}

interface Neighbours {
  readonly left: number;
  readonly above: number;
  readonly corner: number;
}

function predicted(kind: number, { left, above, corner }: Neighbours): number {
  switch (kind) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return Math.floor((left + above) / 2);
    case 4: {
      const estimate = left + above - corner;
      const [toLeft, toAbove, toCorner] = [left, above, corner].map((one) => Math.abs(estimate - one));
      if ((toLeft ?? 0) <= (toAbove ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) return left;
      return (toAbove ?? 0) <= (toCorner ?? 0) ? above : corner;
    }
    default:
      throw new PdfProblem('a stream of it is damaged');
  }
}

function numberOr(missing: number, value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : missing;
}

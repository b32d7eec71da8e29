import { buffer } from 'node:stream/consumers';
import { BUNDLE_MEDIA_TYPE, PDF_ATTACHMENTS, VC_JWT_MEDIA_TYPE, type SheetPart } from '@lodemark/certificate';
import { holds, statusNotice, type CertificateForm } from './certificate-form.js';
import { UNKNOWN_LETTER } from './letters.js';
import { qrModules } from './qr-code.js';
import { COLOURS, openPaper, type Paper } from './paper.js';
import { drawTable } from './paper-table.js';

/**
 * The certificate on paper: tagged, so that it can be read aloud, and PDF/A-3, so that it can be kept. It carries the
 * signed certificate, and the bundle where one is given. The same certificate has the same bytes.
 */
export async function certificatePdf(given: CertificateForm, bundle?: Uint8Array): Promise<Buffer> {
  const paper = openPaper({ title: given.sheet.title, date: given.issuedAt });
  const form = drawable(paper, given);
  drawHead(paper, form);
  for (const part of form.sheet.parts) drawPart(paper, part);
  drawCheck(paper, form, bundle !== undefined);
  attach(paper, form, bundle);
  paper.footers((page, pages) => `Certificate ${form.id} · page ${String(page)} of ${String(pages)}`);
  const bytes = buffer(paper.doc);
  paper.doc.end();
  return bytes;
}

/** In letters that the fonts have. */
function drawable({ letters }: Paper, { sheet, status, ...form }: CertificateForm): CertificateForm {
  const read = (_name: string, value: unknown): unknown =>
    typeof value === 'string' ? letters.drawable(value) : value;
  const texts = JSON.parse(JSON.stringify({ sheet, status }), read) as Pick<
    CertificateForm,
    'sheet' | 'status'
  >;
  return { ...form, ...texts };
}

const QR_SIZE = 104;

function drawHead(paper: Paper, form: CertificateForm): void {
  const { doc } = paper;
  const { top } = paper;
  const width = paper.width - QR_SIZE - 16;
  drawQr(paper, form.link, { x: paper.left + paper.width - QR_SIZE, y: top });
  paper.text('H1', form.sheet.title, { size: 18, bold: true, width });
  paper.text('P', form.outcome.replaceAll('_', ' '), {
    ...{ size: 15, bold: true, width, gap: 4 },
    colour: holds(form) ? COLOURS.pass : COLOURS.no,
  });
  paper.text('P', form.sheet.sentence, { size: 12, width, gap: 2 });
  const notice = statusNotice(form.status);
  if (notice !== undefined)
    paper.text('P', notice, { size: 12, bold: true, width, gap: 6, colour: COLOURS.no });
  doc.y = Math.max(doc.y, top + QR_SIZE + 6);
}

function drawQr(paper: Paper, link: string, { x, y }: { readonly x: number; readonly y: number }): void {
  const modules = qrModules(link);
  const size = QR_SIZE / modules.length;
  paper.figure('QR code: the address of this certificate and its SHA-256', { x, y, size: QR_SIZE }, (doc) => {
    modules.forEach((row, at) => {
      row.forEach((isDark, column) => {
        if (isDark) doc.rect(x + column * size, y + at * size, size, size);
      });
    });
    doc.fill('black');
  });
}

function drawPart(paper: Paper, part: SheetPart): void {
  paper.heading(part.heading);
  switch (part.kind) {
    case 'facts':
      drawTable(paper, { rows: part.rows, shares: [26, 74] });
      return;
    case 'list':
      paper.list(part.items);
      return;
    case 'table':
      paper.text('P', part.note, { size: 9, gap: 0 });
      drawTable(paper, { columns: part.columns, rows: part.rows, ...LAYOUT[part.of] });
  }
}

/** Percent of the width for each column, and the first one that holds numbers. */
const LAYOUT = {
  stages: { shares: [10, 16, 18, 20, 20, 16], numbersFrom: 5 },
  parties: { shares: [34, 9, 25, 32] },
  checks: { shares: [9, 13, 36, 42] },
  balance: { shares: [10, 15, 15, 15, 15, 15, 15], numbersFrom: 1 },
} as const;

function drawCheck(paper: Paper, { link, digest, sheet }: CertificateForm, isWhole: boolean): void {
  const lacks = JSON.stringify(sheet).includes(UNKNOWN_LETTER);
  paper.heading('How to check it');
  const carries = isWhole
    ? 'This file carries the bundle with everything that the verdict rests on.'
    : 'This file carries the signed certificate, and no evidence: ask for its bundle.';
  paper.list([
    `${carries} Give it, with your own trust file, to lodemark verify or to the verifier page; neither needs a network.`,
    `The QR code holds ${link.slice(0, link.indexOf('#'))}`,
    `SHA-256 of the signed certificate: ${digest}`,
    ...(lacks
      ? [`${UNKNOWN_LETTER} stands for a letter that the font of this file lacks: the certificate has it.`]
      : []),
  ]);
}

function attach({ doc }: Paper, form: CertificateForm, bundle: Uint8Array | undefined): void {
  const dates = { creationDate: form.issuedAt, modifiedDate: form.issuedAt };
  doc.file(Buffer.from(form.jwt, 'utf8'), {
    ...{ name: PDF_ATTACHMENTS.certificate, type: VC_JWT_MEDIA_TYPE, relationship: 'Source' },
    description: 'The certificate as it was signed',
    ...dates,
  });
  if (bundle === undefined) return;
  doc.file(Buffer.from(bundle), {
    ...{ name: PDF_ATTACHMENTS.bundle, type: BUNDLE_MEDIA_TYPE, relationship: 'Data' },
    description: 'Everything that the verdict rests on; lodemark verify reads it',
    ...dates,
  });
}

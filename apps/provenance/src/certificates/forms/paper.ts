import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { ACCESSIBLE } from './accessible.js';
import { Letters } from './letters.js';

type Doc = PDFKit.PDFDocument;
type Struct = PDFKit.PDFStructureElement;

/** Dark enough on white for WCAG's 4.5 to 1. */
export const COLOURS = { ink: '#1b1f24', quiet: '#4b5563', line: '#c3c8d0', pass: '#166534', no: '#991b1b' };

const MARGIN = { top: 60, bottom: 56, left: 48, right: 48 };

interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly width?: number;
  /** Points before it. */
  readonly gap?: number;
  readonly colour?: string;
}

/** A tagged document in A4 that text and figures are put on from top to bottom. */
export class Paper {
  private section: Struct;

  constructor(
    readonly doc: Doc,
    private readonly root: Struct,
    readonly letters: Letters,
  ) {
    this.section = this.newSection();
  }

  get left(): number {
    return MARGIN.left;
  }

  get top(): number {
    return MARGIN.top;
  }

  get width(): number {
    return this.doc.page.width - MARGIN.left - MARGIN.right;
  }

  /** Where the next element of the structure goes. */
  get here(): Struct {
    return this.section;
  }

  fits(height: number): boolean {
    return this.doc.y + height <= this.doc.page.height - MARGIN.bottom;
  }

  /** Begins a section; not where little more than its heading would stand above the end of the page. */
  heading(text: string): void {
    if (!this.fits(130)) this.doc.addPage();
    this.section = this.newSection();
    this.text('H2', text, { size: 13, bold: true, gap: 12 });
    this.doc.moveDown(0.3);
  }

  text(tag: 'H1' | 'H2' | 'P', text: string, style: TextStyle): void {
    this.section.add(this.doc.struct(tag, {}, () => this.write(text, style)));
  }

  list(items: readonly string[]): void {
    const list = this.doc.struct('L');
    this.section.add(list);
    for (const text of items) {
      const item = this.doc.struct('LI');
      list.add(item);
      item.add(
        this.doc.struct('Lbl', {}, () => {
          this.write('•', { size: 9, gap: 2 });
          this.doc.moveUp();
        }),
      );
      item.add(
        this.doc.struct('LBody', {}, () => {
          this.doc.x = MARGIN.left + 12;
          this.write(text, { size: 9, width: this.width - 12, gap: -2 }, MARGIN.left + 12);
        }),
      );
      item.end();
    }
    list.end();
  }

  figure(
    alt: string,
    { x, y, size }: { readonly x: number; readonly y: number; readonly size: number },
    draw: (doc: Doc) => void,
  ): void {
    const options = { alt, bbox: [x, y, x + size, y + size] };
    this.section.add(this.doc.struct('Figure', options, () => draw(this.doc)));
  }

  /** On every page, for the eye alone. */
  footers(textOf: (page: number, pages: number) => string): void {
    const { start, count } = this.doc.bufferedPageRange();
    for (let page = start; page < start + count; page += 1) {
      this.doc.switchToPage(page);
      // Below the margin a line would begin another page.
      this.doc.page.margins.bottom = 0;
      this.artifact(() => {
        const y = this.doc.page.height - MARGIN.bottom + 20;
        this.doc.font('regular').fontSize(8).fillColor(COLOURS.quiet);
        this.doc.text(textOf(page + 1, count), MARGIN.left, y, { width: this.width, align: 'center' });
      });
    }
  }

  artifact(draw: () => void): void {
    this.doc.markContent('Artifact', { type: 'Pagination' });
    draw();
    this.doc.endMarkedContent();
  }

  private write(text: string, style: TextStyle, x = MARGIN.left): void {
    const { size, bold = false, width = this.width, gap = 3, colour = COLOURS.ink } = style;
    this.doc
      .font(bold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(colour)
      .text(text, x, this.doc.y + gap, { width });
  }

  private newSection(): Struct {
    const section = this.doc.struct('Sect');
    this.root.add(section);
    return section;
  }
}

const require = createRequire(import.meta.url);

/** Latin, Cyrillic with the letters of Kazakh, Greek. */
const FONTS = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
};

export function openPaper({ title, date }: { readonly title: string; readonly date: Date }): Paper {
  const doc = new PDFDocument({
    ...{ size: 'A4', margins: MARGIN, bufferPages: true, pdfVersion: '1.7' },
    ...{ lang: 'en', tagged: true, displayTitle: true, subset: 'PDF/A-3a' },
    // Given and not the clock's: the same certificate has the same bytes.
    info: { Title: title, Author: 'Lodemark', Creator: 'Lodemark', CreationDate: date, ModDate: date },
    // None at first: one that is opened by its path is opened again whenever it is asked for by its name.
    font: '',
  });
  doc.appendXML(ACCESSIBLE);
  doc.registerFont('regular', FONTS.regular);
  doc.registerFont('bold', FONTS.bold);
  const root = doc.struct('Document');
  doc.addStructure(root);
  return new Paper(doc, root, new Letters(doc, Object.keys(FONTS)));
}

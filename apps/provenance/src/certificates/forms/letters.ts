/** Stands for a letter that there is no sign for; the fonts have it. */
export const UNKNOWN_LETTER = '\u{fffd}';

/** Pdfkit's open font, as far as it is asked here; the types leave it out. */
interface OpenFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

/** Which letters can be drawn in every one of the fonts, which are registered by these names. */
export class Letters {
  private readonly fonts: readonly OpenFont[];

  constructor(doc: PDFKit.PDFDocument, fonts: readonly string[]) {
    this.fonts = fonts.map((name) => {
      const { _font: font } = doc.font(name) as unknown as { readonly _font: { readonly font: OpenFont } };
      return font.font;
    });
  }

  /**
   * The text with a sign in the place of every letter that would be drawn as nothing that can be read aloud or copied,
   * which neither PDF/A nor PDF/UA takes.
   */
  drawable(text: string): string {
    return Array.from(text, (letter) => (this.has(letter) ? letter : UNKNOWN_LETTER)).join('');
  }

  private has(letter: string): boolean {
    const codePoint = letter.codePointAt(0) ?? 0;
    return letter === '\n' || this.fonts.every((font) => font.hasGlyphForCodePoint(codePoint));
  }
}

import { createHash } from 'node:crypto';
import type { CertificateForm } from './certificate-form.js';
import { certificatePdf } from './certificate-pdf.js';

/** Of PDFs that are kept; one has some 80 kB. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * PDFs without a bundle, each drawn once: drawing one takes 60 to 150 ms, in which the process answers nobody, and whoever
 * holds a certificate's link may ask as often as he likes. Kept under everything that is drawn, the status included, so
 * that none is ever out of date; those that nobody asked for the longest go first. One with its bundle is not kept: a
 * bundle is another one whenever the root log has grown, and is for those alone who may see it.
 */
export class KeptPapers {
  /** In the order in which they were last asked for. */
  private readonly kept = new Map<string, Buffer>();
  private readonly underWay = new Map<string, Promise<Buffer>>();
  private bytes = 0;

  constructor(
    private readonly mostBytes = MOST_BYTES,
    private readonly draw: (form: CertificateForm) => Promise<Buffer> = certificatePdf,
  ) {}

  async of(form: CertificateForm): Promise<Buffer> {
    const key = createHash('sha256').update(JSON.stringify(form)).digest('base64');
    const kept = this.kept.get(key);
    if (kept === undefined) return this.underWay.get(key) ?? this.drawn(key, form);
    this.kept.delete(key);
    this.kept.set(key, kept);
    return kept;
  }

  private async drawn(key: string, form: CertificateForm): Promise<Buffer> {
    const drawing = this.draw(form);
    this.underWay.set(key, drawing);
    try {
      const paper = await drawing;
      this.keep(key, paper);
      return paper;
    } finally {
      this.underWay.delete(key);
    }
  }

  private keep(key: string, paper: Buffer): void {
    this.kept.set(key, paper);
    this.bytes += paper.length;
    for (const [oldest, { length }] of this.kept) {
      if (this.bytes <= this.mostBytes) return;
      this.kept.delete(oldest);
      this.bytes -= length;
    }
  }
}

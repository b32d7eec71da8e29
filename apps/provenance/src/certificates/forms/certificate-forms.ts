import { Injectable, StreamableFile } from '@nestjs/common';
import { PolicyDocuments } from '../../policies/policy-documents.js';
import type { CertificateWithStatus } from '../certificate-queries.js';
import { certificateForm, type CertificateForm } from './certificate-form.js';
import { certificatePage, PAGE_SECURITY_POLICY } from './certificate-page.js';
import { certificatePdf } from './certificate-pdf.js';
import { KeptPapers } from './kept-papers.js';

export interface HeaderSetter {
  header(name: string, value: string): unknown;
}

/** The forms in which a certificate is read by people. */
@Injectable()
export class CertificateForms {
  private readonly papers = new KeptPapers();

  constructor(private readonly documents: PolicyDocuments) {}

  async pdf(found: CertificateWithStatus, bundle?: Uint8Array): Promise<StreamableFile> {
    const form = await this.formOf(found);
    const bytes = await (bundle === undefined ? this.papers.of(form) : certificatePdf(form, bundle));
    const disposition = `inline; filename="certificate-${form.id}.pdf"`;
    return new StreamableFile(bytes, { type: 'application/pdf', length: bytes.length, disposition });
  }

  async page(found: CertificateWithStatus, reply: HeaderSetter): Promise<string> {
    reply.header('Content-Type', 'text/html; charset=utf-8');
    reply.header('Content-Security-Policy', PAGE_SECURITY_POLICY);
    reply.header('Referrer-Policy', 'no-referrer');
    return certificatePage(await this.formOf(found));
  }

  private async formOf(found: CertificateWithStatus): Promise<CertificateForm> {
    // Only its title is wanted, which a certificate can be read without.
    const policy = await this.documents.policy(found.certificate.policy).catch(() => undefined);
    return certificateForm(found, policy?.document.title);
  }
}

import { certificateSheet, parseVcJwt, readCertificate, type CertificateSheet } from '@lodemark/certificate';
import type { CertificateWithStatus } from '../certificate-queries.js';

/** What is known of a certificate's status when it is shown. */
export interface ShownStatus {
  readonly state: 'valid' | 'suspended' | 'revoked';
  /** Why and since when; of a valid one nothing. */
  readonly since?: { readonly reason: string; readonly at: string };
}

/** What every form of a certificate shows to a person. */
export interface CertificateForm {
  readonly id: string;
  /** Address of the certificate, and its digest after it: what the QR code says. */
  readonly link: string;
  /** SHA-256 of the vc+jwt, lowercase hex. */
  readonly digest: string;
  readonly outcome: string;
  readonly issuedAt: Date;
  readonly jwt: string;
  readonly status: ShownStatus;
  readonly sheet: CertificateSheet;
}

export function certificateForm(
  { certificate, changes }: CertificateWithStatus,
  policyTitle: string | undefined,
): CertificateForm {
  const { id, digest, outcome, issuedAt, jwt } = certificate;
  const read = parseVcJwt(jwt);
  const signed = 'problem' in read ? read : readCertificate(read.credential);
  if ('problem' in signed) throw new Error(`certificate ${id} cannot be read: ${signed.problem}`);
  return {
    ...{ id, digest, outcome, issuedAt, jwt },
    link: `${signed.id}#sha256=${digest}`,
    status: statusOf(changes),
    sheet: certificateSheet(signed, policyTitle),
  };
}

/** A bit for revocation, once set, is never taken back; one for suspension may be. */
export function statusOf(changes: CertificateWithStatus['changes']): ShownStatus {
  for (const [purpose, state] of [
    ['revocation', 'revoked'],
    ['suspension', 'suspended'],
  ] as const) {
    const last = changes.findLast((change) => change.purpose === purpose);
    if (last?.isSet === true) return { state, since: { reason: last.reason, at: last.at.toISOString() } };
  }
  return { state: 'valid' };
}

/** The banner over a certificate that no longer holds. */
export function statusNotice({ state, since }: ShownStatus): string | undefined {
  if (since === undefined) return undefined;
  return `${state.toUpperCase()} since ${since.at}: ${since.reason}`;
}

/** A pass that stands: what is shown in green. */
export function holds({ outcome, status }: Pick<CertificateForm, 'outcome' | 'status'>): boolean {
  return (outcome === 'PASS' || outcome === 'PASS_EXCEPTION') && status.state === 'valid';
}

import { ApiProperty } from '@nestjs/swagger';
import type { CertificateChange } from './certificate-changes.js';
import { CERTIFICATE_CHANGES, type CertificateChangeKind } from './standing.js';

/** The entry that made a verdict come out otherwise: of a facility's log or of the root log. */
export class CauseResponse {
  readonly origin!: string;
  readonly index!: number;
}

/** A bit of a certificate's status, and why. */
export class StatusChangeResponse {
  /** `revocation` or `suspension`. */
  readonly purpose!: string;
  readonly isSet!: boolean;
  readonly reason!: string;
  readonly at!: string;
  /** The verdict that it follows from. */
  readonly verdict!: string;
  readonly cause!: CauseResponse;
}

/** A certificate that was issued. */
export class CertificateResponse {
  readonly id!: string;
  /** SHA-256 of the vc+jwt, lowercase hex: what the root log names. */
  readonly digest!: string;
  readonly lot!: string;
  /** SHA-256 of the policy document. */
  readonly policy!: string;
  readonly outcome!: string;
  /** Root log size that it was judged at. */
  readonly horizon!: number;
  readonly issuedAt!: string;
  /** Index of its entry in the root log; null until the registry has recorded it. */
  readonly rootIndex!: number | null;
  /** `valid`, `suspended` or `revoked`. */
  readonly status!: string;
  readonly changes!: StatusChangeResponse[];
  /** The credential itself; left out of lists. */
  readonly credential?: Record<string, unknown>;
}

/** Certificates that were asked for. */
export class IssuedCertificatesResponse {
  readonly certificates!: CertificateResponse[];
}

/** A page of certificates, in the order of their issue. */
export class CertificatesResponse {
  readonly certificates!: CertificateResponse[];
  /** `after` of the next page; left out on the last. */
  readonly next?: number;
}

/** Something that happened to a certificate. */
export class CertificateChangeResponse {
  /** In the order in which things happened; numbers may be left out. */
  readonly id!: number;
  /** Id of the certificate. */
  readonly certificate!: string;
  readonly lot!: string;
  /** SHA-256 of the policy document. */
  readonly policy!: string;
  @ApiProperty({ enum: CERTIFICATE_CHANGES })
  readonly what!: CertificateChangeKind;
  readonly at!: string;
  /** Root log size at which the verdict was given. */
  readonly horizon!: number;
  /** The verdict that it follows from; of an issue the one that is certified. */
  readonly verdict!: string;
  readonly outcome!: string;
  /** Left out for an issue. */
  readonly cause?: CauseResponse;
}

/** What happened, in order. */
export class CertificateChangesResponse {
  readonly changes!: CertificateChangeResponse[];
  /** `after` of the next question, whether something was shown or not. */
  readonly next!: number;
  /** Whether there is more to be had at once. */
  readonly more!: boolean;
}

export function describeChange({ at, cause, ...change }: CertificateChange): CertificateChangeResponse {
  return { ...change, at: at.toISOString(), ...(cause === undefined ? {} : { cause: { ...cause } }) };
}

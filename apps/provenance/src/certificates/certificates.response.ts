/** A bit of a certificate's status, and why. */
export class StatusChangeResponse {
  /** `revocation` or `suspension`. */
  readonly purpose!: string;
  readonly isSet!: boolean;
  readonly reason!: string;
  readonly at!: string;
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

export class CertificatesResponse {
  readonly certificates!: CertificateResponse[];
}

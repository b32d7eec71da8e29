import type { StatusPurpose } from '@lodemark/certificate';

/** What happens to a certificate. */
export const CERTIFICATE_CHANGES = ['issued', 'suspended', 'reinstated', 'revoked'] as const;
export type CertificateChangeKind = (typeof CERTIFICATE_CHANGES)[number];

/** How a certificate stands. */
export type CertificateStanding = 'valid' | 'suspended' | 'revoked';

const AFTER: Readonly<Record<CertificateChangeKind, CertificateStanding>> = {
  issued: 'valid',
  reinstated: 'valid',
  suspended: 'suspended',
  revoked: 'revoked',
};

export function standingAfter(last: CertificateChangeKind): CertificateStanding {
  return AFTER[last];
}

/**
 * What a later verdict on the same question does to a certificate of a pass (invariant 9): evidence that is missing now
 * suspends it until it is there again, a FAIL revokes it for good.
 */
export function changeBy(
  standing: CertificateStanding,
  outcome: string,
): Exclude<CertificateChangeKind, 'issued'> | undefined {
  if (standing === 'revoked') return undefined;
  switch (outcome) {
    case 'FAIL':
      return 'revoked';
    case 'INSUFFICIENT':
      return standing === 'valid' ? 'suspended' : undefined;
    default:
      return standing === 'suspended' ? 'reinstated' : undefined;
  }
}

/**
 * The bits that are others after a change. The suspension bit is set on revocation too: UNTP has room for one status
 * entry alone, and whoever looks at no other must not be told that a withdrawn certificate stands.
 */
export function bitsOf(
  what: CertificateChangeKind,
): readonly { readonly purpose: StatusPurpose; readonly isSet: boolean }[] {
  switch (what) {
    case 'issued':
      return [];
    case 'suspended':
      return [{ purpose: 'suspension', isSet: true }];
    case 'reinstated':
      return [{ purpose: 'suspension', isSet: false }];
    case 'revoked':
      return [
        { purpose: 'revocation', isSet: true },
        { purpose: 'suspension', isSet: true },
      ];
  }
}

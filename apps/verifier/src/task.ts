import type { CertificateSheet, VerificationReport } from '@lodemark/certificate';

/** What the page hands to its worker. */
export interface Task {
  readonly file: File;
  readonly trust: File;
  /** RFC 3339; what is verified is what held then. */
  readonly now: string;
}

/** What comes back. */
export type Answer =
  | {
      readonly kind: 'report';
      readonly report: VerificationReport;
      /** Of the report's certificate. */
      readonly sheet: CertificateSheet | null;
      /** For the working papers: the very JSON that `lodemark verify --json` writes of the same file. */
      readonly json: string;
    }
  | { readonly kind: 'trust-refused'; readonly problems: readonly string[] }
  /** This browser cannot check the signatures; nothing is said about the file. */
  | { readonly kind: 'browser-too-old' }
  | { readonly kind: 'broke-off'; readonly detail: string };

export type Reported = Extract<Answer, { kind: 'report' }>;

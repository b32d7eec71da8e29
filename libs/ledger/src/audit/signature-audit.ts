import {
  signatureOfJws,
  thumbprint,
  type Jws,
  type PublicJwk,
  type SignatureChecker,
} from '@lodemark/transparency';
import type { Findings } from './findings.js';

/** How an audit checks signatures: a checker, and the key of a `kid` whenever it was registered. */
export interface AuditSignatures {
  readonly checker: SignatureChecker;
  keyOf(kid: string): Promise<PublicJwk | undefined>;
}

const BATCH = 256;

/** Checks signatures in batches; whether a key was valid at the time is judged elsewhere. */
export class SignatureAudit {
  private readonly waiting: { readonly jws: Jws; readonly index: number }[] = [];
  private readonly keys = new Map<string, Promise<PublicJwk | undefined>>();

  constructor(
    private readonly signatures: AuditSignatures | undefined,
    private readonly findings: Findings,
  ) {}

  async add(jws: Jws, index: number): Promise<void> {
    if (this.signatures === undefined) return;
    this.waiting.push({ jws, index });
    if (this.waiting.length >= BATCH) await this.flush(this.signatures);
  }

  async end(): Promise<void> {
    if (this.signatures !== undefined) await this.flush(this.signatures);
  }

  private async flush(signatures: AuditSignatures): Promise<void> {
    const batch = [];
    for (const { jws, index } of this.waiting.splice(0)) {
      const { kid } = jws.header;
      const asked = this.keys.get(kid) ?? signatures.keyOf(kid);
      this.keys.set(kid, asked);
      const key = await asked;
      if (key === undefined) this.findings.add('key-unknown', index, `No key ${kid}.`);
      else if (thumbprint(key) !== kid) this.findings.add('key-unknown', index, `Another key than ${kid}.`);
      else batch.push({ index, signature: signatureOfJws(jws, key) });
    }
    const good = await signatures.checker.check(batch.map(({ signature }) => signature));
    batch.forEach(({ index }, i) => {
      if (good[i] !== true) this.findings.add('signature-invalid', index, 'The signature does not hold.');
    });
  }
}

import { parsePolicyDocument, type Policy } from '@lodemark/policy';
import { readCanonicalJson, sha256Hex } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { ReadRefusal } from '../http/read-refusal.js';

/** Fetches the bytes that a digest names from whoever keeps them; undefined when they do not have them. */
export type FetchPolicyDocument = (digest: string) => Promise<Uint8Array | undefined>;

/** Policy documents by the SHA-256 of their canonical bytes: fetched once, checked, and kept. */
export class PolicyDocuments {
  private readonly read = new Map<string, Policy>();

  constructor(
    private readonly pool: Pool,
    private readonly fetchDocument: FetchPolicyDocument,
  ) {}

  /** @throws ReadRefusal `policy-document-unknown`, `policy-not-at-hand`, `policy-unreadable` */
  async policy(digest: string): Promise<Policy> {
    const known = this.read.get(digest);
    if (known !== undefined) return known;
    const json = readCanonicalJson(await this.bytes(digest));
    const document = json.ok ? parsePolicyDocument(json.value) : json;
    if (!document.ok) {
      throw new ReadRefusal({
        code: 'policy-unreadable',
        detail: `The policy document ${digest} is not one that this program can read.`,
        facts: { document: digest, problems: document.problems.slice(0, 10) },
      });
    }
    const policy = { document: document.value, digest };
    this.read.set(digest, policy);
    return policy;
  }

  /** Its canonical bytes. @throws ReadRefusal as above */
  async bytes(digest: string): Promise<Uint8Array> {
    const kept = await this.pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM policy_document WHERE digest = $1`,
      [digest],
    );
    if (kept.rows[0] !== undefined) return kept.rows[0].bytes;
    const fetched = await this.fetchDocument(digest).catch((cause: unknown) => notAtHand(digest, cause));
    // Whoever sends it need not be trusted: the root log names what it must be.
    if (fetched === undefined) {
      throw new ReadRefusal({
        code: 'policy-document-unknown',
        detail: `The registry keeps no policy document ${digest}.`,
        facts: { document: digest },
      });
    }
    if (sha256Hex(fetched) !== digest) return notAtHand(digest);
    await this.pool.query(
      `INSERT INTO policy_document (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [digest, fetched],
    );
    return fetched;
  }
}

function notAtHand(digest: string, cause?: unknown): never {
  const refusal = new ReadRefusal({
    code: 'policy-not-at-hand',
    detail: `The registry does not give the policy document ${digest}.`,
    facts: { document: digest },
  });
  if (cause !== undefined) refusal.cause = cause;
  throw refusal;
}

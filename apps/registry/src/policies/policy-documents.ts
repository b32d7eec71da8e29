import { canonicalBytes, equalBytes, readJson, sha256Hex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../ports.js';
import type { Queryable } from '../register/queryable.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** The policy documents, by the SHA-256 of their canonical bytes. What is kept here is not published by that. */
@Injectable()
export class PolicyDocuments {
  constructor(@Inject(DATABASE) private readonly database: Queryable) {}

  /** Keeps the document; its digest, lowercase hex. */
  async keep(document: Readonly<Record<string, unknown>>): Promise<string> {
    return this.write(canonicalBytes(document));
  }

  /** Keeps bytes that are canonical JSON and hash to `digest`. @throws RegistrationRefusal `policy-not-canonical` */
  async keepBytes(digest: string, bytes: Uint8Array): Promise<string> {
    const read = readJson(bytes);
    const object = read.ok && typeof read.value === 'object' && !Array.isArray(read.value);
    if (!read.ok || !object || !equalBytes(canonicalBytes(read.value), bytes)) {
      throw new RegistrationRefusal({
        code: 'policy-not-canonical',
        detail: 'The body is not a JSON object in canonical form (RFC 8785).',
        errors: read.ok ? [] : read.problems,
      });
    }
    if (sha256Hex(bytes) !== digest) {
      const detail = `The SHA-256 of these bytes is ${sha256Hex(bytes)}.`;
      throw new RegistrationRefusal({ code: 'policy-not-canonical', detail, facts: { digest } });
    }
    return this.write(bytes);
  }

  async find(digest: string): Promise<Uint8Array | undefined> {
    const { rows } = await this.database.query<{ bytes: Buffer }>(
      `SELECT bytes FROM registry.policy_document WHERE digest = $1`,
      [Buffer.from(digest, 'hex')],
    );
    return rows[0]?.bytes;
  }

  private async write(bytes: Uint8Array): Promise<string> {
    const digest = sha256Hex(bytes);
    await this.database.query(
      `INSERT INTO registry.policy_document (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [Buffer.from(digest, 'hex'), Buffer.from(bytes)],
    );
    return digest;
  }
}

import {
  buildJws,
  canonicalBytes,
  decodeRootLogEntry,
  fromBase64,
  sha256Hex,
  type JsonValue,
  type Signer,
} from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { listMember, member, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';

export type Owner = { readonly facility: string } | { readonly organization: string };
export type Fields = Readonly<Record<string, JsonValue>>;

/** What the registry's `POST /v1/keys` wants, but for the statement's id. */
export interface KeyFields {
  readonly owner: Owner;
  readonly purpose: 'event' | 'attestation';
  readonly validFrom: string;
  readonly validUntil?: string;
}

/** States things to the registry as its registrar. Saying the same again records nothing twice. */
export class Registrar {
  constructor(readonly registry: ServiceClient) {}

  organization(id: string): Promise<unknown> {
    return this.registry.find(`/v1/organizations/${encodeURIComponent(id)}`);
  }

  facility(id: string): Promise<unknown> {
    return this.registry.find(`/v1/facilities/${encodeURIComponent(id)}`);
  }

  key(kid: string): Promise<unknown> {
    return this.registry.find(`/v1/keys/${encodeURIComponent(kid)}`);
  }

  /** Records a statement under an id that follows from its content, unless it brings one. @throws Failure */
  async state(path: string, fields: Fields): Promise<unknown> {
    const statementId = statementIdOf(path, fields);
    const body = { statementId, ...fields };
    return this.registry.ask(path, { method: 'POST', roles: [{ role: 'registrar' }], body });
  }

  /** Registers a key with the proof that we hold it; false when it was registered for the same before. @throws Failure */
  async registerKey(signer: Signer, fields: KeyFields): Promise<boolean> {
    const { kid, alg, publicKey: jwk } = signer;
    const { owner, purpose } = fields;
    if (this.isRegistered(await this.key(kid), { kid, owner, purpose })) return false;
    const statementId = statementIdOf('/v1/keys', { kid, owner, purpose });
    const proof = canonicalBytes({ kid, owner, purpose, statementId });
    const proofOfPossession = await buildJws(proof, signer, 'lodemark-pop+jws');
    await this.state('/v1/keys', { statementId, kid, jwk: { ...jwk }, alg, ...fields, proofOfPossession });
    return true;
  }

  /** Whether a key is on record for this. @throws Failure when it is on record for something else */
  isRegistered(
    known: unknown,
    { kid, owner, purpose }: { readonly kid: string; readonly owner: Owner; readonly purpose: string },
  ): boolean {
    if (known === undefined) return false;
    const same = sameJson(member(known, 'owner'), owner) && textMember(known, 'purpose') === purpose;
    if (same && member(known, 'revocation') === undefined) return true;
    throw new Failure({
      code: same ? 'key-revoked' : 'key-exists',
      exit: EXIT.no,
      cause: same
        ? `The key ${kid} is revoked.`
        : `The key ${kid} is registered for another owner or purpose: ${JSON.stringify(member(known, 'owner'))}, ${textMember(known, 'purpose') ?? ''}.`,
      next: 'A key has one owner and one purpose for ever: make another one with lodemark keys new.',
    });
  }

  /** The network's own time: that of the last entry of the root log. @throws Failure */
  async networkTime(): Promise<string> {
    const size = member(await this.registry.ask('/v1/root/entries', { query: { limit: 1 } }), 'size');
    const from = typeof size === 'number' ? size - 1 : 0;
    const page = await this.registry.ask('/v1/root/entries', { query: { from, limit: 1 } });
    const bytes = fromBase64(textMember(listMember(page, 'entries')[0], 'entry') ?? '');
    const entry = bytes && decodeRootLogEntry(bytes);
    if (entry?.ok === true) return entry.value.recordedAt;
    throw new Failure({
      code: 'answer-not-understood',
      exit: EXIT.trouble,
      cause: `${this.registry.url} gives no entry of a root log.`,
      next: 'See whether it is a registry of this version: lodemark doctor.',
    });
  }
}

export function sameJson(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  return sha256Hex(canonicalBytes(one)) === sha256Hex(canonicalBytes(other));
}

/** A UUID (RFC 9562 section 5.8) of what is said: said again, it is the same statement. */
export function statementIdOf(path: string, fields: Fields): string {
  const digest = sha256Hex(canonicalBytes({ path, fields }));
  const variant = '89ab'.charAt(Number.parseInt(digest.charAt(16), 16) % 4);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

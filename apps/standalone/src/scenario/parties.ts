import { randomUUID } from 'node:crypto';
import { generateKey, NodeSigner } from '@lodemark/platform';
import { buildJws, canonicalBytes } from '@lodemark/transparency';
import { publishPolicy } from '../publish-policies.js';
import { call, callOk, member } from './api.js';
import type { DrivenNetwork } from './network.js';
import type { RotationStep } from './scenario-file.js';

type Owner = { facility: string } | { organization: string };

/**
 * The parties of a scenario: registers organizations, ownership, facilities and keys with the registry, and holds the
 * private keys of those who sign themselves.
 */
export class Parties {
  private readonly signers = new Map<string, NodeSigner>();
  private readonly custodial = new Set<string>();
  /** Whose a further key is, by its name. */
  private readonly facilities = new Map<string, string>();

  constructor(private readonly network: DrivenNetwork) {}

  async organization(id: string, fields: Record<string, unknown>, attestationKey: boolean): Promise<void> {
    await this.state('/v1/organizations', { organization: id, ...fields });
    if (attestationKey)
      await this.addKey(`organization:${id}`, { owner: { organization: id }, purpose: 'attestation' });
  }

  async ownership(organization: string, fields: Record<string, unknown>): Promise<void> {
    await this.state(`/v1/organizations/${organization}/ownership`, fields);
  }

  async facility(
    id: string,
    fields: Record<string, unknown>,
    key: 'custodial' | 'own' | 'none',
  ): Promise<void> {
    await this.state('/v1/facilities', { facility: id, custodyUrl: this.network.custodyOf(id), ...fields });
    if (key === 'none') return;
    const token = await this.network.token('administrator', [{ role: 'administrator' }]);
    const made = await callOk(`${this.network.custodyOf(id)}/v1/facilities`, {
      method: 'POST',
      token,
      body: { facility: id, custodialKey: key === 'custodial' },
    });
    const keys = member(made, 'keys');
    if (!Array.isArray(keys)) throw new Error(`custody named no keys for ${id}`);
    for (const offered of keys as readonly Record<string, unknown>[]) {
      await this.state('/v1/keys', { ...offered, validFrom: this.network.clock.now().toISOString() });
    }
    if (key === 'custodial') this.custodial.add(id);
    else await this.addKey(`facility:${id}`, { owner: { facility: id }, purpose: 'event' });
  }

  async amendment(id: string, fields: Record<string, unknown>): Promise<void> {
    await this.state(`/v1/facilities/${id}/amendments`, {
      custodyUrl: this.network.custodyOf(id),
      ...fields,
    });
  }

  async facilityKey(name: string, facility: string, fields: Record<string, unknown>): Promise<void> {
    await this.addKey(name, { owner: { facility }, purpose: 'event', fields });
    this.facilities.set(name, facility);
  }

  async revocation(key: string, reason: string, suspectFrom: string): Promise<void> {
    const signer = this.signers.get(key) ?? this.signers.get(`facility:${key}`);
    if (signer === undefined) throw new Error(`no key named ${key}`);
    await this.state(`/v1/keys/${signer.kid}/revocation`, { reason, suspectFrom });
  }

  async rotation({ rotate, to, overlapUntil, fields = {} }: RotationStep): Promise<void> {
    const facility = this.signers.has(`facility:${rotate}`) ? rotate : this.facilityOf(rotate);
    const replaced = this.signers.get(rotate) ?? this.signer(`facility:${rotate}`);
    await this.addKey(to, {
      owner: { facility },
      purpose: 'event',
      fields: { ...fields, overlapUntil },
      path: `/v1/keys/${replaced.kid}/rotation`,
    });
    this.facilities.set(to, facility);
  }

  /** The facility stands by its entries from an index on, up to its checkpoint of this moment. */
  async reattestation(facility: string, fromIndex: number): Promise<void> {
    const checkpoint = await call(`${this.network.custodyOf(facility)}/v1/logs/${facility}/checkpoint`);
    const [, size = '', root = ''] = String(checkpoint.body).split('\n');
    const rootHash = Buffer.from(root, 'base64').toString('hex');
    await this.state('/v1/reattestations', { facility, fromIndex, size: Number(size), rootHash });
  }

  async publication(policy: string, document: Record<string, unknown>): Promise<void> {
    const [publisher, approver] = await Promise.all(
      ['registrar', 'second-registrar'].map((person) => this.network.token(person, [{ role: 'registrar' }])),
    );
    await publishPolicy(
      this.network.registryUrl,
      { publisher: publisher ?? '', approver: approver ?? '' },
      { statementId: randomUUID(), policy, document },
    );
  }

  private facilityOf(keyName: string): string {
    const facility = this.facilities.get(keyName);
    if (facility === undefined) throw new Error(`no key named ${keyName}`);
    return facility;
  }

  async fault(facility: string, kind: string, fromIndex: number): Promise<void> {
    const checkpoint = await call(`${this.network.custodyOf(facility)}/v1/logs/${facility}/checkpoint`);
    await callOk(`${this.network.registryUrl}/v1/log-faults`, {
      method: 'POST',
      token: await this.registrar(),
      body: { facility, kind, fromIndex, evidence: [String(checkpoint.body)] },
    });
  }

  /** Who signs a facility's events: its own key, or undefined when the custody service does. */
  eventSigner(facility: string, keyName: string | undefined): NodeSigner | undefined {
    if (keyName !== undefined) return this.signer(keyName);
    return this.custodial.has(facility) ? undefined : this.signer(`facility:${facility}`);
  }

  attestationSigner(organization: string): NodeSigner {
    return this.signer(`organization:${organization}`);
  }

  private signer(name: string): NodeSigner {
    const signer = this.signers.get(name);
    if (signer === undefined) throw new Error(keyMissing(name));
    return signer;
  }

  private async addKey(
    name: string,
    key: { owner: Owner; purpose: string; fields?: Record<string, unknown>; path?: string },
  ): Promise<void> {
    const { owner, purpose, fields = {}, path = '/v1/keys' } = key;
    const signer = NodeSigner.fromJwk(await generateKey('EdDSA'));
    const statementId = randomUUID();
    const { kid, alg, publicKey: jwk } = signer;
    const proof = canonicalBytes({ kid, owner, purpose, statementId });
    const proofOfPossession = await buildJws(proof, signer, 'lodemark-pop+jws');
    const validFrom = this.network.clock.now().toISOString();
    await this.state(path, {
      statementId,
      owner,
      purpose,
      kid,
      jwk,
      alg,
      validFrom,
      ...fields,
      proofOfPossession,
    });
    this.signers.set(name, signer);
  }

  private async registrar(): Promise<string> {
    return this.network.token('registrar', [{ role: 'registrar' }]);
  }

  private async state(path: string, fields: Record<string, unknown>): Promise<void> {
    const body = { statementId: randomUUID(), statedAt: this.network.clock.now().toISOString(), ...fields };
    await callOk(`${this.network.registryUrl}${path}`, {
      method: 'POST',
      token: await this.registrar(),
      body,
    });
  }
}

/** Mostly a typing error, or a step that comes too late. */
function keyMissing(name: string): string {
  const [kind = '', party] = name.split(':');
  if (party === undefined) return `no key step before this one is named ${name}`;
  return kind === 'organization'
    ? `organization ${party} speaks here and has no key: register it before with attestationKey: true`
    : `facility ${party} posts here and has no key: no facility step before this one registers it`;
}

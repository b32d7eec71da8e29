import { randomUUID } from 'node:crypto';
import { generateKey, NodeSigner } from '@lodemark/platform';
import { buildJws, canonicalBytes } from '@lodemark/transparency';

/** A key pair as a party holds it. */
export interface Party {
  readonly signer: NodeSigner;
  readonly jwk: NodeSigner['publicKey'];
  readonly kid: string;
}

export type Owner = { readonly facility: string } | { readonly organization: string };

export async function newKey(alg: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<Party> {
  const signer = NodeSigner.fromJwk(await generateKey(alg));
  return { signer, jwk: signer.publicKey, kid: signer.kid };
}

export function proofOfPossession(
  key: Party,
  claim: { readonly owner: Owner; readonly purpose: string; readonly statementId: string },
): Promise<string> {
  return buildJws(canonicalBytes({ kid: key.kid, ...claim }), key.signer, 'lodemark-pop+jws');
}

export function signEvent(event: object, key: Party): Promise<string> {
  return buildJws(canonicalBytes(event), key.signer, 'lodemark-event+jws');
}

export type Fields = Readonly<Record<string, unknown>>;

let numbers = 0;

/** A lot number that no other call gives. */
export function lotNumber(): string {
  numbers += 1;
  return `T-${String(numbers).padStart(5, '0')}`;
}

export function event(type: string, facility: string, fields: Fields = {}): Fields {
  return {
    v: 1,
    type,
    facility,
    eventId: randomUUID(),
    occurredAt: '2026-11-24T09:00:00+05:00',
    ...fields,
  };
}

export const kg = (value: string, unit = 'kg') => ({ net: { value, unit } });

/** A mined lot of concentrate, figures invented. */
export function lotCreated(facility: string, fields: Fields = {}): Fields {
  return event('LotCreated', facility, {
    lot: `${facility}/${lotNumber()}`,
    form: 'CONCENTRATE',
    mass: { ...kg('40000.0'), moisture: { value: '4.0', unit: '%' } },
    composition: {
      basis: 'dry',
      treo: { value: '45.0', unit: '%' },
      analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
    },
    origin: { kind: 'mined', licence: 'KZ-DEMO-0001' },
    ...fields,
  });
}

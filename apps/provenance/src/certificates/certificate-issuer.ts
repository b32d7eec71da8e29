import { multikeyOf, type Party } from '@lodemark/certificate';
import type { Signer } from '@lodemark/transparency';
import type { ApiResponseSchemaHost } from '@nestjs/swagger';

/** Who issues this service's certificates; without one it issues none. */
export interface CertificateIssuer {
  /** `id`: a DID, of which `<id>#<thumbprint>` names the signing key. */
  readonly party: Party;
  /** Registered in the root log for the purpose `certificate`. */
  readonly signer: Signer;
  /** Where this service answers, as it stands in certificates for good. */
  readonly url: string;
}

/** Token by which Nest injects the issuer: `CertificateIssuer | undefined`. */
export const ISSUER = Symbol('certificate issuer');

/** In the documentation: what `didDocument` makes. */
export const DID_DOCUMENT = {
  type: 'object',
  required: ['@context', 'id', 'verificationMethod', 'assertionMethod'],
  properties: {
    '@context': { type: 'array', items: { type: 'string' } },
    id: { type: 'string', example: 'did:web:certifier.example' },
    verificationMethod: {
      type: 'array',
      items: {
        type: 'object',
        required: ['id', 'type', 'controller'],
        properties: {
          id: { type: 'string', description: 'The DID, and after # the RFC 7638 thumbprint of the key.' },
          type: { type: 'string', enum: ['JsonWebKey', 'Multikey'] },
          controller: { type: 'string' },
          publicKeyMultibase: { type: 'string' },
          publicKeyJwk: {
            type: 'object',
            required: ['kty', 'crv', 'x'],
            properties: {
              kty: { type: 'string' },
              crv: { type: 'string' },
              x: { type: 'string' },
              y: { type: 'string' },
            },
          },
        },
      },
    },
    assertionMethod: { type: 'array', items: { type: 'string' } },
  },
} satisfies ApiResponseSchemaHost['schema'];

/**
 * The issuer's document: what `did:web` resolves to (W3C did:web method, section 2.5). An Ed25519 key stands in it twice:
 * as a JWK, which signs certificates as JWTs, and as a Multikey, by which `eddsa-jcs-2022` knows it.
 */
export function didDocument({ party, signer }: CertificateIssuer): Record<string, unknown> {
  const { kid, publicKey } = signer;
  const methods = [
    { id: `${party.id}#${kid}`, type: 'JsonWebKey', controller: party.id, publicKeyJwk: publicKey },
    ...(publicKey.kty === 'OKP' ? [multikeyMethod(party.id, multikeyOf(publicKey))] : []),
  ];
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/jwk/v1',
      'https://w3id.org/security/multikey/v1',
    ],
    id: party.id,
    verificationMethod: methods,
    assertionMethod: methods.map(({ id }) => id),
  };
}

function multikeyMethod(did: string, publicKeyMultibase: string) {
  return { id: `${did}#${publicKeyMultibase}`, type: 'Multikey', controller: did, publicKeyMultibase };
}

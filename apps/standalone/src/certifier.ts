import { createPrivateKey } from 'node:crypto';
import { NodeSigner, type Clock, type PrivateJwk } from '@lodemark/platform';
import type { CertificateIssuer } from '@lodemark/provenance';
import { buildJws, canonicalBytes, sha256Hex, toUtf8 } from '@lodemark/transparency';
import { callOk } from './scenario/api.js';
import { derive } from './site-secret.js';
import { uuidFrom } from './uuid-from.js';

/** Organization that issues a site's certificates. */
const CERTIFIER = 'certifier';

/** DER of a PKCS #8 Ed25519 key up to its seed (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** With what a site's certificates are issued, as a provenance service is configured with it. */
export interface IssuerSettings {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly key: PrivateJwk;
}

/** The key comes of the site's secret, so that it is the same at every start. */
export function issuerSettings(
  secret: Uint8Array,
  { name, url }: { readonly name: string; readonly url: string },
): IssuerSettings {
  const key = Buffer.concat([PKCS8_ED25519, derive(secret, 'certificates')]);
  const jwk = createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
  return { id: `did:web:${name}`, name: `Certifier of ${name}`, url, key: jwk as PrivateJwk };
}

export function issuerOf({ id, name, url, key }: IssuerSettings): CertificateIssuer {
  return { party: { id, name }, signer: NodeSigner.fromJwk(key), url };
}

/** Registers the issuer and its key with the registry, where they are not there yet. */
export async function registerIssuer(
  registryUrl: string,
  registrarToken: string,
  { issuer, clock }: { readonly issuer: CertificateIssuer; readonly clock: Clock },
): Promise<void> {
  const { kid, alg, publicKey: jwk } = issuer.signer;
  const known = await fetch(`${registryUrl}/v1/keys/${kid}`);
  await known.body?.cancel();
  if (known.ok) return;
  const post = (path: string, body: Record<string, unknown>) =>
    callOk(`${registryUrl}${path}`, { method: 'POST', token: registrarToken, body });
  await post('/v1/organizations', {
    statementId: idOf(`organization ${kid}`),
    organization: CERTIFIER,
    legalName: issuer.party.name,
    kind: 'other',
    incorporatedIn: 'US',
  });
  const registration = {
    ...{ statementId: idOf(`key ${kid}`), kid, purpose: 'certificate' },
    owner: { organization: CERTIFIER },
  };
  const proofOfPossession = await buildJws(canonicalBytes(registration), issuer.signer, 'lodemark-pop+jws');
  await post('/v1/keys', {
    ...registration,
    ...{ jwk, alg, proofOfPossession, validFrom: clock.now().toISOString() },
  });
}

function idOf(statement: string): string {
  return uuidFrom(sha256Hex(toUtf8(statement)));
}

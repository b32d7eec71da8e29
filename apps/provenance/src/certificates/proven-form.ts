import { keyNamed, parseVcJwt, proveCredential } from '@lodemark/certificate';
import type { JsonObject } from '@lodemark/transparency';
import { ReadRefusal } from '../http/read-refusal.js';
import type { CertificateIssuer } from './certificate-issuer.js';
import type { IssuedCertificate } from './certificate-store.js';

/**
 * The certificate once more with an `eddsa-jcs-2022` proof inside, by the key that signed it as a JWT; what the root log
 * names is the JWT. Always the same bytes, so it is made when it is asked for.
 *
 * @throws ReadRefusal `form-not-available` for a key that is not Ed25519, or that this service no longer signs with
 */
export async function provenForm(
  { id, jwt, issuedAt }: IssuedCertificate,
  issuer: CertificateIssuer | undefined,
): Promise<JsonObject> {
  const read = parseVcJwt(jwt);
  if ('problem' in read) throw new Error(`certificate ${id}: ${read.problem}`);
  const { did, thumbprint } = keyNamed(read);
  const created = issuedAt.toISOString();
  const proven =
    issuer?.signer.kid === thumbprint
      ? await proveCredential(read.credential, { did, created }, issuer.signer)
      : undefined;
  if (proven !== undefined) return proven;
  throw new ReadRefusal({
    code: 'form-not-available',
    detail:
      'The key that signed this certificate makes no eddsa-jcs-2022 proof, or is not here any more: ask for .jwt.',
    facts: { certificate: id },
  });
}

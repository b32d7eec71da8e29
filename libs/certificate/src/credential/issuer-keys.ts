import { parsePublicJwk, thumbprint } from '@lodemark/transparency';

/**
 * RFC 7638 thumbprints of the keys that a DID document holds as JWKs: what a trust file names an issuer by. The same key
 * may stand there a second time in another form; that one adds nothing.
 */
export function issuerKeysIn(didDocument: unknown): readonly string[] {
  const methods = memberOf(didDocument, 'verificationMethod');
  if (!Array.isArray(methods)) return [];
  const keys = methods.flatMap((method: unknown) => {
    const key = parsePublicJwk(memberOf(method, 'publicKeyJwk'));
    return memberOf(method, 'type') === 'JsonWebKey' && key.ok ? [thumbprint(key.value)] : [];
  });
  return [...new Set(keys)];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

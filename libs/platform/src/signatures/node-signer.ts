import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import {
  algorithmOf,
  publicPart,
  thumbprint,
  type Algorithm,
  type PrivateJwk,
  type PublicJwk,
} from './key.js';

/** Signs with a private key held in this process; at once, because handing it to a thread takes longer than signing. */
export class NodeSigner {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly alg: Algorithm;
  // Private by the language, so that no logger or inspector that walks objects comes near the key.
  readonly #key: KeyObject;

  private constructor(
    readonly publicKey: PublicJwk,
    key: KeyObject,
  ) {
    this.kid = thumbprint(publicKey);
    this.alg = algorithmOf(publicKey);
    this.#key = key;
  }

  /** Throws a `TypeError` when the key is of no supported kind, or its public part is not that of its private one. */
  static fromJwk(jwk: PrivateJwk): NodeSigner {
    const signer = NodeSigner.from(privateKey({ key: { ...jwk }, format: 'jwk' }));
    if (signer.kid !== thumbprint(publicPart(jwk))) {
      throw new TypeError('The public part of the key does not belong to its private part');
    }
    return signer;
  }

  /** From PKCS #8 or SEC 1 text. */
  static fromPem(pem: string): NodeSigner {
    return NodeSigner.from(privateKey(pem));
  }

  private static from(key: KeyObject): NodeSigner {
    return new NodeSigner(supportedPublicKey(key), key);
  }

  /** 64 bytes: R || S, or r || s with the low s. */
  sign(message: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      const signature = signed(this.alg === 'EdDSA' ? null : 'sha256', message, this.#key);
      resolve(this.alg === 'EdDSA' ? signature : toLowS(signature));
    });
  }
}

/** A new private key from the system's randomness. */
export async function generateKey(alg: Algorithm): Promise<PrivateJwk> {
  const generate = promisify(generateKeyPair);
  const { privateKey: key } =
    alg === 'EdDSA' ? await generate('ed25519') : await generate('ec', { namedCurve: 'P-256' });
  const { d } = key.export({ format: 'jwk' });
  if (d === undefined) throw new TypeError('The generated key has no private part');
  return { ...supportedPublicKey(key), d };
}

function privateKey(input: Parameters<typeof createPrivateKey>[0]): KeyObject {
  try {
    return createPrivateKey(input);
  } catch {
    // The library's message may quote the input.
    throw new TypeError('Not a private key in JWK or PEM form');
  }
}

function supportedPublicKey(key: KeyObject): PublicJwk {
  const jwk: JsonWebKey = createPublicKey(key).export({ format: 'jwk' });
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && jwk.x !== undefined) {
    return { kty: 'OKP', crv: 'Ed25519', x: jwk.x };
  }
  if (jwk.kty === 'EC' && jwk.crv === 'P-256' && jwk.x !== undefined && jwk.y !== undefined) {
    return { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y };
  }
  throw new TypeError('Only Ed25519 and P-256 keys are supported');
}

function signed(digest: 'sha256' | null, message: Uint8Array, key: KeyObject): Uint8Array {
  return new Uint8Array(sign(digest, message, { key, dsaEncoding: 'ieee-p1363' }));
}

/** Order of P-256 (NIST SP 800-186 section 3.2.1.3). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

// (r, n - s) verifies just as (r, s) does: without one spelling, a signature could be altered without the key.
function toLowS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  if (s <= N / 2n) return signature;
  const low = Buffer.from((N - s).toString(16).padStart(64, '0'), 'hex');
  return new Uint8Array([...signature.subarray(0, 32), ...low]);
}

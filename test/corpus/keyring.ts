import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { NodeSigner } from '@lodemark/platform';
import { toLowS, type Signer } from '@lodemark/transparency';

/** DER of a PKCS #8 Ed25519 key up to its seed (RFC 8410), and of a P-256 key up to its scalar (RFC 5915). */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const P256 = Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex');

/** A signer that also signs without waiting, for what is altered while something else is signed. */
export interface HeldSigner extends Signer {
  signNow(message: Uint8Array): Uint8Array;
}

/** Every key of a forged network, made of its name: whoever forges holds them all. */
export class Keyring {
  private readonly signers = new Map<string, HeldSigner>();

  /** @param onP256 names of keys that are to be ES256 keys */
  constructor(private readonly onP256: ReadonlySet<string> = new Set()) {}

  signer(name: string): HeldSigner {
    const known = this.signers.get(name);
    if (known !== undefined) return known;
    const secret = createHash('sha256').update(`corpus ${name}`).digest();
    const der = Buffer.concat([this.onP256.has(name) ? P256 : ED25519, secret]);
    const signer = held(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    this.signers.set(name, signer);
    return signer;
  }
}

function held(key: KeyObject): HeldSigner {
  const { kid, alg, publicKey } = NodeSigner.fromPem(key.export({ format: 'pem', type: 'pkcs8' }) as string);
  // An ES256 signature is another each time; what is sealed again is to be the same.
  const made = new Map<string, Uint8Array>();
  const signNow = (message: Uint8Array): Uint8Array => {
    const known = made.get(Buffer.from(message).toString('latin1'));
    if (known !== undefined) return known;
    const digest = alg === 'EdDSA' ? null : 'sha256';
    const signature = new Uint8Array(sign(digest, message, { key, dsaEncoding: 'ieee-p1363' }));
    if (alg === 'EdDSA') return signature;
    const low = toLowS(signature);
    made.set(Buffer.from(message).toString('latin1'), low);
    return low;
  };
  return { kid, alg, publicKey, signNow, sign: (message) => Promise.resolve(signNow(message)) };
}

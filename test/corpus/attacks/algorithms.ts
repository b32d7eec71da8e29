import { bundleBytes, signVcJwt } from '@lodemark/certificate';
import { canonicalBytes, canonicalize, toBase64Url, toUtf8, type JsonObject } from '@lodemark/transparency';
import { copyOf } from '../copy.js';
import { Keyring, type HeldSigner } from '../keyring.js';
import { eventOf, inFile, inWorld, type Attack, type Mutant } from '../mutant.js';
import { sealHonestly, Sealing } from '../sealing.js';
import { signedAgain } from '../signed-again.js';

/** The certificate under a header of the attacker’s choice, signed by the issuer’s own key. */
function header(name: string, change: (header: Record<string, unknown>) => Record<string, unknown>): Mutant {
  return inWorld(`a certificate whose header ${name}`, ['certificate-malformed'], {
    sign: (credential, kid, signer) =>
      signedUnder(change({ alg: signer.alg, cty: 'vc', kid, typ: 'vc+jwt' }), credential, signer),
  });
}

async function signedUnder(
  head: Record<string, unknown>,
  credential: JsonObject,
  signer: HeldSigner,
): Promise<string> {
  const input = `${toBase64Url(toUtf8(canonicalize(head)))}.${toBase64Url(canonicalBytes(credential))}`;
  return `${input}.${toBase64Url(await signer.sign(toUtf8(input)))}`;
}

/** The same for an event: its entry is parked, and the verdict says so. */
function eventHeader(
  name: string,
  change: (header: JsonObject) => object,
  judged = 'C02@1 entry-parked',
): Mutant {
  return inWorld(`an event whose header ${name}`, { judged }, (world) => {
    const event = eventOf(world, 'magnet-plant', 'Transformed', 2);
    const signer = new Keyring().signer(event.key);
    event.jws = (made) => signedAgain(made, signer, { header: change });
  });
}

export const algorithms: Attack = {
  attack: 'algorithm confusion, none, kid injection',
  mutants: [
    header('says none', (head) => ({ ...head, alg: 'none' })),
    header('says HS256', (head) => ({ ...head, alg: 'HS256' })),
    header('says RS256', (head) => ({ ...head, alg: 'RS256' })),
    header('says Ed25519 in the newer spelling', (head) => ({ ...head, alg: 'Ed25519' })),
    header('brings a key along', (head) => ({
      ...head,
      jwk: { crv: 'Ed25519', kty: 'OKP', x: 'A'.repeat(43) },
    })),
    header('names where a key is', (head) => ({ ...head, jku: 'https://attacker.example/keys.json' })),
    header('brings certificates along', (head) => ({ ...head, x5c: ['AAAA'] })),
    header('has critical extensions', (head) => ({ ...head, crit: ['exp'], exp: 0 })),
    header('leaves the payload unencoded', (head) => ({ ...head, b64: false, crit: ['b64'] })),
    header('is of an event', (head) => ({ ...head, typ: 'lodemark-event+jws' })),
    header('is of a plain JWT', (head) => ({ ...head, typ: 'JWT' })),
    header('is of a presentation', (head) => ({ ...head, cty: 'vp' })),
    header('has no type', ({ typ: _, ...head }) => head),
    header('has no kid', ({ kid: _, ...head }) => head),
    header('has a kid that is a path', (head) => ({ ...head, kid: '../../etc/passwd' })),
    header('has a kid that is a query', (head) => ({ ...head, kid: "did:web:x#' OR 1=1 --" })),
    header('has a kid that is a list', (head) => ({ ...head, kid: [head['kid']] })),
    inWorld('a certificate for another DID under the same key', ['certificate-issuer'], {
      sign: (credential, kid, signer) => signVcJwt(credential, kid.replace('scenario.', 'attacker.'), signer),
    }),
    inWorld('a certificate signed by a key that is not pinned', ['certificate-issuer'], {
      issuer: 'stranger-1',
    }),
    inWorld('a certificate signed by a facility’s key under the issuer’s kid', ['certificate-signature'], {
      sign: (credential, kid) => signVcJwt(credential, kid, new Keyring().signer('stranger-1')),
    }),
    inWorld('a certificate that says ES256 under an Ed25519 key', ['certificate-signature'], {
      sign: (credential, kid, signer) =>
        signedUnder({ alg: 'ES256', cty: 'vc', kid, typ: 'vc+jwt' }, credential, signer),
    }),
    ...es256('with the high s', (signature) => highS(signature), 'certificate-signature'),
    ...es256('in DER', (signature) => derOf(signature), 'certificate-malformed'),
    ...es256(
      'with r of zero',
      (signature) => Buffer.concat([Buffer.alloc(32), signature.subarray(32)]),
      'certificate-signature',
    ),
    ...es256(
      'with s of zero',
      (signature) => Buffer.concat([signature.subarray(0, 32), Buffer.alloc(32)]),
      'certificate-signature',
    ),
    inFile('a certificate without its signature', ['certificate-malformed'], (bundle) => {
      bundle.certificate = `${bundle.certificate.slice(0, bundle.certificate.lastIndexOf('.'))}.`;
    }),
    inFile(
      'a certificate with a signature of zeros',
      ['certificate-not-logged', 'certificate-signature'],
      (bundle) => {
        bundle.certificate = `${bundle.certificate.slice(0, bundle.certificate.lastIndexOf('.'))}.${'A'.repeat(86)}`;
      },
    ),
    inFile(
      'a certificate with an S beyond the group order',
      ['certificate-not-logged', 'certificate-signature'],
      (bundle) => {
        const at = bundle.certificate.lastIndexOf('.') + 1;
        const signature = Buffer.from(bundle.certificate.slice(at), 'base64url');
        signature.fill(0xff, 40);
        bundle.certificate = `${bundle.certificate.slice(0, at)}${signature.toString('base64url')}`;
      },
    ),
    eventHeader('says none', (head) => ({ ...head, alg: 'none' })),
    eventHeader(
      'says ES256 under an Ed25519 key',
      (head) => ({ ...head, alg: 'ES256' }),
      'C01@1 signature-invalid',
    ),
    eventHeader('brings a key along', (head) => ({ ...head, jwk: {} })),
    eventHeader('has critical extensions', (head) => ({ ...head, crit: ['x'] })),
    eventHeader('is of a statement', (head) => ({ ...head, typ: 'lodemark-statement+jws' })),
    eventHeader('is of a receipt', (head) => ({ ...head, typ: 'lodemark-receipt+jws' })),
  ],
};

/** The issuer has a P-256 key, and the signature is spelt otherwise than it must be. */
function es256(
  how: string,
  spell: (signature: Buffer) => Buffer,
  code: 'certificate-signature' | 'certificate-malformed',
): readonly Mutant[] {
  return [
    {
      ...inWorld(`an ES256 signature ${how}`, [code], () => undefined),
      attempt: async (base) => {
        const world = copyOf(base.world);
        const keyring = new Keyring(new Set([world.certificate.key]));
        await sealHonestly(world, base.at, { keyring });
        const sign = async (credential: JsonObject, kid: string, signer: HeldSigner): Promise<string> => {
          const jwt = await signVcJwt(credential, kid, signer);
          const at = jwt.lastIndexOf('.') + 1;
          return `${jwt.slice(0, at)}${spell(Buffer.from(jwt.slice(at), 'base64url')).toString('base64url')}`;
        };
        const { bundle, trust } = await new Sealing(world, { keyring, sign }).seal();
        return { bytes: bundleBytes(bundle), trust, now: base.at };
      },
    },
  ];
}

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function highS(signature: Buffer): Buffer {
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const high = s > N / 2n ? s : N - s;
  return Buffer.concat([signature.subarray(0, 32), Buffer.from(high.toString(16).padStart(64, '0'), 'hex')]);
}

function derOf(signature: Buffer): Buffer {
  const integer = (bytes: Buffer): Buffer => {
    const padded = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    return Buffer.concat([Buffer.from([2, padded.length]), padded]);
  };
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

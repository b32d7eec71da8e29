import { generateKeyPairSync, randomUUID, sign, verify, createPublicKey, type KeyObject } from 'node:crypto';
import { parseEvent } from '@lodemark/domain';
import type { EventPost } from '@lodemark/ledger';
import {
  canonicalize,
  parsePublicJwk,
  payloadDigest,
  thumbprint,
  toBase64Url,
  toUtf8,
  type PublicJwk,
  type SignatureChecker,
} from '@lodemark/transparency';

export const NETWORK = 'test.lodemark.example';

export function originOf(facility: string): string {
  return `${NETWORK}/log/${facility}`;
}

/** A facility that signs its events with a key of its own. */
export class Facility {
  readonly publicKey: PublicJwk;
  readonly kid: string;
  private readonly privateKey: KeyObject;

  constructor(readonly id: string) {
    const pair = generateKeyPairSync('ed25519');
    const jwk = parsePublicJwk(pair.publicKey.export({ format: 'jwk' }));
    if (!jwk.ok) throw new Error('Node made a key that we refuse.');
    this.publicKey = jwk.value;
    this.kid = thumbprint(jwk.value);
    this.privateKey = pair.privateKey;
  }

  get origin(): string {
    return originOf(this.id);
  }

  lot(number: string): string {
    return `${this.id}/${number}`;
  }

  /** Signs any payload, whatever it says. */
  jws(payload: object, typ = 'lodemark-event+jws'): string {
    const header = canonicalize({ alg: 'EdDSA', kid: this.kid, typ });
    const input = `${toBase64Url(toUtf8(header))}.${toBase64Url(toUtf8(canonicalize(payload)))}`;
    return `${input}.${toBase64Url(sign(null, Buffer.from(input), this.privateKey))}`;
  }

  /** A post of this facility; what is not said is made up. */
  post(body: object): EventPost {
    const payload = {
      v: 1,
      facility: this.id,
      eventId: randomUUID(),
      occurredAt: '2026-11-20T08:00:00+05:00',
      ...body,
    };
    const event = parseEvent(payload);
    if (!event.ok) throw new Error(JSON.stringify(event.problems));
    const digest = payloadDigest(toUtf8(canonicalize(payload)));
    return { jws: this.jws(payload), event: event.value, payloadDigest: digest };
  }

  created(number: string, kg: string, more: object = {}): EventPost {
    return this.post({ ...this.createdBody(number, kg), ...more });
  }

  createdBody(number: string, kg: string): object {
    return {
      type: 'LotCreated',
      lot: this.lot(number),
      form: 'CONCENTRATE',
      mass: { net: { value: kg, unit: 'kg' } },
      origin: { kind: 'mined', licence: 'KZ-1' },
    };
  }

  /** Consumes kilograms of a lot into a new one. */
  consumed(number: string, kg: string, into: string): EventPost {
    return this.post({
      type: 'Transformed',
      step: 'CRACK_LEACH',
      inputs: [{ lot: this.lot(number), mass: { net: { value: kg, unit: 'kg' } } }],
      outputs: [
        {
          lot: this.lot(into),
          form: 'MIXED_CARBONATE',
          mass: { net: { value: kg, unit: 'kg' } },
          role: 'product',
        },
      ],
    });
  }

  corrected(target: EventPost, replacement: object | null, more: object = {}): EventPost {
    return this.post({
      type: 'Corrected',
      target: { eventId: target.event.eventId, payload: target.payloadDigest },
      reason: 'typing mistake',
      replacement,
      ...more,
    });
  }
}

/** Keys of some facilities, and a checker, as an audit wants them. */
export function signaturesOf(...facilities: readonly Facility[]): {
  checker: SignatureChecker;
  keyOf(kid: string): Promise<PublicJwk | undefined>;
} {
  return {
    keyOf: (kid) => Promise.resolve(facilities.find((one) => one.kid === kid)?.publicKey),
    checker: {
      check: (batch) =>
        Promise.resolve(
          batch.map(({ message, signature, publicKey }) =>
            verify(null, message, createPublicKey({ key: { ...publicKey }, format: 'jwk' }), signature),
          ),
        ),
    },
  };
}

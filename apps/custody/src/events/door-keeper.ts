import { CLOCK, ProblemError, type Clock } from '@lodemark/platform';
import { signatureOfJws, type SignatureChecker } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { SIGNATURES } from '../ports.js';
import { RootRegister, type RegisteredKey } from '../root/root-register.js';
import type { ReadEvent } from './read-event.js';

/** Why a signed event is kept out. */
interface Fault {
  readonly type: 'key-unknown' | 'key-not-valid' | 'key-revoked' | 'wrong-facility' | 'signature-invalid';
  readonly title: string;
  readonly pointer: string;
}

type Authority = { readonly key: RegisteredKey } | { readonly fault: Fault };

const KEY = '/protected/kid';
const FORGED: Fault = {
  type: 'signature-invalid',
  title: 'The signature is not the key’s',
  pointer: '/signature',
};

/**
 * Lets in what a key signed that the root log, as far as this service has read it, registers for the event's facility
 * and has not revoked. Whether the key was valid is judged again over the horizon by whoever asks for a verdict.
 */
@Injectable()
export class DoorKeeper {
  constructor(
    private readonly register: RootRegister,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** For each event the problem that keeps it out, or undefined. */
  async check(events: readonly ReadEvent[]): Promise<readonly (ProblemError | undefined)[]> {
    const keys = await this.register.keys([...new Set(events.map(({ jws }) => jws.header.kid))]);
    const now = this.clock.now();
    const judged = events.map((event) => ({
      event,
      authority: authority(event, keys.get(event.jws.header.kid), now),
    }));
    const signed = judged.flatMap(({ event, authority: found }) =>
      'key' in found ? [signatureOfJws(event.jws, found.key.jwk)] : [],
    );
    const holds = (await this.signatures.check(signed))[Symbol.iterator]();
    return judged.map(({ event, authority: found }) => {
      if ('fault' in found) return refused(found.fault, event);
      return holds.next().value === true ? undefined : refused(FORGED, event);
    });
  }
}

function authority(
  { event, jws: { header } }: ReadEvent,
  key: RegisteredKey | undefined,
  now: Date,
): Authority {
  const fault = (type: Fault['type'], title: string, pointer = KEY) => ({ fault: { type, title, pointer } });
  if (key === undefined) return fault('key-unknown', 'No key with this id is registered in the root log');
  if (key.facility === null || !SIGNING.includes(key.purpose))
    return fault('key-not-valid', 'The key is registered for another purpose than signing custody events');
  if (key.facility !== event.facility)
    return fault('wrong-facility', 'The key belongs to another facility than the event names', '/facility');
  // Before the signature is looked at: the algorithm belongs to the key, never to the message.
  if (key.alg !== header.alg)
    return fault('signature-invalid', 'The key is registered for another algorithm', '/protected/alg');
  if (key.revoked) return fault('key-revoked', 'The key is revoked');
  if (now < key.validFrom) return fault('key-not-valid', 'The key is not valid yet');
  if (key.validUntil !== null && now >= key.validUntil)
    return fault('key-not-valid', 'The key is not valid any more');
  return { key };
}

const SIGNING: readonly string[] = ['event', 'custodial'];

/** Whether the key is registered for the facility's events, in force or not. */
export function isSigningKey({ facility, purpose }: RegisteredKey, of: string): boolean {
  return facility === of && SIGNING.includes(purpose);
}

function refused({ type, title, pointer }: Fault, { event, jws }: ReadEvent): ProblemError {
  const status = type === 'wrong-facility' ? 403 : 401;
  return new ProblemError({
    type,
    status,
    title,
    errors: [{ code: type, pointer, detail: title }],
    facts: { kid: jws.header.kid, facility: event.facility },
    // RFC 9110 section 11.6.1: a 401 names a way to authenticate, though here it is the signature that failed.
    ...(status === 401 ? { headers: { 'WWW-Authenticate': 'Bearer realm="lodemark"' } } : {}),
  });
}

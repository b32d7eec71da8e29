import { CLOCK, ProblemError, type Clock } from '@lodemark/platform';
import { signatureOfJws, type SignatureChecker } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { SIGNATURES } from '../ports.js';
import { RootRegister, type RegisteredKey } from '../root/root-register.js';
import type { ReadEvent } from './read-event.js';

/** What stands at the door: an event that may be recorded, or the problem that keeps it out. */
export type Admitted =
  { readonly ok: true; readonly event: ReadEvent } | { readonly ok: false; readonly problem: ProblemError };

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

  async admit(events: readonly ReadEvent[]): Promise<Admitted[]> {
    const keys = await this.register.keys([...new Set(events.map(({ jws }) => jws.header.kid))]);
    const judged = events.map((event) => ({
      event,
      ...this.authority(event, keys.get(event.jws.header.kid)),
    }));
    const toCheck = judged.flatMap(({ event, key }) =>
      key === undefined ? [] : [signatureOfJws(event.jws, key.jwk)],
    );
    const answers = (await this.signatures.check(toCheck))[Symbol.iterator]();
    return judged.map(({ event, key, problem }): Admitted => {
      if (key === undefined) return { ok: false, problem };
      return answers.next().value === true
        ? { ok: true, event }
        : {
            ok: false,
            problem: refused('signature-invalid', 401, 'The signature is not the key’s', '/signature', event),
          };
    });
  }

  private authority(
    event: ReadEvent,
    key: RegisteredKey | undefined,
  ): { key: RegisteredKey; problem?: undefined } | { key?: undefined; problem: ProblemError } {
    const no = (type: string, status: number, title: string, pointer = '/header/kid') => ({
      problem: refused(type, status, title, pointer, event),
    });
    if (key === undefined) return no('key-unknown', 401, 'No key with this id is registered in the root log');
    if (key.facility === null || !['event', 'custodial'].includes(key.purpose))
      return no(
        'key-not-valid',
        401,
        'The key is registered for another purpose than signing custody events',
      );
    if (key.facility !== event.event.facility)
      return no(
        'wrong-facility',
        403,
        'The key belongs to another facility than the event names',
        '/payload/facility',
      );
    if (key.alg !== event.jws.header.alg)
      return no('signature-invalid', 401, 'The key is registered for another algorithm', '/header/alg');
    if (key.revoked) return no('key-revoked', 401, 'The key is revoked');
    const now = this.clock.now();
    if (now < key.validFrom) return no('key-not-valid', 401, 'The key is not valid yet');
    if (key.validUntil !== null && now >= key.validUntil)
      return no('key-not-valid', 401, 'The key is not valid any more');
    return { key };
  }
}

function refused(
  type: string,
  status: number,
  title: string,
  pointer: string,
  event: ReadEvent,
): ProblemError {
  return new ProblemError({
    type,
    status,
    title,
    detail: title,
    errors: [{ code: type, pointer, detail: title }],
    facts: { kid: event.jws.header.kid, facility: event.event.facility },
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
  });
}

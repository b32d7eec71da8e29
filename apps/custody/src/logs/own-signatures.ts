import { decodeFacilityLogEntry, signatureOfJws, type SignatureChecker } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyLimits } from '../custody-config.js';
import { isSigningKey } from '../events/door-keeper.js';
import { readSignedEvent } from '../events/read-event.js';
import { LIMITS, SIGNATURES } from '../ports.js';
import { RootRegister } from '../root/root-register.js';

/** Whether a facility signed what stands in entries, by keys that the root log registers for it, in force or not. */
@Injectable()
export class OwnSignatures {
  constructor(
    private readonly register: RootRegister,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  /** Of heads and of what is no entry nothing is said: neither is signed. @throws ProblemError when an event does not read */
  async hold(facility: string, entries: readonly Uint8Array[]): Promise<boolean> {
    const events = entries.flatMap((bytes) => {
      const entry = decodeFacilityLogEntry(bytes);
      return entry.ok && entry.value.kind !== 'heads'
        ? [readSignedEvent(entry.value.jws, this.limits.depth).jws]
        : [];
    });
    const keys = await this.register.keys([...new Set(events.map(({ header }) => header.kid))]);
    const checks = events.flatMap((jws) => {
      const key = keys.get(jws.header.kid);
      const isOwn = key !== undefined && isSigningKey(key, facility) && key.alg === jws.header.alg;
      return isOwn ? [signatureOfJws(jws, key.jwk)] : [];
    });
    if (checks.length < events.length) return false;
    return (await this.signatures.check(checks)).every((holds) => holds);
  }
}

import { epochMilliseconds, type Statement, type StatementOf } from '@lodemark/domain';
import { algorithmOf, parsePublicJwk, thumbprint, type PublicJwk } from '@lodemark/transparency';

type KeyStatement = StatementOf<'KeyAdded'> | StatementOf<'KeyRotated'>;

interface Registration {
  readonly jwk: PublicJwk;
  readonly owner: KeyStatement['owner'];
  readonly purpose: KeyStatement['purpose'];
  readonly validFrom: number;
  validUntil: number;
  revoked: boolean;
}

/** The keys that the root log has registered so far, and until when each may be used. One key, one owner, one purpose. */
export class RegisteredKeys {
  private readonly registrations = new Map<string, Registration>();

  /** The key as it may be trusted; undefined when it is unsound, not the one that its `kid` says, or taken. */
  soundKey({ kid, jwk, alg }: KeyStatement): PublicJwk | undefined {
    const key = parsePublicJwk(jwk);
    if (!key.ok || thumbprint(key.value) !== kid || algorithmOf(key.value) !== alg) return undefined;
    return this.registrations.has(kid) ? undefined : key.value;
  }

  register(statement: KeyStatement, jwk: PublicJwk): void {
    const { kid, owner, purpose, validFrom, validUntil } = statement;
    this.registrations.set(kid, {
      ...{ jwk, owner, purpose },
      validFrom: epochMilliseconds(validFrom),
      validUntil: validUntil === undefined ? Infinity : epochMilliseconds(validUntil),
      revoked: false,
    });
    if (statement.type !== 'KeyRotated') return;
    const replaced = this.registrations.get(statement.replaces);
    if (replaced === undefined) return;
    replaced.validUntil = Math.min(replaced.validUntil, epochMilliseconds(statement.overlapUntil));
  }

  revoke(kid: string): void {
    const registration = this.registrations.get(kid);
    if (registration !== undefined) registration.revoked = true;
  }

  /** The key, if it may be used at this time. */
  usable(kid: string, at: string): PublicJwk | undefined {
    const registration = this.registrations.get(kid);
    return registration !== undefined && holds(registration, at) ? registration.jwk : undefined;
  }

  /** Log keys of the facility that may be used at this time. */
  logKeys(facility: string, at: string): readonly PublicJwk[] {
    return [...this.registrations.values()]
      .filter(({ owner, purpose }) => purpose === 'log' && 'facility' in owner && owner.facility === facility)
      .filter((registration) => holds(registration, at))
      .map(({ jwk }) => jwk);
  }

  /** A party speaks for itself in two things only: its key hands over to the next one, its facility stands by its entries. */
  entitles(kid: string, statement: Statement): boolean {
    if (statement.type === 'KeyRotated') return statement.replaces === kid;
    if (statement.type !== 'EntriesReattested') return false;
    const registration = this.registrations.get(kid);
    if (registration === undefined || !('facility' in registration.owner)) return false;
    const signsEvents = registration.purpose === 'event' || registration.purpose === 'custodial';
    return signsEvents && registration.owner.facility === statement.facility;
  }
}

function holds({ validFrom, validUntil, revoked }: Registration, at: string): boolean {
  const now = epochMilliseconds(at);
  return !revoked && validFrom <= now && now < validUntil;
}

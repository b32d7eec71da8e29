import type { Statement, StatementOf } from '@lodemark/domain';

export type KeyStatement = StatementOf<'KeyAdded'> | StatementOf<'KeyRotated'>;
export type KeyOwner = KeyStatement['owner'];
export type KeyPurpose = KeyStatement['purpose'];

/** A registered key and what has become of it. Instants are RFC 3339. */
export interface KeyStanding {
  readonly kid: string;
  readonly owner: KeyOwner;
  readonly purpose: KeyPurpose;
  readonly validFrom: string;
  readonly validUntil?: string;
  /** Until when it holds beside its successor. */
  readonly overlapUntil?: string;
  readonly successor?: string;
  /** The earliest one, if it was revoked more than once. */
  readonly suspectFrom?: string;
}

/** What the root log says at its head about the things that one statement names: all that judging it depends on. */
export interface StatementFacts {
  /** Of those named. */
  readonly organizations: ReadonlySet<string>;
  readonly facilities: ReadonlySet<string>;
  readonly keys: ReadonlyMap<string, KeyStanding>;
  /** Whether the log of the facility has an accepted checkpoint of the size and root that are attested again. */
  readonly checkpointKnown: boolean;
  readonly policyDocument: 'unknown' | 'kept' | 'published';
  /** What the policy document calls itself, if it does. */
  readonly policyId?: string;
  /** Who approved the policy document so far. */
  readonly policyApprovers: readonly string[];
}

/** Who signed a statement. */
export type StatementSigner =
  { readonly kind: 'registrar' } | { readonly kind: 'party'; readonly kid: string };

export interface JudgingContext {
  readonly facts: StatementFacts;
  readonly signer: StatementSigner;
  /** The registry's time of recording, RFC 3339. */
  readonly at: string;
  /** Ids of the registrar's and the root log's own keys, which no party may register. */
  readonly reservedKeys: ReadonlySet<string>;
}

/** What a statement names, so that its facts can be looked up at once. */
export interface NamedThings {
  readonly organizations: readonly string[];
  readonly facilities: readonly string[];
  readonly keys: readonly string[];
}

export function thingsNamed(statement: Statement): NamedThings {
  switch (statement.type) {
    case 'OrganizationRegistered':
      return { organizations: [statement.organization], facilities: [], keys: [] };
    case 'OwnershipDeclared':
      return {
        organizations: [statement.organization, ...holdingOrganizations(statement)],
        facilities: [],
        keys: [],
      };
    case 'FacilityRegistered':
    case 'FacilityAmended':
      return { organizations: [statement.organization], facilities: [statement.facility], keys: [] };
    case 'KeyAdded':
      return { ...ownerNamed(statement.owner), keys: [statement.kid] };
    case 'KeyRotated':
      return { ...ownerNamed(statement.owner), keys: [statement.kid, statement.replaces] };
    case 'KeyRevoked':
      return { organizations: [], facilities: [], keys: [statement.kid] };
    case 'EntriesReattested':
      return { organizations: [], facilities: [statement.facility], keys: [] };
    case 'PolicyPublished':
      return { organizations: [], facilities: [], keys: [] };
  }
}

function holdingOrganizations({ holders }: StatementOf<'OwnershipDeclared'>): string[] {
  return holders.flatMap(({ holder }) => ('organization' in holder ? [holder.organization] : []));
}

function ownerNamed(owner: KeyOwner): Pick<NamedThings, 'organizations' | 'facilities'> {
  return 'facility' in owner
    ? { organizations: [], facilities: [owner.facility] }
    : { organizations: [owner.organization], facilities: [] };
}

/** Whether the key can sign at this instant: registered, not over, not replaced, not revoked. */
export function holdsAt(key: KeyStanding, at: string): boolean {
  const instant = Date.parse(at);
  const before = (limit: string | undefined) => limit === undefined || instant < Date.parse(limit);
  return (
    key.suspectFrom === undefined &&
    Date.parse(key.validFrom) <= instant &&
    before(key.validUntil) &&
    before(key.overlapUntil)
  );
}

export function sameOwner(a: KeyOwner, b: KeyOwner): boolean {
  if ('facility' in a) return 'facility' in b && a.facility === b.facility;
  return 'organization' in b && a.organization === b.organization;
}

/** For messages: `facility kokbulak`. */
export function ownerText(owner: KeyOwner): string {
  return 'facility' in owner ? `facility ${owner.facility}` : `organization ${owner.organization}`;
}

import { RootFacts, type Evidence, type RootStatement } from '@lodemark/policy';

/** Everybody whom a statement on one of these organizations may concern: they themselves, and whom they hold. */
export function concernedBy(
  organizations: ReadonlySet<string>,
  root: readonly RootStatement[],
): ReadonlySet<string> {
  const facts = new RootFacts(root);
  const known = root.flatMap(({ statement }) =>
    statement.type === 'OrganizationRegistered' || statement.type === 'OwnershipDeclared'
      ? [statement.organization]
      : [],
  );
  const held = known.filter((one) => [...facts.holdersOf(one)].some((holder) => organizations.has(holder)));
  return new Set([...organizations, ...held]);
}

/**
 * Whether the evidence names one of the organizations: as what a facility of it belongs to, as whose key signed, or
 * anywhere in an event or an attestation. Reads everything, so that no rule has to tell whom it asks about.
 */
export function namesOneOf(organizations: ReadonlySet<string>, evidence: Evidence): boolean {
  const names = new Set([...organizations, ...idsOf(organizations, evidence.root)]);
  return evidence.entries.some(
    ({ ref, event, attestations }) =>
      names.has(ref.facility) ||
      isNamed(names, event) ||
      attestations.some(({ kid, attestation }) => names.has(kid) || isNamed(names, attestation)),
  );
}

/** Facilities and keys of the organizations. */
function idsOf(organizations: ReadonlySet<string>, root: readonly RootStatement[]): readonly string[] {
  return root.flatMap(({ statement }) => {
    switch (statement.type) {
      case 'FacilityRegistered':
      case 'FacilityAmended':
        return organizations.has(statement.organization) ? [statement.facility] : [];
      case 'KeyAdded':
      case 'KeyRotated':
        return 'organization' in statement.owner && organizations.has(statement.owner.organization)
          ? [statement.kid]
          : [];
      default:
        return [];
    }
  });
}

function isNamed(names: ReadonlySet<string>, value: unknown): boolean {
  if (typeof value === 'string') return names.has(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((member) => isNamed(names, member));
}

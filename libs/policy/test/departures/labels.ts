import type { RootStatement } from '../../src/evidence.js';
import { remembered } from '../../src/remembered.js';

/** Each statement of the root log by its type and whom it is about; the second of the same kind is `… (2)`. */
export const labelOf = remembered((root: readonly RootStatement[]): ReadonlyMap<RootStatement, string> => {
  const counts = new Map<string, number>();
  return new Map(
    root.map((one) => {
      const label = `${one.statement.type} ${ownerOf(one)}`;
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      return [one, count === 1 ? label : `${label} (${String(count)})`];
    }),
  );
});

function ownerOf({ statement }: RootStatement): string {
  switch (statement.type) {
    case 'OrganizationRegistered':
    case 'OwnershipDeclared':
      return statement.organization;
    case 'FacilityRegistered':
    case 'FacilityAmended':
    case 'EntriesReattested':
      return statement.facility;
    case 'KeyAdded':
    case 'KeyRotated': {
      const { owner } = statement;
      return 'facility' in owner ? owner.facility : owner.organization;
    }
    case 'KeyRevoked':
      return statement.kid.slice(0, 8);
    case 'PolicyPublished':
      return statement.policy;
  }
}

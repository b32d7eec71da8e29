import { parsers } from '../config/parsers.js';
import { optionalVariable, variable } from '../config/variable.js';

/** What a service's migration is run with, as the owner of the tables. */
export function migrationVariables(prefix: string) {
  const { ownerUrl, serviceRole } = migration(prefix);
  return {
    ownerUrl: variable(ownerUrl.name, ownerUrl.options),
    serviceRole: variable(serviceRole.name, serviceRole.options),
  } as const;
}

/** The same for the service itself, which has no use for them: both are commonly run with one environment. */
export function knownMigrationVariables(prefix: string) {
  const { ownerUrl, serviceRole } = migration(prefix);
  return {
    ownerUrl: optionalVariable(ownerUrl.name, ownerUrl.options),
    serviceRole: optionalVariable(serviceRole.name, serviceRole.options),
  } as const;
}

function migration(prefix: string) {
  return {
    ownerUrl: {
      name: `${prefix}OWNER_URL`,
      options: {
        description: 'The service’s database, as the role that owns its tables; only for `migrate`.',
        parse: parsers.url('postgres', 'postgresql'),
        secret: true,
      },
    },
    serviceRole: {
      name: `${prefix}SERVICE_ROLE`,
      options: {
        description: 'The role that the service connects as; only for `migrate`.',
        parse: parsers.text({ maxLength: 63 }),
      },
    },
  };
}

import { provisionDatabase, type DatabaseAccess } from './postgres/provision.js';
import { derive } from './site-secret.js';

/** A service's own database, and the name of the role that it comes with. */
export interface ServiceDatabase extends DatabaseAccess {
  readonly serviceRole: string;
}

export interface ServiceDatabases {
  /** Administrator of the Postgres server. */
  readonly adminUrl: string;
  /** Of the names of databases and roles; several networks can share one server. */
  readonly prefix?: string | undefined;
  /** What passwords are derived from. */
  readonly secret: Uint8Array;
}

/** Sees to it that a service of a site has a database and roles of its own, the same at every start. */
export async function provisionService(
  { adminUrl, prefix = 'lodemark', secret }: ServiceDatabases,
  name: string,
): Promise<ServiceDatabase> {
  const serviceRole = `${prefix}_${name.replaceAll('-', '_')}`;
  const access = await provisionDatabase(adminUrl, {
    database: serviceRole,
    ownerRole: `${serviceRole}_owner`,
    serviceRole,
    passwords: {
      owner: derive(secret, `${name} owner`).toString('hex'),
      service: derive(secret, `${name} service`).toString('hex'),
    },
  });
  return { ...access, serviceRole };
}

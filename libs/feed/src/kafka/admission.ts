import type { KafkaAdministration } from './kafka-administration.js';

/** As whom the services of a network come to its Kafka cluster. */
export interface ClusterUsers {
  readonly registry: string;
  readonly provenance: readonly string[];
  /** Users of custody services by their addresses, which is how registrations name them. */
  readonly custody: ReadonlyMap<string, string>;
}

/** What the registrar says of a facility: which custody service keeps its log. */
export interface ServedFacility {
  readonly facility: string;
  readonly custodyUrl: string;
}

/** Who may publish what. */
export interface Admission {
  /** Facilities by user; users of custody services without any are among them. */
  readonly operators: ReadonlyMap<string, readonly string[]>;
  /** Whose custody services have no user: nobody may publish their logs. */
  readonly strangers: readonly ServedFacility[];
}

/** What follows from registrations and users. */
export function admissionOf(users: ClusterUsers, facilities: readonly ServedFacility[]): Admission {
  const byAddress = new Map([...users.custody].map(([url, user]) => [addressOf(url), user]));
  const operators = new Map<string, string[]>([...users.custody.values()].map((user) => [user, []]));
  const strangers: ServedFacility[] = [];
  for (const served of facilities) {
    const user = byAddress.get(addressOf(served.custodyUrl));
    if (user === undefined) strangers.push(served);
    else operators.get(user)?.push(served.facility);
  }
  return { operators, strangers };
}

/**
 * Makes topics and access rules so, and takes away what operators no longer keep. Before anything else the topics are
 * made, since without them no rule helps. Doing it again changes nothing.
 */
export async function admitAll(
  administration: KafkaAdministration,
  users: ClusterUsers,
  { operators }: Admission,
): Promise<void> {
  await administration.openTopics([...operators.values()].flat());
  await administration.admitRegistry(users.registry);
  for (const user of users.provenance) await administration.admitProvenance(user);
  for (const [user, facilities] of operators) {
    await administration.admitOperator(user, facilities);
    await administration.restrictOperator(user, facilities);
  }
}

/** The same address, however it is written. */
function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url;
}

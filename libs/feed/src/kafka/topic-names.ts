const FACILITY_LOG = /^[^/]+\/log\/([a-z0-9-]{1,63})$/;
const ROOT_LOG = /^[^/]+\/root$/;

/** The topic that a log travels on (design.md section 2); undefined for an origin that is no log's. */
export function topicOf(origin: string): string | undefined {
  if (ROOT_LOG.test(origin)) return ROOT_TOPIC;
  const facility = FACILITY_LOG.exec(origin)?.[1];
  return facility === undefined ? undefined : facilityTopic(facility);
}

export const ROOT_TOPIC = 'lodemark.root';

export function facilityTopic(facility: string): string {
  return `lodemark.log.${facility}`;
}

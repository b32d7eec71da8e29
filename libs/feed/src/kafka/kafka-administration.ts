import kafkajs, { type AclEntry, type Kafka } from 'kafkajs';
import { groupPrefixOf, kafkaClient, type KafkaConnection } from './kafka-connection.js';
import { facilityTopic, ROOT_TOPIC } from './topic-names.js';
import { Topics } from './topics.js';

// Node does not see these among the names that kafkajs exports.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Of one topic by name, whatever it allows or denies. */
const ANY_RULE = {
  resourceType: AclResourceTypes.TOPIC,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

type Resource = Pick<AclEntry, 'resourceType' | 'resourceName' | 'resourcePatternType'>;

/**
 * What the administrator of a network's cluster does when a facility is registered: makes its topic, and says who may
 * do what (design.md section 2). Competitors share the cluster, and Kafka's rules are per topic: an operator writes the
 * topics of its own facilities and reads the root log's. It may also read its own, for its relay looks whether what it
 * has published is there still. Everything can be said again without harm.
 */
export class KafkaAdministration {
  private readonly kafka: Kafka;
  private readonly topics: Topics;

  /** The connection of somebody who may make topics and access rules. */
  constructor(connection: KafkaConnection) {
    this.kafka = kafkaClient(connection);
    this.topics = new Topics(this.kafka);
  }

  /** Makes the topics of the root log and of these facilities, as far as they are not there. */
  async openTopics(facilities: readonly string[]): Promise<void> {
    for (const topic of [ROOT_TOPIC, ...facilities.map(facilityTopic)]) {
      if ((await this.topics.bounds(topic)) === undefined) await this.topics.create(topic);
    }
  }

  /** Whether a network's root log travels here already. */
  async isUsed(): Promise<boolean> {
    const bounds = await this.topics.bounds(ROOT_TOPIC);
    return bounds !== undefined && bounds.high > 0;
  }

  /** An operator's custody service. */
  async admitOperator(user: string, facilities: readonly string[]): Promise<void> {
    const own = facilities.map((facility) => topicNamed(facilityTopic(facility)));
    await this.allow(user, [...own.map(writing), ...own.map(reading), reading(topicNamed(ROOT_TOPIC))]);
  }

  async admitRegistry(user: string): Promise<void> {
    await this.allow(user, [writing(topicNamed(ROOT_TOPIC)), reading(topicNamed(ROOT_TOPIC))]);
  }

  /** A provenance service, which reads every log, also those of facilities that are registered later. */
  async admitProvenance(user: string): Promise<void> {
    const { PREFIXED } = ResourcePatternTypes;
    await this.allow(user, [reading({ ...topicNamed('lodemark.'), resourcePatternType: PREFIXED })]);
  }

  /**
   * Takes from an operator what it may do on the topics of facilities that are not among these: one that moved to
   * another operator is no longer its to write. Rules that name no single log's topic are left alone.
   */
  async restrictOperator(user: string, facilities: readonly string[]): Promise<void> {
    const own = new Set(facilities.map(facilityTopic));
    const principal = `User:${user}`;
    const found = await this.topics.ask((admin) => admin.describeAcls({ ...ANY_RULE, principal }));
    const surplus = found.resources
      .map(({ resourceName }) => resourceName)
      .filter((name) => name.startsWith(facilityTopic('')) && !own.has(name));
    const filters = surplus.map((resourceName) => ({ ...ANY_RULE, principal, resourceName }));
    if (filters.length > 0) await this.topics.ask((admin) => admin.deleteAcls({ filters }));
  }

  async close(): Promise<void> {
    await this.topics.close();
  }

  private async allow(
    user: string,
    rules: readonly (Resource & Pick<AclEntry, 'operation'>)[],
  ): Promise<void> {
    const groups = {
      resourceType: AclResourceTypes.GROUP,
      resourceName: groupPrefixOf(user),
      resourcePatternType: ResourcePatternTypes.PREFIXED,
    };
    const acl = [...rules, reading(groups)].map((rule) => ({
      ...rule,
      principal: `User:${user}`,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
    }));
    await this.topics.ask((admin) => admin.createAcls({ acl }));
  }
}

function topicNamed(resourceName: string): Resource {
  const { LITERAL } = ResourcePatternTypes;
  return { resourceType: AclResourceTypes.TOPIC, resourceName, resourcePatternType: LITERAL };
}

function reading(resource: Resource): Resource & Pick<AclEntry, 'operation'> {
  return { ...resource, operation: AclOperationTypes.READ };
}

function writing(resource: Resource): Resource & Pick<AclEntry, 'operation'> {
  return { ...resource, operation: AclOperationTypes.WRITE };
}

// What one combined broker and controller of the local Kafka is started with.
import { join } from 'node:path';
import { KEY_STORE, KEY_STORE_PASSWORD } from './certificate.js';

/**
 * Of node `id` among `nodes`, each with its ports. Three listeners: `ADMIN` without credentials, for whoever
 * administers the cluster and the brokers themselves; `OPERATORS` with SCRAM credentials, which may do what the access
 * rules say; and the controllers'; if it has a port, `TLS` as a fourth, which is the operators' over TLS. All on
 * loopback, where reaching a port is as good as being the machine's user.
 */
export function nodeProperties({ id, nodes, folder }) {
  const { ports } = nodes[id - 1];
  const replication = Math.min(3, nodes.length);
  const majority = Math.min(2, nodes.length);
  const listeners = [
    `ADMIN://127.0.0.1:${ports.admin}`,
    `OPERATORS://127.0.0.1:${ports.operators}`,
    ...(ports.tls === undefined ? [] : [`TLS://127.0.0.1:${ports.tls}`]),
    `CONTROLLER://127.0.0.1:${ports.controller}`,
  ].join(',');
  return properties({
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': nodes
      .map((node, index) => `${index + 1}@127.0.0.1:${node.ports.controller}`)
      .join(','),
    listeners,
    'advertised.listeners': listeners.split(',').slice(0, -1).join(','),
    'listener.security.protocol.map':
      'ADMIN:PLAINTEXT,OPERATORS:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'ADMIN',
    'controller.listener.names': 'CONTROLLER',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-256',
    ...Object.fromEntries(
      ['operators', 'tls'].map((name) => [`listener.name.${name}.scram-sha-256.sasl.jaas.config`, SCRAM]),
    ),
    ...(ports.tls === undefined ? {} : keyStore(folder)),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'allow.everyone.if.no.acl.found': false,
    'log.dirs': join(folder, `node-${id}`),

    // A topic with a misspelt name would look like a log without entries.
    'auto.create.topics.enable': false,
    'default.replication.factor': replication,
    'min.insync.replicas': majority,
    'unclean.leader.election.enable': false,
    'offsets.topic.replication.factor': replication,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': majority,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': majority,

    // For a small machine; the defaults are 50, 50, 128 MiB, 4, 8 and 3, and 3 s of waiting for more members.
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.num.partitions': 3,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'group.coordinator.threads': 1,
    'num.io.threads': 2,
    'num.network.threads': 2,
    'group.initial.rebalance.delay.ms': 0,
    // A broker that was killed is noticed soon; the defaults are 9, 2 and 30 s.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'replica.lag.time.max.ms': 5_000,
  });
}

const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';

function keyStore(folder) {
  return {
    'listener.name.tls.ssl.keystore.type': 'PKCS12',
    'listener.name.tls.ssl.keystore.location': join(folder, KEY_STORE),
    'listener.name.tls.ssl.keystore.password': KEY_STORE_PASSWORD,
  };
}

function properties(settings) {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

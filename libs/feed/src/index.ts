export {
  arbitrate,
  entriesThatFit,
  type ArbitrationPorts,
  type HeldLog,
  type Judgement,
} from './arbitrate.js';
export type { Backfill } from './backfill.js';
export type { EntrySink, EntrySource, OpenSource } from './entry-source.js';
export {
  CursorMoved,
  type Contradiction,
  type Feed,
  type FeedAlarm,
  type FeedEntry,
  type FollowState,
  type LogConsumer,
  type Settlement,
  type Subscription,
} from './feed.js';
export { BackfillError, HttpBackfill, type HttpBackfillOptions } from './http-backfill.js';
export { HttpFeed } from './http-feed.js';
export type { Admission, ClusterUsers, ServedFacility } from './kafka/admission.js';
export { AdmissionRounds } from './kafka/admission-rounds.js';
export { KafkaAdministration } from './kafka/kafka-administration.js';
export type { KafkaConnection, KafkaCredentials } from './kafka/kafka-connection.js';
export { KafkaFeed, type KafkaFeedOptions } from './kafka/kafka-feed.js';
export { LogFollower, type FollowerOptions } from './log-follower.js';
export type { Backoff } from './pause.js';
export { PostgresFeed, type PostgresFeedOptions } from './postgres-feed.js';
export { Relays, type RelaysOptions } from './relay/relays.js';
export { startRelays } from './relay/service-relays.js';

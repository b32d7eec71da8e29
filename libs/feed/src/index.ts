export type { Backfill } from './backfill.js';
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

/** What can be wrong after a run. */
export type FindingCode =
  | 'lost'
  | 'altered'
  | 'moved'
  | 'duplicate'
  | 'invented'
  | 'refused-though-sound'
  | 'recorded-though-refused'
  | 'unresolved'
  | 'answer-changed'
  | 'bad-signature'
  | 'hole'
  | 'head-differs'
  | 'fork'
  | 'topic-lost'
  | 'topic-altered'
  | 'topic-order'
  | 'digest-differs'
  | 'audit'
  | 'internal-error'
  | 'not-accepting'
  | 'fault-not-had';

export interface Finding {
  readonly code: FindingCode;
  /** A log, an operation, a topic. */
  readonly where: string;
  readonly detail: string;
}

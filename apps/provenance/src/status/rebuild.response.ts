import type { RebuildRun } from './rebuild-runs.js';

export class RebuiltResponse {
  /** Digest of the read model before and after, lowercase hex; the same when nothing was wrong with it. */
  readonly before!: string;
  readonly after!: string;
  /** Whether they are the same. */
  readonly same!: boolean;
  readonly entries!: number;
}

export class RebuildProgressResponse {
  /** Entries applied anew. */
  readonly done!: number;
  /** Entries there are; absent until they are counted. */
  readonly total?: number;
}

export class RebuildResponse {
  readonly id!: string;
  /** `kept` or `logs`. */
  readonly source!: string;
  /** `running`, `done` or `failed`. */
  readonly state!: string;
  readonly startedAt!: string;
  readonly endedAt?: string;
  readonly entries!: RebuildProgressResponse;
  /** What came of it, when it is done. */
  readonly rebuilt?: RebuiltResponse;
  /** Why it failed: the read model is as it was. */
  readonly failure?: string;
}

export function describeRebuild({ id, source, startedAt, progress, ended }: RebuildRun): RebuildResponse {
  const { done, total } = progress;
  return {
    ...{ id, source, state: stateOf(ended), startedAt: startedAt.toISOString() },
    ...(ended === undefined ? {} : { endedAt: ended.at.toISOString() }),
    entries: { done, ...(total === undefined ? {} : { total }) },
    ...(ended === undefined ? {} : outcomeOf(ended)),
  };
}

function stateOf(ended: RebuildRun['ended']): string {
  if (ended === undefined) return 'running';
  return 'failure' in ended ? 'failed' : 'done';
}

function outcomeOf(ended: NonNullable<RebuildRun['ended']>): Pick<RebuildResponse, 'rebuilt' | 'failure'> {
  if ('failure' in ended) return { failure: ended.failure };
  const { before, after, entries } = ended.rebuilt;
  return { rebuilt: { before, after, same: before === after, entries } };
}

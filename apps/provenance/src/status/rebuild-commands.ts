import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { ReadRefusal } from '../http/read-refusal.js';
import type { RebuildSource } from '../ingest/rebuild.js';
import { RebuildRuns, type RebuildRun } from './rebuild-runs.js';

/** An administrator has the read model made anew. */
export class BeginRebuild extends Command<RebuildRun> {
  constructor(readonly source: RebuildSource) {
    super();
  }
}

@CommandHandler(BeginRebuild)
export class BeginRebuildHandler implements ICommandHandler<BeginRebuild> {
  constructor(private readonly runs: RebuildRuns) {}

  execute({ source }: BeginRebuild): Promise<RebuildRun> {
    return Promise.resolve(this.runs.begin(source));
  }
}

export class FindRebuild extends Query<RebuildRun> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(FindRebuild)
export class FindRebuildHandler implements IQueryHandler<FindRebuild> {
  constructor(private readonly runs: RebuildRuns) {}

  execute({ id }: FindRebuild): Promise<RebuildRun> {
    const run = this.runs.find(id);
    if (run !== undefined) return Promise.resolve(run);
    throw new ReadRefusal({
      code: 'rebuild-unknown',
      detail:
        'No rebuild with this id was begun since the service started; one that ran when it stopped changed nothing.',
    });
  }
}

import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Rebuilt, RebuildSource } from '../ingest/rebuild.js';

/** Rebuilds and digests the read model: `Maintenance`. */
export const MAINTENANCE = Symbol('MAINTENANCE');

export interface Maintenance {
  rebuild(source: RebuildSource): Promise<Rebuilt>;
  digest(): Promise<string>;
}

/** An administrator has the read model made anew. */
export class RebuildReadModel extends Command<Rebuilt> {
  constructor(readonly source: RebuildSource) {
    super();
  }
}

@CommandHandler(RebuildReadModel)
export class RebuildReadModelHandler implements ICommandHandler<RebuildReadModel> {
  constructor(@Inject(MAINTENANCE) private readonly maintenance: Maintenance) {}

  execute({ source }: RebuildReadModel): Promise<Rebuilt> {
    return this.maintenance.rebuild(source);
  }
}

import { Network } from '@lodemark/domain';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { LastCheckpointResponse } from './checkpoint-accepted.response.js';
import { CheckpointRegister } from './checkpoint-register.js';

/** The last accepted checkpoint of a facility log; undefined before the first. */
export class FindLastCheckpoint extends Query<LastCheckpointResponse | undefined> {
  constructor(readonly facility: string) {
    super();
  }
}

@QueryHandler(FindLastCheckpoint)
export class FindLastCheckpointHandler implements IQueryHandler<FindLastCheckpoint> {
  constructor(
    private readonly register: CheckpointRegister,
    private readonly network: Network,
  ) {}

  async execute({ facility }: FindLastCheckpoint): Promise<LastCheckpointResponse | undefined> {
    const last = await this.register.last(facility);
    if (last === undefined) return undefined;
    const { size, root, note: checkpoint } = last;
    const rootIndex = (await this.register.coverage(facility, size - 1))?.rootIndex ?? null;
    return { origin: this.network.logOrigin(facility), size, root, checkpoint, rootIndex };
  }
}

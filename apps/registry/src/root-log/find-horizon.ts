import { Network } from '@lodemark/domain';
import { LedgerReader } from '@lodemark/ledger';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { CheckpointRegister, type Coverage } from '../checkpoints/checkpoint-register.js';
import { Register } from '../register/register.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import type { HorizonResponse, PublishedRootResponse } from './root-log.response.js';

/** The first evidence horizon that covers an entry of a facility log. */
export class FindHorizon extends Query<HorizonResponse> {
  constructor(
    readonly facility: string,
    readonly index: number,
  ) {
    super();
  }
}

@QueryHandler(FindHorizon)
export class FindHorizonHandler implements IQueryHandler<FindHorizon> {
  constructor(
    private readonly checkpoints: CheckpointRegister,
    private readonly register: Register,
    private readonly reader: LedgerReader,
    private readonly network: Network,
  ) {}

  async execute({ facility, index }: FindHorizon): Promise<HorizonResponse> {
    const coverage = await this.checkpoints.coverage(facility, index);
    if (coverage === undefined) throw await this.refusal(facility, index);
    const { rootIndex, size: coveredBy, recordedAt } = coverage;
    const size = rootIndex + 1;
    return {
      facility,
      index,
      size,
      root: await this.reader.rootAt(this.network.rootOrigin, size),
      rootIndex,
      coveredBy,
      recordedAt,
      published: await this.published(coverage),
      endedBy: (await this.checkpoints.endedBy(facility, index)) ?? null,
    };
  }

  private async published({ rootIndex }: Coverage): Promise<PublishedRootResponse | null> {
    const latest = await this.reader.publishedCheckpoint(this.network.rootOrigin);
    return latest !== undefined && latest.size > rootIndex ? { size: latest.size, root: latest.root } : null;
  }

  private async refusal(facility: string, index: number): Promise<RegistrationRefusal> {
    if ((await this.register.findFacility(facility)) === undefined) {
      return new RegistrationRefusal({ code: 'not-found', detail: `There is no facility ${facility}.` });
    }
    const last = await this.checkpoints.last(facility);
    const endedBy = await this.checkpoints.endedBy(facility, index);
    const detail =
      endedBy === undefined
        ? `No checkpoint of ${facility} in the root log covers entry ${index} yet.`
        : `What counts from the log of ${facility} was ended before entry ${index} by root entry ${endedBy}.`;
    return new RegistrationRefusal({
      code: 'not-covered-yet',
      detail,
      facts: { facility, index, lastCheckpoint: last?.size ?? 0, endedBy: endedBy ?? null },
    });
  }
}

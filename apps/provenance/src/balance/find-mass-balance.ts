import { Rational } from '@lodemark/domain';
import type { Caller } from '@lodemark/platform';
import type { Process } from '@lodemark/policy';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { answeredAt } from '../http/answered-at.js';
import { nameOf } from '../lots/lot-view.js';
import { balanceOf } from './balance-view.js';
import type { MassBalanceResponse } from './mass-balance.response.js';

export class FindMassBalance extends Query<MassBalanceResponse> {
  constructor(
    readonly lot: string,
    /** Coverage factor and when. */
    readonly asked: AskedHorizon & { readonly k: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

@QueryHandler(FindMassBalance)
export class FindMassBalanceHandler implements IQueryHandler<FindMassBalance> {
  constructor(
    private readonly horizons: Horizons,
    private readonly access: Access,
  ) {}

  async execute({ lot, asked, caller }: FindMassBalance): Promise<MassBalanceResponse> {
    const { k } = asked;
    const horizon = await this.horizons.resolve(asked);
    const { reached, dossier } = await this.access.lineage(horizon, { lot, direction: 'up' }, caller);
    const processes = new Map<string, Process>();
    let withheld = 0;
    for (const { lot: ancestor } of reached) {
      const producers = dossier.lineage.producersOf(ancestor);
      if (producers.length === 0) withheld += 1;
      for (const producer of producers) {
        if (producer.kind === 'process') processes.set(nameOf(producer.process.told.ref), producer.process);
      }
    }
    const factor = Rational.parse(k);
    const steps = [...processes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, process]) => process);
    return {
      ...{ horizon: answeredAt(horizon), lot, k, withheld },
      steps: steps.map((process) => balanceOf(dossier, process, factor)),
    };
  }
}

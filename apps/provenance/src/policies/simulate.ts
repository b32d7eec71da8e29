import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { ReadRefusal } from '../http/read-refusal.js';
import { PolicyDocuments } from './policy-documents.js';
import { SimulationRuns, type Simulation } from './simulation-runs.js';

/** Somebody wants to know what a policy document, published or not, would change. */
export class BeginSimulation extends Command<Simulation> {
  constructor(
    readonly document: string,
    readonly under: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(BeginSimulation)
export class BeginSimulationHandler implements ICommandHandler<BeginSimulation> {
  constructor(
    private readonly documents: PolicyDocuments,
    private readonly runs: SimulationRuns,
  ) {}

  async execute({ document, under }: BeginSimulation): Promise<Simulation> {
    // Says at once, and not in the middle of a run, that it cannot be had or read.
    await this.documents.policy(document);
    return this.runs.begin(document, under);
  }
}

export class CancelSimulation extends Command<Simulation> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(CancelSimulation)
export class CancelSimulationHandler implements ICommandHandler<CancelSimulation> {
  constructor(private readonly runs: SimulationRuns) {}

  execute({ id }: CancelSimulation): Promise<Simulation> {
    return Promise.resolve(this.runs.cancel(id) ?? unknown(id));
  }
}

export class FindSimulation extends Query<Simulation> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(FindSimulation)
export class FindSimulationHandler implements IQueryHandler<FindSimulation> {
  constructor(private readonly runs: SimulationRuns) {}

  execute({ id }: FindSimulation): Promise<Simulation> {
    return Promise.resolve(this.runs.find(id) ?? unknown(id));
  }
}

function unknown(id: string): never {
  throw new ReadRefusal({
    code: 'simulation-unknown',
    detail: 'No simulation with this id is remembered: the last twenty are, until the service stops.',
    facts: { id },
  });
}

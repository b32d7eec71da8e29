import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { RootStatements } from '../evidence/root-statements.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { Judging } from '../verdicts/judging.js';
import { PolicyDocuments } from './policy-documents.js';
import { publishedPolicies } from './published-policies.js';
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
    private readonly judging: Judging,
    private readonly root: RootStatements,
  ) {}

  async execute({ document, under }: BeginSimulation): Promise<Simulation> {
    // Says at once, and not in the middle of a run, that it cannot be had or read.
    await this.documents.policy(document);
    if (under !== undefined) await this.requirePublished(under);
    return this.runs.begin(document, under);
  }

  // No verdict was given under a name that nobody published: nothing would change, and that would be no answer.
  private async requirePublished(name: string): Promise<void> {
    const published = publishedPolicies(await this.root.at(await this.judging.horizon({})));
    if (published.some(({ policy }) => policy === name)) return;
    throw new ReadRefusal({
      code: 'policy-unknown',
      detail: `No policy was published under the name ${name}.`,
      facts: { policy: name, published: [...new Set(published.map(({ policy }) => policy))] },
    });
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

import { inTransaction } from '@lodemark/ledger';
import { CLOCK, type Clock } from '@lodemark/platform';
import type { Checkpoint } from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { LogFaults } from '../log-faults/log-faults.js';
import { DATABASE } from '../ports.js';
import { lockFacilityLog } from '../register/lock-facility-log.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { CheckpointAuthenticity } from './checkpoint-authenticity.js';
import { CheckpointRegister } from './checkpoint-register.js';
import { judgeCheckpoint, type AcceptedCheckpoint } from './judge-checkpoint.js';

/** What became of a checkpoint that was not refused. */
export interface HandedIn extends Checkpoint {
  readonly facility: string;
  /** False when the registry had it already. */
  readonly fresh: boolean;
}

/** A facility log's checkpoint comes in; it authenticates itself by the log key that signed it. */
export class HandInCheckpoint extends Command<HandedIn> {
  constructor(
    /** C2SP signed note. */
    readonly note: string,
    /** From the size of the last accepted one; lowercase hex. */
    readonly consistencyProof: readonly string[],
  ) {
    super();
  }
}

@CommandHandler(HandInCheckpoint)
export class HandInCheckpointHandler implements ICommandHandler<HandInCheckpoint> {
  constructor(
    @Inject(DATABASE) private readonly pool: Pool,
    private readonly register: CheckpointRegister,
    private readonly authentic: CheckpointAuthenticity,
    private readonly faults: LogFaults,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ note: text, consistencyProof }: HandInCheckpoint): Promise<HandedIn> {
    const at = this.clock.now().toISOString();
    const { facility, checkpoint, note } = await this.authentic.open(text, at);
    const candidate = { size: checkpoint.size, root: checkpoint.root, note };
    const judgement = await inTransaction(this.pool, async (client) => {
      await lockFacilityLog(client, facility);
      const standing = await this.register.standing(facility, checkpoint.size, client);
      const judged = judgeCheckpoint(checkpoint, consistencyProof, standing);
      if (judged.kind === 'extends') await this.register.accept(client, facility, { ...candidate, at });
      return judged;
    });
    if (judgement.kind === 'fork') throw await this.fork(facility, judgement.with, candidate);
    return { ...checkpoint, facility, fresh: judgement.kind === 'extends' };
  }

  private async fork(
    facility: string,
    first: AcceptedCheckpoint,
    second: AcceptedCheckpoint,
  ): Promise<RegistrationRefusal> {
    const fault = await this.faults.recordFork(facility, first, second);
    return new RegistrationRefusal({
      code: 'log-forked',
      detail:
        `The log of ${facility} has signed two roots for size ${first.size}. Both notes stand in the root log's entry ` +
        `${fault.index}; from index ${fault.size} on nothing of this log counts any more.`,
      facts: { facility, logFault: fault.index, fromIndex: fault.size },
    });
  }
}

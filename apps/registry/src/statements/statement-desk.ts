import type { StatementType } from '@lodemark/domain';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { found } from '../http/found.js';
import { REGISTRY_METRICS, type RegistryMetrics } from '../registry-metrics.js';
import { MakeStatement } from './make-statement.js';
import { StatementReceipts } from './statement-receipts.js';
import type { StatementRecordedResponse } from './statement-recorded.response.js';
import { TakeStatement } from './take-statement.js';

/** Where the controllers hand in statements and get receipts. */
@Injectable()
export class StatementDesk {
  constructor(
    private readonly commands: CommandBus,
    private readonly receipts: StatementReceipts,
    @Inject(REGISTRY_METRICS) private readonly metrics: RegistryMetrics,
  ) {}

  /** The registrar says something in JSON. @throws RegistrationRefusal */
  make(
    type: StatementType,
    body: object,
    named: Readonly<Record<string, unknown>> = {},
  ): Promise<StatementRecordedResponse> {
    return this.counted(() => this.commands.execute(new MakeStatement(type, Object.assign({}, body, named))));
  }

  /** Somebody hands in a signed statement. @throws RegistrationRefusal */
  take(jws: string): Promise<StatementRecordedResponse> {
    return this.counted(() => this.commands.execute(new TakeStatement(jws)));
  }

  private async counted(record: () => Promise<string>): Promise<StatementRecordedResponse> {
    try {
      const statementId = await record();
      this.metrics.statements.inc({ outcome: 'recorded' });
      return found(await this.receipts.receiptOf(statementId), `statement ${statementId}`);
    } catch (error) {
      this.metrics.statements.inc({ outcome: 'refused' });
      throw error;
    }
  }
}

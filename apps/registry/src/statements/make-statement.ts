import type { Statement, StatementType } from '@lodemark/domain';
import { CLOCK, type Clock } from '@lodemark/platform';
import {
  buildJws,
  canonicalBytes,
  payloadDigest,
  TransparencyError,
  type SignatureChecker,
} from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { NetworkKeys } from '../network-keys.js';
import { SIGNATURES } from '../ports.js';
import { Register } from '../register/register.js';
import { judgeKeyMaterial } from './key-material.js';
import { checkSize, readStatement, tooLarge } from './read-statement.js';
import { RegistrationRefusal } from './registration-refusal.js';
import { StatementLog, type SignedStatement } from './statement-log.js';

/** The registrar says something in JSON; the registry signs it with the registrar's key and records it. */
export class MakeStatement extends Command<string> {
  constructor(
    readonly type: StatementType,
    /** The statement's fields; `statedAt` may be missing. */
    readonly fields: { readonly statementId: string; readonly statedAt?: string },
  ) {
    super();
  }
}

@CommandHandler(MakeStatement)
export class MakeStatementHandler implements ICommandHandler<MakeStatement> {
  constructor(
    private readonly log: StatementLog,
    private readonly keys: NetworkKeys,
    private readonly register: Register,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  async execute(command: MakeStatement): Promise<string> {
    try {
      await this.attempt(command);
    } catch (error) {
      // Two requests without `statedAt` at the same time differ in nothing else: the second adopts the first's time.
      const raced = error instanceof RegistrationRefusal && error.code === 'statement-contradicts';
      if (!raced || command.fields.statedAt !== undefined) throw error;
      await this.attempt(command);
    }
    return command.fields.statementId;
  }

  private async attempt({ type, fields }: MakeStatement): Promise<void> {
    const statedAt = fields.statedAt ?? (await this.statedAtOf(fields.statementId));
    const statement = readStatement({ ...fields, statedAt, v: 1, type });
    if (statement.type === 'KeyAdded' || statement.type === 'KeyRotated') {
      RegistrationRefusal.throwIf(await judgeKeyMaterial(statement, this.signatures));
    }
    await this.log.record(await this.sign(statement));
  }

  private async statedAtOf(statementId: string): Promise<string> {
    const known = await this.register.findStatement(statementId);
    return known?.statement.statedAt ?? this.clock.now().toISOString();
  }

  private async sign(statement: Statement): Promise<SignedStatement> {
    const payload = canonicalBytes(statement);
    const jws = await buildJws(payload, this.keys.registrar, 'lodemark-statement+jws').catch(refuseTooLarge);
    checkSize(jws);
    return { statement, signer: { kind: 'registrar' }, jws, payloadDigest: payloadDigest(payload) };
  }
}

function refuseTooLarge(error: unknown): never {
  throw error instanceof TransparencyError && error.code === 'jws-too-large' ? tooLarge() : error;
}

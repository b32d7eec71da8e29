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
    readonly fields: Readonly<Record<string, unknown>>,
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
      return await this.attempt(command);
    } catch (error) {
      // Two requests without `statedAt` at the same time differ in nothing else: the second adopts the first's time.
      const raced = error instanceof RegistrationRefusal && error.code === 'statement-contradicts';
      if (!raced || 'statedAt' in command.fields) throw error;
      return this.attempt(command);
    }
  }

  private async attempt({ type, fields }: MakeStatement): Promise<string> {
    const now = this.clock.now().toISOString();
    // Read before anything is looked up by it.
    const first = readStatement({ statedAt: now, ...fields, v: 1, type });
    const statement = 'statedAt' in fields ? first : await this.withKnownTime(first);
    if (statement.type === 'KeyAdded' || statement.type === 'KeyRotated') {
      RegistrationRefusal.throwIf(await judgeKeyMaterial(statement, this.signatures));
    }
    await this.log.record(await this.sign(statement));
    return statement.statementId;
  }

  /** A statement sent again without a time of its own is the one that was recorded, not another one made later. */
  private async withKnownTime(statement: Statement): Promise<Statement> {
    const known = await this.register.findStatement(statement.statementId);
    return known === undefined ? statement : { ...statement, statedAt: known.statement.statedAt };
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

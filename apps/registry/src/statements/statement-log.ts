import type { Statement } from '@lodemark/domain';
import { RootLog, type EntryReference } from '@lodemark/ledger';
import { Injectable } from '@nestjs/common';
import { NetworkKeys } from '../network-keys.js';
import { loadFacts } from '../register/load-facts.js';
import { writeStatement } from '../register/write-statement.js';
import { RootSigning } from '../rounds/root-signing.js';
import { judgeStatement } from './judge-statement.js';
import { RegistrationRefusal } from './registration-refusal.js';
import type { StatementSigner } from './statement-facts.js';

/** A statement whose signature and own bytes have been checked. */
export interface SignedStatement {
  readonly statement: Statement;
  readonly signer: StatementSigner;
  readonly jws: string;
  /** SHA-256 of the canonical payload, lowercase hex. */
  readonly payloadDigest: string;
}

/** The root log as the place of statements: judged under the head lock, each recorded once. */
@Injectable()
export class StatementLog {
  constructor(
    private readonly rootLog: RootLog,
    private readonly keys: NetworkKeys,
    private readonly signing: RootSigning,
  ) {}

  /**
   * Appends the statement unless the log holds it already, and says where it stands.
   * Holds invariant 3 for the root log: the same payload again gets the first answer, another one under the same
   * statementId is refused. @throws RegistrationRefusal
   */
  async record(signed: SignedStatement): Promise<EntryReference> {
    this.signing.requireSound();
    const { statement, jws, signer, payloadDigest } = signed;
    const { statementId } = statement;
    let repeated: EntryReference | undefined;
    const [appended] = await this.rootLog.append(async (context) => {
      const { client, head, recordedAt } = context;
      repeated = undefined;
      const known = await context.findStatement(statementId);
      if (known !== undefined) {
        if (known.payloadDigest !== payloadDigest) throw contradiction(statementId, known);
        repeated = known;
        return [];
      }
      const facts = await loadFacts(client, statement, signer);
      const reservedKeys = this.keys.reserved;
      RegistrationRefusal.throwIf(judgeStatement(statement, { facts, signer, at: recordedAt, reservedKeys }));
      await writeStatement(client, { statement, jws, rootIndex: head.size, recordedAt });
      return [
        { entry: { kind: 'statement', v: 1, recordedAt, jws }, statement: { statementId, payloadDigest } },
      ];
    });
    const reference = repeated ?? appended;
    if (reference === undefined) throw new Error('a statement was neither appended nor found');
    return reference;
  }
}

function contradiction(statementId: string, known: EntryReference): RegistrationRefusal {
  const pointer = '/statementId';
  const detail = `The root log holds another statement under the id ${statementId}, at index ${known.index}.`;
  return new RegistrationRefusal({
    code: 'statement-contradicts',
    detail,
    facts: { statementId, index: known.index, leaf: known.leaf },
    errors: [{ code: 'statement-contradicts', pointer, detail }],
  });
}

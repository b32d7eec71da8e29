import type { Statement } from '@lodemark/domain';
import {
  parseJws,
  payloadDigest,
  readCanonicalJson,
  verifyJws,
  type Jws,
  type Problem,
  type PublicJwk,
  type SignatureChecker,
} from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { NetworkKeys } from '../network-keys.js';
import { SIGNATURES } from '../ports.js';
import { Register } from '../register/register.js';
import { judgeKeyMaterial } from './key-material.js';
import { checkSize, readStatement } from './read-statement.js';
import { RegistrationRefusal, type InputFault } from './registration-refusal.js';
import type { StatementSigner } from './statement-facts.js';
import { StatementLog } from './statement-log.js';

/** A registrar, or a party about itself, hands in a statement that it signed; the answer is its statementId. */
export class TakeStatement extends Command<string> {
  constructor(
    /** Compact JWS, typ `lodemark-statement+jws`. */
    readonly jws: string,
  ) {
    super();
  }
}

@CommandHandler(TakeStatement)
export class TakeStatementHandler implements ICommandHandler<TakeStatement> {
  constructor(
    private readonly log: StatementLog,
    private readonly keys: NetworkKeys,
    private readonly register: Register,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  async execute({ jws: text }: TakeStatement): Promise<string> {
    const { jws, statement } = readSigned(text);
    const signer = await this.verify(jws);
    if (statement.type === 'KeyAdded' || statement.type === 'KeyRotated') {
      RegistrationRefusal.throwIf(await judgeKeyMaterial(statement, this.signatures));
    }
    checkSize(text);
    await this.log.record({ statement, signer, jws: text, payloadDigest: payloadDigest(jws.payload) });
    return statement.statementId;
  }

  private async verify(jws: Jws): Promise<StatementSigner> {
    const { kid } = jws.header;
    const registrar = this.keys.registrars.get(kid);
    const key: PublicJwk | undefined = registrar ?? (await this.register.findKey(kid))?.jwk;
    if (key === undefined) {
      throw new RegistrationRefusal({
        code: 'signer-unknown',
        detail: `No registered key and no registrar's key has the id ${kid}.`,
        facts: { signer: kid },
      });
    }
    if (!(await verifyJws(jws, key, this.signatures))) {
      throw new RegistrationRefusal({
        code: 'signature-invalid',
        detail: 'The signature does not hold under the key that it names.',
        facts: { signer: kid },
      });
    }
    return registrar === undefined ? { kind: 'party', kid } : { kind: 'registrar' };
  }
}

function readSigned(text: string): { jws: Jws; statement: Statement } {
  const jws = parseJws(text, 'lodemark-statement+jws');
  if (!jws.ok) throw malformed(jws.problems);
  const json = readCanonicalJson(jws.value.payload);
  if (!json.ok) throw malformed(json.problems.map(inPayload));
  return { jws: jws.value, statement: readStatement(json.value, '/payload') };
}

function inPayload(problem: Problem): InputFault {
  return { ...problem, pointer: `/payload${problem.pointer}` };
}

function malformed(errors: readonly InputFault[]): RegistrationRefusal {
  const detail = 'The body is not a compact JWS of a statement.';
  return new RegistrationRefusal({ code: 'statement-malformed', detail, errors });
}

import { CLOCK, type Caller, type Clock } from '@lodemark/platform';
import { Network } from '@lodemark/domain';
import { sha256Hex, toUtf8 } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DATABASE } from '../ports.js';
import type { Queryable } from '../register/queryable.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** Who approved a document so far, by pseudonym, and what the caller is called. */
export interface Approvals {
  readonly caller: string;
  readonly approvedBy: readonly string[];
}

/** A person of the registrar approves a policy document that the registry keeps. */
export class ApprovePolicy extends Command<Approvals> {
  constructor(
    readonly document: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

/**
 * Two persons publish a policy (the certifier's rules are nobody's alone): the approvals that were given before. The root
 * log names persons by pseudonyms, which are the same in all statements of a network.
 */
@Injectable()
export class PolicyApprovals {
  constructor(
    @Inject(DATABASE) private readonly database: Queryable,
    private readonly network: Network,
  ) {}

  /** What the root log calls a person of the registrar. */
  pseudonym({ subject }: Caller): string {
    return `registrar-${sha256Hex(toUtf8(`${this.network.name} ${subject}`)).slice(0, 32)}`;
  }

  async of(document: string): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ approver: string }>(
      `SELECT approver FROM registry.policy_approval WHERE document = $1 ORDER BY approver`,
      [Buffer.from(document, 'hex')],
    );
    return rows.map(({ approver }) => approver);
  }

  /** Approving again changes nothing. @returns whether the registry keeps the document and it is not published yet */
  async add(document: string, approver: string, at: Date): Promise<'added' | 'published' | 'unknown'> {
    const digest = Buffer.from(document, 'hex');
    const { rows } = await this.database.query<{ published: boolean }>(
      `SELECT EXISTS (SELECT FROM registry.policy p WHERE p.document = d.digest) AS published
       FROM registry.policy_document d WHERE digest = $1`,
      [digest],
    );
    const [row] = rows;
    if (row === undefined) return 'unknown';
    if (row.published) return 'published';
    await this.database.query(
      `INSERT INTO registry.policy_approval (document, approver, approved_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [digest, approver, at],
    );
    return 'added';
  }
}

@CommandHandler(ApprovePolicy)
export class ApprovePolicyHandler implements ICommandHandler<ApprovePolicy> {
  constructor(
    private readonly approvals: PolicyApprovals,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RegistrationRefusal `policy-document-unknown`, `policy-published` */
  async execute({ document, caller }: ApprovePolicy): Promise<Approvals> {
    const name = this.approvals.pseudonym(caller);
    const done = await this.approvals.add(document, name, this.clock.now());
    if (done === 'unknown') {
      const detail = `The registry does not hold the document ${document}; hand it in first.`;
      throw new RegistrationRefusal({ code: 'policy-document-unknown', detail, facts: { document } });
    }
    const approvedBy = await this.approvals.of(document);
    if (done === 'published' && !approvedBy.includes(name)) {
      const detail = `The document ${document} is published already.`;
      throw new RegistrationRefusal({ code: 'policy-published', detail, facts: { document } });
    }
    return { caller: name, approvedBy };
  }
}

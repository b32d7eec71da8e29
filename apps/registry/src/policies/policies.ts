import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { standsIn } from '../organizations/find-organization.js';
import { Register } from '../register/register.js';
import { PolicyDocuments } from './policy-documents.js';
import type { PoliciesResponse } from './policy.response.js';

/** A policy document is kept before it is published; the answer is its digest. */
export class KeepPolicyDocument extends Command<string> {
  constructor(
    readonly document:
      | { readonly json: Readonly<Record<string, unknown>> }
      | { readonly digest: string; readonly bytes: Uint8Array },
  ) {
    super();
  }
}

@CommandHandler(KeepPolicyDocument)
export class KeepPolicyDocumentHandler implements ICommandHandler<KeepPolicyDocument> {
  constructor(private readonly documents: PolicyDocuments) {}

  execute({ document }: KeepPolicyDocument): Promise<string> {
    if ('json' in document) return this.documents.keep(document.json);
    return this.documents.keepBytes(document.digest, document.bytes);
  }
}

export class FindPolicyDocument extends Query<Uint8Array | undefined> {
  constructor(readonly digest: string) {
    super();
  }
}

@QueryHandler(FindPolicyDocument)
export class FindPolicyDocumentHandler implements IQueryHandler<FindPolicyDocument> {
  constructor(private readonly documents: PolicyDocuments) {}

  execute({ digest }: FindPolicyDocument): Promise<Uint8Array | undefined> {
    return this.documents.find(digest);
  }
}

export class ListPolicies extends Query<PoliciesResponse> {
  constructor(readonly page: { readonly after: number; readonly limit: number }) {
    super();
  }
}

@QueryHandler(ListPolicies)
export class ListPoliciesHandler implements IQueryHandler<ListPolicies> {
  constructor(private readonly register: Register) {}

  async execute({ page }: ListPolicies): Promise<PoliciesResponse> {
    const known = await this.register.listPolicies(page);
    const policies = known.map((one) => {
      const { policy, document, proposedBy, approvedBy, statementId } = one.statement;
      const persons = { ...(proposedBy && { proposedBy }), ...(approvedBy && { approvedBy }) };
      return { policy, document, ...persons, statementId, recorded: standsIn(one) };
    });
    const last = policies.length === page.limit ? policies.at(-1) : undefined;
    return { policies, ...(last === undefined ? {} : { next: last.recorded.index }) };
  }
}

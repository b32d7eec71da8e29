import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { standsIn } from '../organizations/find-organization.js';
import { Register, type KeyOnRecord } from '../register/register.js';
import type { KeyResponse } from './key.response.js';

export class FindKey extends Query<KeyResponse | undefined> {
  constructor(readonly kid: string) {
    super();
  }
}

@QueryHandler(FindKey)
export class FindKeyHandler implements IQueryHandler<FindKey> {
  constructor(private readonly register: Register) {}

  async execute({ kid }: FindKey): Promise<KeyResponse | undefined> {
    const known = await this.register.findKey(kid);
    return known && describe(known);
  }
}

function describe({ added, rotated, revoked }: KeyOnRecord): KeyResponse {
  const key = added.statement;
  const { kid, owner, purpose, alg, jwk, validFrom, validUntil, statementId } = key;
  return {
    ...{ kid, owner, purpose, alg, jwk, validFrom, statementId },
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(key.type === 'KeyRotated' ? { replaces: key.replaces } : {}),
    recorded: standsIn(added),
    ...(rotated === undefined ? {} : { replacedBy: succession(rotated) }),
    ...(revoked === undefined ? {} : { revocation: revocation(revoked) }),
  };
}

function succession(rotated: NonNullable<KeyOnRecord['rotated']>) {
  const { kid, overlapUntil } = rotated.statement;
  return { kid, overlapUntil, recorded: standsIn(rotated) };
}

function revocation(revoked: NonNullable<KeyOnRecord['revoked']>) {
  const { reason, suspectFrom, note } = revoked.statement;
  return { reason, suspectFrom, ...(note === undefined ? {} : { note }), recorded: standsIn(revoked) };
}

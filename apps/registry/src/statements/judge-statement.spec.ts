import { describe, expect, it } from '@jest/globals';
import type { Statement } from '@lodemark/domain';
import fc from 'fast-check';
import { judgeStatement } from './judge-statement.js';
import { holdsAt, type JudgingContext, type KeyStanding, type StatementFacts } from './statement-facts.js';

const AT = '2026-11-24T12:00:00.000Z';
const ID = '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001';
const COMMON = { v: 1, statementId: ID, statedAt: '2026-11-24T11:59:00Z' } as const;
const KID = 'k'.repeat(43);
const OTHER = 'o'.repeat(43);

function facts(more: Partial<StatementFacts> = {}): StatementFacts {
  return {
    organizations: new Set(['org']),
    facilities: new Set(['plant']),
    keys: new Map(),
    checkpointKnown: false,
    policyDocument: 'unknown',
    policyApprovers: [],
    ...more,
  };
}

function key(more: Partial<KeyStanding> = {}): KeyStanding {
  return {
    kid: KID,
    owner: { facility: 'plant' },
    purpose: 'event',
    validFrom: '2026-01-01T00:00:00Z',
    ...more,
  };
}

function keys(...standing: readonly KeyStanding[]): StatementFacts {
  return facts({ keys: new Map(standing.map((one) => [one.kid, one])) });
}

function judge(statement: Statement, context: Partial<JudgingContext> = {}): string[] {
  const faults = judgeStatement(statement, {
    facts: facts(),
    signer: { kind: 'registrar' },
    at: AT,
    reservedKeys: new Set(),
    ...context,
  });
  return faults.map(({ code, pointer }) => `${code} ${pointer}`);
}

function added(more: Partial<Extract<Statement, { type: 'KeyAdded' }>> = {}): Statement {
  return {
    ...COMMON,
    type: 'KeyAdded',
    owner: { facility: 'plant' },
    purpose: 'event',
    kid: KID,
    jwk: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
    alg: 'EdDSA',
    validFrom: '2026-11-01T00:00:00Z',
    proofOfPossession: 'x',
    ...more,
  };
}

function rotated(more: Partial<Extract<Statement, { type: 'KeyRotated' }>> = {}): Statement {
  const { type: _, ...fields } = added({ kid: OTHER }) as Extract<Statement, { type: 'KeyAdded' }>;
  return { ...fields, type: 'KeyRotated', replaces: KID, overlapUntil: '2026-12-01T00:00:00Z', ...more };
}

function revoked(more: Partial<Extract<Statement, { type: 'KeyRevoked' }>> = {}): Statement {
  return {
    ...COMMON,
    type: 'KeyRevoked',
    kid: KID,
    reason: 'compromised',
    suspectFrom: '2026-11-10T00:00:00Z',
    ...more,
  };
}

const REATTESTED: Statement = {
  ...COMMON,
  type: 'EntriesReattested',
  facility: 'plant',
  fromIndex: 1,
  size: 3,
  rootHash: 'a'.repeat(64),
};

describe('a key', () => {
  it('is taken for an owner of its kind', () => {
    expect(judge(added())).toEqual([]);
    expect(judge(added({ purpose: 'attestation', owner: { organization: 'org' } }))).toEqual([]);
  });

  it.each([
    [added({ purpose: 'attestation' }), 'purpose-not-for-owner /purpose'],
    [added({ purpose: 'log', owner: { organization: 'org' } }), 'purpose-not-for-owner /purpose'],
    [added({ owner: { facility: 'ghost' } }), 'facility-unknown /owner/facility'],
    [
      added({ purpose: 'attestation', owner: { organization: 'ghost' } }),
      'organization-unknown /owner/organization',
    ],
    [added({ validUntil: '2026-11-01T00:00:00Z' }), 'interval-empty /validUntil'],
    [added({ validUntil: '2026-11-24T12:00:00Z' }), 'key-over /validUntil'],
  ])('is refused for what its registration says (%#)', (statement, fault) => {
    expect(judge(statement)).toEqual([fault]);
  });

  it('is registered once, whoever owns it and for whatever', () => {
    const known = keys(key({ owner: { organization: 'org' }, purpose: 'attestation' }));
    expect(judge(added(), { facts: known })).toEqual(['key-exists /kid']);
  });

  it('is never one of the network’s own', () => {
    expect(judge(added(), { reservedKeys: new Set([KID]) })).toEqual(['key-exists /kid']);
  });
});

describe('a rotation', () => {
  it('replaces a whole key of the same owner and purpose, by the registrar or by the key itself', () => {
    expect(judge(rotated(), { facts: keys(key()) })).toEqual([]);
    expect(judge(rotated(), { facts: keys(key()), signer: { kind: 'party', kid: KID } })).toEqual([]);
  });

  it.each([
    [keys(), rotated(), 'key-unknown /replaces'],
    [keys(key({ suspectFrom: AT })), rotated(), 'key-revoked /replaces'],
    [
      keys(key({ successor: 'x', overlapUntil: '2027-01-01T00:00:00Z' })),
      rotated(),
      'key-replaced /replaces',
    ],
    [keys(key({ purpose: 'custodial' })), rotated(), 'rotation-changes-owner /owner'],
    [keys(key({ owner: { facility: 'other' } })), rotated(), 'rotation-changes-owner /owner'],
    [keys(key()), rotated({ overlapUntil: '2026-10-31T00:00:00Z' }), 'interval-empty /overlapUntil'],
    [keys(key()), rotated({ overlapUntil: '2026-11-24T11:54:59Z' }), 'overlap-over /overlapUntil'],
    [keys(key(), key({ kid: OTHER })), rotated(), 'key-exists /kid'],
  ])('is refused otherwise (%#)', (known, statement, fault) => {
    expect(judge(statement, { facts: known })).toEqual([fault]);
  });

  it.each([
    ['not yet valid', { validFrom: '2026-11-24T12:00:01Z' }],
    ['over', { validUntil: AT }],
  ])('is not signed by a key that is %s', (_, standing) => {
    const context = { facts: keys(key(standing)), signer: { kind: 'party', kid: KID } } as const;
    expect(judge(rotated(), context)).toEqual(['signer-not-entitled ']);
  });

  it('is not signed by another key', () => {
    const context = { facts: keys(key(), key({ kid: 'z' })), signer: { kind: 'party', kid: 'z' } } as const;
    expect(judge(rotated(), context)).toEqual(['signer-not-entitled ']);
  });
});

describe('a revocation', () => {
  it('ends a key, and may later move "suspect from" further back only', () => {
    expect(judge(revoked(), { facts: keys(key()) })).toEqual([]);
    const once = keys(key({ suspectFrom: '2026-11-10T00:00:00.000Z' }));
    expect(judge(revoked({ suspectFrom: '2026-11-09T23:59:59Z' }), { facts: once })).toEqual([]);
    expect(judge(revoked(), { facts: once })).toEqual(['key-revoked /kid']);
    expect(judge(revoked({ suspectFrom: '2026-11-10T05:00:00+05:00' }), { facts: once })).toEqual([
      'key-revoked /kid',
    ]);
  });

  it('needs a key, and a time that has come', () => {
    expect(judge(revoked())).toEqual(['key-unknown /kid']);
    const later = revoked({ suspectFrom: '2026-11-24T12:05:01Z' });
    expect(judge(later, { facts: keys(key()) })).toEqual(['stated-in-future /suspectFrom']);
  });

  it('is the registrar’s alone', () => {
    const context = { facts: keys(key()), signer: { kind: 'party', kid: KID } } as const;
    expect(judge(revoked(), context)).toEqual(['signer-not-entitled ']);
  });
});

describe('a re-attestation', () => {
  it.each(['event', 'custodial'] as const)('is signed by an %s key of the facility', (purpose) => {
    const known = { ...keys(key({ purpose })), checkpointKnown: true };
    expect(judge(REATTESTED, { facts: known, signer: { kind: 'party', kid: KID } })).toEqual([]);
  });

  it.each([
    { purpose: 'log' as const },
    { owner: { facility: 'other' } },
    { suspectFrom: '2026-11-20T00:00:00Z' },
    { overlapUntil: '2026-11-24T12:00:00Z' },
  ])('is not signed by %o', (standing) => {
    const known = { ...keys(key(standing)), checkpointKnown: true };
    expect(judge(REATTESTED, { facts: known, signer: { kind: 'party', kid: KID } })).toEqual([
      'signer-not-entitled ',
    ]);
  });

  it('is about entries under a checkpoint that the root log holds', () => {
    expect(judge(REATTESTED)).toEqual(['checkpoint-unknown /size']);
    const known = facts({ checkpointKnown: true });
    expect(judge({ ...REATTESTED, fromIndex: 3 }, { facts: known })).toEqual(['interval-empty /fromIndex']);
    expect(judge({ ...REATTESTED, facility: 'ghost' }, { facts: known })).toEqual([
      'facility-unknown /facility',
    ]);
  });
});

describe('a policy', () => {
  const published = {
    ...COMMON,
    type: 'PolicyPublished',
    policy: 'WC-3',
    document: 'a'.repeat(64),
    proposedBy: 'registrar-1',
    approvedBy: ['registrar-2'],
  } satisfies Statement;
  const approvals = { policyApprovers: ['registrar-1', 'registrar-2'] };

  it('is published by two persons, who are not one', () => {
    const judged = (more: Partial<typeof published>, approvers = approvals.policyApprovers) =>
      judge(
        { ...published, ...more },
        {
          facts: facts({ policyDocument: 'kept', policyApprovers: approvers }),
        },
      );
    expect(judged({})).toEqual([]);
    expect(judged({ approvedBy: ['registrar-1', 'registrar-2'] })).toEqual([]);
    const refused = ['policy-not-approved /document'];
    expect(judged({ approvedBy: ['registrar-1'] })).toEqual(refused);
    expect(judged({}, ['registrar-1'])).toEqual(refused);
    expect(judged({ approvedBy: ['registrar-2', 'registrar-3'] })).toEqual(refused);
    const { approvedBy: _approved, ...unapproved } = published;
    const { proposedBy: _proposed, ...unproposed } = published;
    const kept = { facts: facts({ policyDocument: 'kept', ...approvals }) };
    expect(judge(unapproved, kept)).toEqual(refused);
    expect(judge(unproposed, kept)).toEqual(refused);
  });

  it('is published once, when the registry holds the document', () => {
    expect(judge(published, { facts: facts({ policyDocument: 'kept', ...approvals }) })).toEqual([]);
    expect(judge(published, { facts: facts({ policyDocument: 'published' }) })).toEqual([
      'policy-published /document',
    ]);
    expect(judge(published)).toEqual(['policy-document-unknown /document']);
  });

  it('is published under the name that the document gives itself', () => {
    const kept = (policyId: string) => ({ facts: facts({ policyDocument: 'kept', policyId, ...approvals }) });
    expect(judge(published, kept('WC-3'))).toEqual([]);
    expect(judge(published, kept('WC-0'))).toEqual(['policy-id-mismatch /policy']);
  });

  it('is the registrar’s alone', () => {
    const known = { ...keys(key()), ...approvals, policyDocument: 'kept' } as const;
    expect(judge(published, { facts: known, signer: { kind: 'party', kid: KID } })).toEqual([
      'signer-not-entitled ',
    ]);
  });
});

describe('holdsAt', () => {
  it('never holds outside of any of its limits', () => {
    const instant = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms).toISOString());
    const limit = fc.option(instant, { nil: undefined });
    fc.assert(
      fc.property(
        fc.tuple(instant, limit, limit, limit),
        instant,
        ([validFrom, until, overlap, suspect], at) => {
          const standing = key({
            validFrom,
            ...(until === undefined ? {} : { validUntil: until }),
            ...(overlap === undefined ? {} : { overlapUntil: overlap }),
            ...(suspect === undefined ? {} : { suspectFrom: suspect }),
          });
          // ISO 8601 in UTC orders as text does.
          const expected =
            suspect === undefined &&
            validFrom <= at &&
            (until === undefined || at < until) &&
            (overlap === undefined || at < overlap);
          expect(holdsAt(standing, at)).toBe(expected);
        },
      ),
    );
  });
});

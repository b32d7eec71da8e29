import type { StatementOf } from '@lodemark/domain';
import type { RootStatement } from '@lodemark/policy';
import { ReadRefusal } from '../http/read-refusal.js';

/** A version of a policy as the root log has it. */
export interface PublishedPolicy {
  readonly policy: string;
  /** SHA-256 of the document's canonical bytes, lowercase hex. */
  readonly document: string;
  readonly rootIndex: number;
  readonly publishedAt: string;
  /** Whether it is the last version published under its name. */
  readonly current: boolean;
  /** Digest of the version that came after it under its name; it marks this one, and revokes nothing. */
  readonly supersededBy?: string;
}

/** Every published version, in log order. */
export function publishedPolicies(statements: readonly RootStatement[]): readonly PublishedPolicy[] {
  const published = statements.flatMap(({ statement, index, at }) =>
    statement.type === 'PolicyPublished' ? [{ ...named(statement), rootIndex: index, publishedAt: at }] : [],
  );
  return published.map((one, at) => {
    const next = published.slice(at + 1).find(({ policy }) => policy === one.policy);
    return { ...one, current: next === undefined, ...(next && { supersededBy: next.document }) };
  });
}

function named({ policy, document }: StatementOf<'PolicyPublished'>) {
  return { policy, document };
}

/** Digest of the version that came after a document under its name; undefined while there is none. */
export function successorOf(statements: readonly RootStatement[], document: string): string | undefined {
  return publishedPolicies(statements).find((one) => one.document === document)?.supersededBy;
}

/** The version that a name (its last one) or a digest stands for. @throws ReadRefusal `policy-unknown` */
export function findPolicy(statements: readonly RootStatement[], asked: string): PublishedPolicy {
  const published = publishedPolicies(statements);
  const found =
    published.find(({ document }) => document === asked) ??
    published.find(({ policy, current }) => policy === asked && current);
  if (found !== undefined) return found;
  const known = [...new Set(published.map(({ policy }) => policy))];
  throw new ReadRefusal({
    code: 'policy-unknown',
    detail: `At this horizon the root log holds no policy ${asked}.`,
    facts: { policy: asked, published: known },
  });
}

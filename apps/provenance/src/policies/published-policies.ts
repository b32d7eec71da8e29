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
}

/** Every published version, in log order. */
export function publishedPolicies(statements: readonly RootStatement[]): readonly PublishedPolicy[] {
  const published = statements.flatMap(({ statement, index, at }) =>
    statement.type === 'PolicyPublished' ? [{ ...named(statement), rootIndex: index, publishedAt: at }] : [],
  );
  const last = new Map(published.map(({ policy, rootIndex }) => [policy, rootIndex]));
  return published.map((one) => ({ ...one, current: last.get(one.policy) === one.rootIndex }));
}

function named({ policy, document }: StatementOf<'PolicyPublished'>) {
  return { policy, document };
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

import type { Finding, Outcome, Verdict } from './verdict.js';

/** What differs between two verdicts on one lot. */
export interface Change {
  readonly outcome: { readonly from: Outcome; readonly to: Outcome };
  /** Findings of the first that the second does not have. */
  readonly gone: readonly Finding[];
  /** Findings of the second that the first does not have. */
  readonly came: readonly Finding[];
}

/** What changed from one verdict to another: a finding with other facts or entries is another finding. */
export function changeBetween(from: Verdict, to: Verdict): Change {
  const [before, after] = [keyed(from), keyed(to)];
  return {
    outcome: { from: from.outcome, to: to.outcome },
    gone: [...before].flatMap(([key, finding]) => (after.has(key) ? [] : [finding])),
    came: [...after].flatMap(([key, finding]) => (before.has(key) ? [] : [finding])),
  };
}

function keyed({ findings }: Verdict): ReadonlyMap<string, Finding> {
  return new Map(
    findings.map((finding) => {
      const { rule, outcome, code, facts, entries } = finding;
      const sorted = Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
      return [JSON.stringify([rule, outcome, code, sorted, entries.map(({ leaf }) => leaf)]), finding];
    }),
  );
}

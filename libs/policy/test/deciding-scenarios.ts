import { compareVerdict } from '../../../apps/standalone/src/scenario/run-scenario.js';
import type { QuestionStep } from '../../../apps/standalone/src/scenario/scenario-file.js';
import { combine } from '../src/found.js';
import type { Verdict } from '../src/verdict.js';

/** What scenarios there are for one check. */
export interface Deciding {
  /** Without the check, the outcome of a question would be another: it alone decides. */
  readonly decides: Set<string>;
  /** Without the check, what the scenario says would not come true. */
  readonly fails: Set<string>;
  /** The check looks at its evidence and has nothing against it, and the lot passes: the other side. */
  readonly passes: Set<string>;
}

/** Learns from every question of the scenarios what it would come to if the body of a check were deleted. */
export class DecidingScenarios {
  readonly byRule = new Map<string, Deciding>();

  note(scenario: string, step: QuestionStep, verdict: Verdict): void {
    for (const rule of new Set(verdict.findings.map((finding) => finding.rule))) {
      const { decides, fails, passes } = this.of(rule);
      const findings = verdict.findings.filter((finding) => finding.rule !== rule);
      const outcome = combine(findings.map((finding) => finding.outcome));
      if (outcome !== verdict.outcome) decides.add(scenario);
      if (compareVerdict(step, { ...verdict, findings, outcome }).some(({ agrees }) => !agrees))
        fails.add(scenario);
      const own = verdict.findings.filter((finding) => finding.rule === rule);
      if (isPass(verdict.outcome) && own.some((finding) => isPass(finding.outcome))) passes.add(scenario);
    }
  }

  private of(rule: string): Deciding {
    const known = this.byRule.get(rule) ?? { decides: new Set(), fails: new Set(), passes: new Set() };
    this.byRule.set(rule, known);
    return known;
  }
}

function isPass(outcome: string): boolean {
  return outcome === 'PASS' || outcome === 'PASS_EXCEPTION';
}

/** `docs/checks.md`: of each check, scenarios that it decides and one on its other side. */
export function checksPage({ byRule }: DecidingScenarios): string {
  const rows = [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, { decides, fails, passes }]) => {
      const alone = shown(decides);
      const other = shown(new Set([...fails].filter((name) => !decides.has(name))));
      return `| ${rule} | ${alone} | ${other} | ${String(passes.size)} |`;
    });
  return `# Checks and the scenarios that decide them

Made by \`UPDATE_CHECKS=1 npm run test:only -- libs/policy/test/scenarios.spec\`; a test holds this page to it. _Alone_: without
the check the outcome of a question in that scenario would be another. _With others_: without it, something that the
scenario says would not come true. _Passes_: scenarios in which it finds nothing wrong and the lot passes. What each check
reads, and its source, stands over its function in \`libs/policy/src/rules\`; the files are in \`test/scenarios\` and
\`libs/policy/test/unearned\`. C24 only notes, and decides nothing. What C09 speaks against, C06 or C07 speaks against, too. C50 and
C51 judge the judging, and no chain of custody makes them fail: \`libs/policy/test/reproducible.spec.ts\` does for C50, and for C51
the compiler, as nothing is said against a lot without a cure (\`libs/policy/src/found.ts\`).

| Check | Decides alone in | Decides with others in | Passes |
| ----- | ---------------- | ---------------------- | ------ |
${rows.join('\n')}
`;
}

const MOST_SHOWN = 4;

function shown(names: ReadonlySet<string>): string {
  const sorted = [...names].map((name) => name.replace('.yaml', '')).sort();
  const rest = sorted.length - MOST_SHOWN;
  return [...sorted.slice(0, MOST_SHOWN), ...(rest > 0 ? [`${String(rest)} more`] : [])].join(', ') || '–';
}

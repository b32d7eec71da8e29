import { readdirSync, readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { fileURLToPath } from 'node:url';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import { loadScenario, type Scenario } from '../../apps/standalone/src/scenario/load-scenario.js';
import { compareVerdict } from '../../apps/standalone/src/scenario/run-scenario.js';
import type { Evidence } from '../../libs/policy/src/evidence.js';
import type { Policy } from '../../libs/policy/src/policy-document.js';
import { judge } from '../../libs/policy/src/judge.js';
import {
  ScenarioEvidence,
  shippedPolicy,
  type AskedInScenario,
} from '../../libs/policy/test/scenario-evidence.js';
import { DIGESTS_PAGE, readDigests } from '../../libs/policy/test/verdict-digests.js';

const FOLDERS = ['../scenarios/', '../../libs/policy/test/unearned/'].map(
  (path) => new URL(path, import.meta.url),
);

interface ToldOnce {
  readonly asked: readonly AskedInScenario[];
  readonly policies: ReadonlyMap<string, Policy>;
}

/** The scenario files as tests of the rules: read anew each time as they were told, so that nothing is remembered from before. */
export class ScenarioTests {
  private constructor(
    private readonly scenarios: ReadonlyMap<string, Scenario>,
    private readonly told: ReadonlyMap<string, Buffer>,
    private readonly digests: ReadonlyMap<string, readonly string[]>,
  ) {}

  static async load(): Promise<ScenarioTests> {
    const scenarios = new Map<string, Scenario>();
    for (const folder of FOLDERS) {
      for (const name of readdirSync(folder).filter((file) => file.endsWith('.yaml')))
        scenarios.set(name, await loadScenario(fileURLToPath(new URL(name, folder))));
    }
    const told = [...scenarios].map(([name, { startsAt, steps }]): [string, Buffer] => {
      const { asked, policies } = new ScenarioEvidence(startsAt, steps);
      return [name, serialize({ asked, policies } satisfies ToldOnce)];
    });
    return new ScenarioTests(scenarios, new Map(told), readDigests(readFileSync(DIGESTS_PAGE, 'utf8')));
  }

  get names(): readonly string[] {
    return [...this.scenarios.keys()];
  }

  /** About how many milliseconds it takes, by its length: steps are told, and as many are judged for each question. */
  costOf(name: string): number {
    const { steps = [] } = this.scenarios.get(name) ?? {};
    return steps.length * (1 + steps.filter((step) => 'ask' in step).length);
  }

  /** Which checks it is about, as text. */
  about(name: string): string {
    const { steps = [] } = this.scenarios.get(name) ?? {};
    return `${name} ${JSON.stringify(steps.filter((step) => 'ask' in step))}`;
  }

  /** Nothing is remembered here. */
  forget(): void {}

  /** Why the scenario does not come out as it says and as it did before; undefined when it does. */
  failureOf(name: string): string | undefined {
    const told = this.told.get(name);
    try {
      return told === undefined
        ? 'there is no such test'
        : this.differenceIn(name, deserialize(told) as ToldOnce);
    } catch (error) {
      return `breaks off: ${String(error)}`;
    }
  }

  private differenceIn(name: string, { asked, policies }: ToldOnce): string | undefined {
    const pinned = this.digests.get(name) ?? [];
    for (const [at, { step, evidence }] of asked.entries()) {
      const policy = policies.get(step.policy) ?? shippedPolicy(step.policy);
      const verdict = judge(inReverse(evidence), policy, { lot: step.ask, question: step.question ?? {} });
      const other = compareVerdict(step, verdict).find(({ agrees }) => !agrees);
      if (other !== undefined) return `says otherwise: ${other.what}: ${other.expected}, not ${other.got}`;
      if (sha256Hex(canonicalBytes(verdict)) !== pinned[at]) return `other bytes: ${step.ask} ${step.policy}`;
    }
    return undefined;
  }
}

/** Order carries no meaning: what came last comes first. */
function inReverse(evidence: Evidence): Evidence {
  return { ...evidence, entries: [...evidence.entries].reverse(), root: [...evidence.root].reverse() };
}

import { ScenarioEvidence, shippedPolicy } from '../scenario-evidence.js';
import { placeOf, type Names, type Told } from './departure.js';

export const FOLDERS = ['../../../../test/scenarios/', '../unearned/'].map(
  (path) => new URL(path, import.meta.url),
);

export interface ToldScenario {
  readonly names: Names;
  /** Of each question. */
  readonly told: readonly Told[];
}

/** A scenario file by its name, told once. */
export async function toldScenario(name: string): Promise<ToldScenario> {
  for (const folder of FOLDERS) {
    const scenario = await ScenarioEvidence.of(new URL(name, folder)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (scenario !== undefined) return asTold(scenario);
  }
  throw new Error(`no scenario file is called ${name}`);
}

function asTold({ names, asked, policies }: ScenarioEvidence): ToldScenario {
  return {
    names: new Map([...names].map(([name, entry]) => [placeOf(entry), name])),
    told: asked.map(({ step, evidence }) => ({
      evidence,
      policy: policies.get(step.policy) ?? shippedPolicyOnce(step.policy),
      asked: { lot: step.ask, question: step.question ?? {} },
    })),
  };
}

const shipped = new Map<string, ReturnType<typeof shippedPolicy>>();

function shippedPolicyOnce(id: string) {
  const policy = shipped.get(id) ?? shippedPolicy(id);
  shipped.set(id, policy);
  return policy;
}

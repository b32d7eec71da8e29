import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { scenarioFile, scenarioStep, type ScenarioFile, type ScenarioStep } from './scenario-file.js';

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** What it tells, in a few sentences; empty when it says nothing. */
  readonly story: string;
  readonly startsAt: string;
  readonly steps: readonly ScenarioStep[];
}

/** A scenario file that cannot be run, with every reason. */
export class ScenarioError extends Error {
  constructor(path: string, reasons: readonly string[]) {
    super(`${path}:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
    this.name = 'ScenarioError';
  }
}

const MAX_DEPTH = 8;

/** Reads a YAML or JSON scenario, and the ones that it is based on, into one flat list of steps. */
export async function loadScenario(path: string, depth = 0): Promise<Scenario> {
  if (depth > MAX_DEPTH)
    throw new ScenarioError(path, ['is based on itself, or on too long a chain of scenarios']);
  const file = await readScenarioFile(path, depth);
  const base =
    file.basedOn === undefined
      ? undefined
      : await loadScenario(resolve(dirname(path), file.basedOn), depth + 1);
  const startsAt = file.startsAt ?? base?.startsAt;
  if (startsAt === undefined)
    throw new ScenarioError(path, ['/startsAt: a scenario that is based on no other needs a start']);
  const inherited = base === undefined ? [] : changed(base.steps, file, path);
  return {
    id: file.id,
    title: file.title,
    story: file.story ?? '',
    startsAt,
    steps: [...inherited, ...(file.steps ?? [])],
  };
}

/** By their text: hundreds of scenarios are based on a few, and reading these again is most of the work. */
const bases = new Map<string, ScenarioFile>();

async function readScenarioFile(path: string, depth: number): Promise<ScenarioFile> {
  const text = await readFile(path, 'utf8');
  const before = bases.get(text);
  if (before !== undefined) return before;
  const file = scenarioIn(text, path);
  if (depth > 0) bases.set(text, file);
  return file;
}

function scenarioIn(text: string, path: string): ScenarioFile {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  if (document.errors.length > 0)
    throw new ScenarioError(
      path,
      document.errors.map((error) => error.message),
    );
  const parsed = scenarioFile.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  throw new ScenarioError(
    path,
    parsed.error.issues.flatMap((issue) => reasonsOf(issue)),
  );
}

type Issue = z.core.$ZodIssue;

/** A step is one of many kinds: what is told is what it lacks of the kind that it comes nearest to. */
function reasonsOf(issue: Issue, above: readonly PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = [...issue.errors].sort((a, b) => faultsIn(a) - faultsIn(b))[0] ?? [];
    return nearest.flatMap((one) => reasonsOf(one, path));
  }
  return [`/${path.map(String).join('/')}: ${issue.message}`];
}

function faultsIn(issues: readonly Issue[]): number {
  return issues
    .map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.length : 1))
    .reduce((sum, faults) => sum + faults, 0);
}

/** The name by which `changes` reach a step. */
export function stepName(step: ScenarioStep): string | undefined {
  if ('event' in step) return step.event;
  if ('organization' in step) return step.organization;
  if ('ownership' in step) return `ownership:${step.ownership}`;
  if (
    'key' in step &&
    !('fields' in step && 'posts' in step) &&
    typeof step.key === 'string' &&
    'facility' in step &&
    !('type' in step)
  ) {
    return step.key === 'own' || step.key === 'custodial' ? step.facility : step.key;
  }
  if ('facility' in step) return step.facility;
  if ('mark' in step) return step.mark;
  if ('rotate' in step) return step.to;
  if ('publish' in step) return `policy:${step.publish}`;
  if ('amend' in step) return `amend:${step.amend}`;
  if ('revoke' in step) return `revoke:${step.revoke}`;
  return undefined;
}

function changed(steps: readonly ScenarioStep[], file: ScenarioFile, path: string): ScenarioStep[] {
  const {
    without = [],
    with: replaced = {},
    after = {},
    before = {},
    questions = 'dropped',
  } = file.changes ?? {};
  const names = new Set(steps.map(stepName));
  const unknown = [
    ...without,
    ...Object.keys(replaced),
    ...Object.keys(after),
    ...Object.keys(before),
  ].filter((name) => !names.has(name));
  if (unknown.length > 0)
    throw new ScenarioError(
      path,
      unknown.map((name) => `/changes: the base has no step named ${name}`),
    );
  return steps.flatMap((step) => {
    const name = stepName(step);
    if ('ask' in step && questions === 'dropped') return [];
    if (name === undefined) return [step];
    const kept = without.includes(name) ? [] : [patched(step, replaced[name], path)];
    return [...(before[name] ?? []), ...kept, ...(after[name] ?? [])];
  });
}

function patched(step: ScenarioStep, patch: Record<string, unknown> | undefined, path: string): ScenarioStep {
  if (patch === undefined) return step;
  const copy: unknown = structuredClone(step);
  for (const [where, value] of Object.entries(patch)) put(copy, where.split('.'), value);
  const parsed = scenarioStep.safeParse(copy);
  if (parsed.success) return parsed.data;
  throw new ScenarioError(path, [`/changes/with/${stepName(step) ?? ''}: leaves a step that is none`]);
}

/** Puts a value where a path leads to; null takes away what is there. */
export function put(target: unknown, [head, ...rest]: readonly string[], value: unknown): void {
  if (head === undefined || typeof target !== 'object' || target === null) return;
  if (rest.length > 0) {
    if (!(head in target)) Reflect.set(target, head, {});
    put(Reflect.get(target, head), rest, value);
  } else if (value === null) {
    if (Array.isArray(target)) target.splice(Number(head), 1);
    else Reflect.deleteProperty(target, head);
  } else {
    Reflect.set(target, head, value);
  }
}

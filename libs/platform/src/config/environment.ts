import { nearest } from './nearest.js';
import { Unreadable, type Variable } from './variable.js';

type Declaration = Readonly<Record<string, Variable<unknown>>>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a declaration gives when it is read. */
export type Configuration<D> = { readonly [K in keyof D]: D[K] extends Variable<infer T> ? T : never };

export interface ConfigurationProblem {
  /** The variable. */
  readonly name: string;
  readonly detail: string;
}

/** Everything that is wrong with the environment, at once. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly ConfigurationProblem[]) {
    super(
      `The configuration is wrong:\n${problems.map(({ name, detail }) => `  ${name} ${detail}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
  }
}

/**
 * Reads all declared variables and freezes the result; an empty text counts as not set. Throws one
 * `ConfigurationError` that names every wrong one and, where a prefix is given, every variable of that prefix that
 * nobody declared: a misspelt setting would otherwise be silently ignored.
 */
export function readEnvironment<D extends Declaration>(
  declaration: D,
  env: Environment,
  options: { readonly prefix?: string } = {},
): Configuration<D> {
  const problems: ConfigurationProblem[] = [];
  const entries = Object.entries(declaration).map(([key, declared]) => {
    const outcome = readVariable(declared, env[declared.name]);
    if (outcome.problem !== undefined) problems.push({ name: declared.name, detail: outcome.problem });
    return [key, freeze(outcome.value)] as const;
  });
  const names = Object.values(declaration).map(({ name }) => name);
  problems.push(...strangers(names, env, options.prefix));
  if (problems.length > 0) throw new ConfigurationError(problems);
  // Every key of the declaration has been read by its own parser just above.
  return Object.freeze(Object.fromEntries(entries)) as Configuration<D>;
}

interface Outcome {
  readonly value?: unknown;
  readonly problem?: string;
}

function readVariable(declared: Variable<unknown>, set: string | undefined): Outcome {
  const text = set === undefined || set === '' ? declared.fallback : set;
  if (text === undefined) {
    return declared.optional ? {} : { problem: `is not set; it must be ${bare(declared.parse.syntax)}` };
  }
  try {
    return { value: declared.parse(text) };
  } catch (cause) {
    const needed = cause instanceof Unreadable ? cause.message : `must be ${bare(declared.parse.syntax)}`;
    return { problem: declared.secret ? needed : `${needed}, not ${JSON.stringify(shortened(text))}` };
  }
}

function strangers(
  names: readonly string[],
  env: Environment,
  prefix: string | undefined,
): ConfigurationProblem[] {
  if (prefix === undefined) return [];
  return Object.keys(env)
    .filter((name) => name.startsWith(prefix) && !names.includes(name))
    .map((name) => {
      const meant = nearest(name, names);
      return { name, detail: meant === undefined ? 'is not a setting' : `is not a setting; ${meant} is` };
    });
}

/** A Markdown table of the variables, for the documentation. */
export function environmentTable(declaration: Declaration): string {
  const rows = Object.values(declaration).map((declared) => {
    const { name, description, parse, fallback, optional, secret } = declared;
    const otherwise =
      fallback === undefined ? (optional ? 'absent' : '**required**') : `\`${cell(fallback)}\``;
    return `| \`${name}\` | ${cell(parse.syntax)} | ${otherwise} | ${cell(description)}${secret ? ' Secret.' : ''} |`;
  });
  return ['| Variable | Value | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n') + '\n';
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function bare(syntax: string): string {
  return syntax.replace(/^must be /, '');
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}

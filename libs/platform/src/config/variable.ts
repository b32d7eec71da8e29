/** Reads the text of a variable, or throws an `Unreadable`; never quotes the text, which may be a secret. */
export interface Parser<T> {
  (text: string): T;
  /** What to write, for the documentation: `integer from 0 to 65535`. */
  readonly syntax: string;
}

/** What a value should have been: `must be an integer`. The name and, unless secret, the text are added by the reader. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** One declared variable of the environment. */
export interface Variable<T> {
  readonly name: string;
  readonly description: string;
  readonly parse: Parser<T>;
  /** The text that stands in when the variable is not set. */
  readonly fallback: string | undefined;
  /** Whether it may be absent without a fallback. */
  readonly optional: boolean;
  /** Whether its value must never be shown. */
  readonly secret: boolean;
}

export interface VariableOptions<T> {
  readonly description: string;
  readonly parse: Parser<T>;
  /** As one would write it in the environment; without it the variable must be set. */
  readonly default?: string;
  readonly secret?: boolean;
}

/** Declares a variable that has a value: its own or its default. */
export function variable<T>(name: string, options: VariableOptions<T>): Variable<T> {
  const { description, parse, secret } = options;
  return { name, description, parse, fallback: options.default, optional: false, secret: secret ?? false };
}

/** Declares a variable that may be absent and then is undefined. */
export function optionalVariable<T>(
  name: string,
  options: Omit<VariableOptions<T>, 'default'>,
): Variable<T | undefined> {
  const { description, parse, secret } = options;
  return { name, description, parse, fallback: undefined, optional: true, secret: secret ?? false };
}

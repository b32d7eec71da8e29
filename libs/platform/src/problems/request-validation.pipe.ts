import { ValidationPipe, type ArgumentMetadata, type Type, type ValidationError } from '@nestjs/common';
import { droppedMembers, strippedMembers } from './lost-members.js';
import type { InputProblem } from './problem-error.js';
import { invalidRequest, validationProblem, type RequestPart } from './validation-problems.js';

/** Carries class-validator's findings to where it is known which part of the request they are about. */
class Findings extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('validation findings');
  }
}

const PARTS: Readonly<Record<ArgumentMetadata['type'], RequestPart>> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'header',
};

/**
 * Validates what a handler declares with class-validator: unknown fields are refused, values become instances of
 * their classes, and every problem is reported with a JSON pointer.
 */
export class RequestValidationPipe extends ValidationPipe {
  /** What an empty query comes to, by its class: most requests have none, and validating nothing takes as long. */
  private readonly emptyQueries = new Map<Type, unknown>();

  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      stopAtFirstError: false,
      exceptionFactory: (errors) => new Findings(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    if (type !== 'query' || metatype === undefined || !isDeclared(metadata) || !isEmpty(value))
      return this.read(value, metadata);
    const known = this.emptyQueries.get(metatype);
    if (known !== undefined) return known;
    const read = await this.read(value, metadata);
    if (typeof read === 'object' && read !== null) this.emptyQueries.set(metatype, Object.freeze(read));
    return read;
  }

  private async read(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const part = PARTS[metadata.type];
    if (part === 'body' && isDeclared(metadata)) requireObject(value);
    if (part === 'query' || part === 'path') requireKnown(strippedMembers(value), part);
    try {
      const result: unknown = await super.transform(value, metadata);
      if (isDeclared(metadata)) requireKnown(droppedMembers(value, result), part);
      if (Number.isNaN(result)) throw notANumber(metadata, part);
      return result;
    } catch (cause) {
      if (cause instanceof Findings) throw validationProblem(cause.errors, part);
      throw cause;
    }
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function requireKnown(unknown: Iterable<InputProblem>, part: RequestPart): void {
  const problems = [...unknown].map((one) => (part === 'body' ? one : { ...one, in: part }));
  if (problems.length > 0) throw invalidRequest(problems, part);
}

function isDeclared({ metatype }: ArgumentMetadata): boolean {
  return (
    metatype !== undefined &&
    ![String, Number, Boolean, Array, Object].some((builtIn) => builtIn === metatype)
  );
}

// An array or a text would be validated as an object without fields, and pass where no field is required.
function requireObject(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const detail =
    value === undefined
      ? 'A JSON object is expected; the request has no body.'
      : 'A JSON object is expected.';
  throw invalidRequest([{ code: 'not-an-object', pointer: '', detail }], 'body');
}

function notANumber(metadata: ArgumentMetadata, part: RequestPart) {
  const pointer = metadata.data === undefined ? '' : `/${metadata.data}`;
  const problem = { code: 'is-number', pointer, detail: 'A number is expected here.' };
  return invalidRequest([part === 'body' ? problem : { ...problem, in: part }], part);
}

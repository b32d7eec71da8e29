import { invalidRequest, type InputProblem } from '@lodemark/platform';
import { readJson, type JsonObject } from '@lodemark/transparency';

/** What a registrar posts to publish a policy: the document, and the fields of the statement that names it. */
export interface Publication {
  readonly document: JsonObject;
  /** As received; the statement's own parser checks them. */
  readonly fields: JsonObject;
}

/**
 * Reads the body of a publication from its bytes. Nest's validation would drop members called `constructor` or
 * `prototype` from the document, and another document than the one sent would be hashed and published.
 * @throws ProblemError `invalid-request`
 */
export function readPublication(bytes: Uint8Array): Publication {
  const read = readJson(bytes);
  if (!read.ok) throw invalidRequest(read.problems, 'body');
  if (!isObject(read.value)) throw invalidRequest([notAnObject('')], 'body');
  const { document, ...fields } = read.value;
  const problems = MADE_HERE.filter((name) => name in fields).map(unknownField);
  if (!isObject(document)) problems.push(notAnObject('/document'));
  if (!isObject(document) || problems.length > 0) throw invalidRequest(problems, 'body');
  return { document, fields };
}

/** Members of the statement that are not the poster's to choose. */
const MADE_HERE = ['v', 'type', 'proposedBy', 'approvedBy'];

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnObject(pointer: string): InputProblem {
  return { code: 'not-an-object', pointer, detail: 'A JSON object is expected here.' };
}

function unknownField(name: string): InputProblem {
  return { code: 'unknown-field', pointer: `/${name}`, detail: 'This field is not known here.' };
}

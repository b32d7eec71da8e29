import {
  examplesOf,
  operationsOf,
  type Content,
  type OpenApiDocument,
  type Operation,
  type Schema,
} from './document.js';

const PROBLEM = 'application/problem+json';
const BODIES = new Set(['post', 'put', 'patch']);
/** Say everything by their path and by who asks. */
const WITHOUT_BODY = new Set(['post /v1/policies/{digest}/approval', 'post /v1/webhooks/{id}/replay']);

/** What a reader of the document misses, in words; empty when nothing is missing. */
export function shortcomings(document: OpenApiDocument): readonly string[] {
  const found = document.openapi === '3.1.0' ? [] : [`it is OpenAPI ${document.openapi}`];
  const ids = new Set<string>();
  for (const [name, operation] of operationsOf(document)) {
    const about = (text: string) => found.push(`${name}: ${text}`);
    const { operationId = '' } = operation;
    if (operationId === '' || ids.has(operationId)) about('has no operation id of its own');
    ids.add(operationId);
    [...missingTexts(operation), ...missingInRequest(name, operation, document)].forEach(about);
    missingInResponses(operation, document).forEach(about);
  }
  for (const [name, schema] of Object.entries(document.components.schemas))
    found.push(...emptyPlaces(schema, name));
  return found;
}

function missingTexts({ summary = '', responses }: Operation): string[] {
  const silent = Object.entries(responses).filter(([, { description }]) => description === '');
  return [
    // The first line of a comment is no summary: it ends with a full stop and is written for another reader.
    ...(summary === '' || summary.endsWith('.') ? [`is summed up as “${summary}”`] : []),
    ...silent.map(([status]) => `does not say what ${status} means`),
  ];
}

function missingInRequest(name: string, operation: Operation, document: OpenApiDocument): string[] {
  const { parameters = [], requestBody } = operation;
  const unshown = parameters.filter(
    ({ required, example, schema }) => required === true && (example ?? schema?.['example']) === undefined,
  );
  const contents = Object.entries(requestBody?.content ?? {});
  const takesBody = BODIES.has(name.split(' ')[0] ?? '') && !WITHOUT_BODY.has(name);
  return [
    ...unshown.map((parameter) => `shows no example of ${parameter.name}`),
    ...parameters
      .filter(({ schema }) => isOpaque(schema, document))
      .map((one) => `does not say what ${one.name} is`),
    ...(takesBody && examplesOf(operation).length === 0 ? ['shows no example of its body'] : []),
    ...opaque(contents, document).map((type) => `does not say what its ${type} is`),
  ];
}

function missingInResponses({ responses }: Operation, document: OpenApiDocument): string[] {
  const entries = Object.entries(responses);
  const ofProblems = entries.filter(([status]) => status === 'default' || Number(status) >= 400);
  const statuses = new Set(entries.map(([status]) => status));
  return [
    ...(entries.some(([status]) => status.startsWith('2')) ? [] : ['documents no success']),
    ...['400', '429', '503', 'default']
      .filter((status) => !statuses.has(status))
      .map((status) => `documents no ${status}`),
    ...ofProblems
      .filter(([, { content }]) => content?.[PROBLEM]?.schema?.$ref !== '#/components/schemas/Problem')
      .map(([status]) => `documents ${status} as something else than a problem`),
    ...entries
      .filter(([status, { content }]) => status !== '204' && Object.keys(content ?? {}).length === 0)
      .map(([status]) => `does not say what ${status} holds`),
    ...entries.flatMap(([status, { content = {} }]) =>
      opaque(Object.entries(content), document).map(
        (type) => `does not say what the ${type} of ${status} is`,
      ),
    ),
  ];
}

function opaque(contents: readonly (readonly [string, Content])[], document: OpenApiDocument): string[] {
  return contents.filter(([, { schema }]) => isOpaque(schema, document)).map(([type]) => type);
}

/** Whether a body's schema leaves everything open: what the plug-in leaves behind where it did not run. */
function isOpaque(schema: Schema | undefined, document: OpenApiDocument): boolean {
  if (schema === undefined || Object.keys(schema).length === 0) return true;
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return isOpaque(document.components.schemas[name], document);
  }
  const parts = schema.oneOf ?? schema.allOf;
  if (parts !== undefined) return parts.length === 0 || parts.some((part) => isOpaque(part, document));
  if (schema.type === 'array') return isOpaque(schema.items, document);
  if (schema.type !== 'object') return schema.type === undefined && schema['enum'] === undefined;
  return Object.keys(schema.properties ?? {}).length === 0 && schema.additionalProperties === undefined;
}

/** Members whose schema says nothing at all, not even a description. */
function emptyPlaces(schema: Schema, at: string): string[] {
  if (Object.keys(schema).length === 0) return [`${at} may be anything`];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      emptyPlaces(member, `${at}.${name}`),
    ),
    ...(schema.items === undefined ? [] : emptyPlaces(schema.items, `${at}[]`)),
  ];
}

import type { OpenAPIObject } from '@nestjs/swagger';
import { ACCESS_EXTENSION } from '../auth/access.js';
import { PROBLEM_CONTENT } from './problems.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** RFC 9457, with the members this network adds. */
const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'A problem details document (RFC 9457). Further members are facts of the problem.',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'Stable name of the problem; its page explains it.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The id of the request, as in X-Request-Id and in the log.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['code', 'pointer', 'detail'],
        properties: {
          code: { type: 'string' },
          pointer: {
            type: 'string',
            description: 'JSON pointer (RFC 6901) into the body, or into the part named by "in".',
          },
          detail: { type: 'string' },
          in: { type: 'string', enum: ['query', 'path', 'header'] },
        },
      },
    },
  },
  example: {
    type: 'https://lodemark.example/problems/invalid-request',
    title: 'Invalid request',
    status: 400,
    detail: 'The body of the request is not what this operation takes.',
    instance: '6f1e0c52-6a2b-4a53-9d55-0f3c6a3f2b11',
    errors: [{ code: 'unknown-field', pointer: '/colour', detail: 'This field is not known here.' }],
  },
} as const;

const SUCCESS: Readonly<Record<string, string>> = {
  200: 'The answer.',
  201: 'Recorded or made; the answer says what.',
  202: 'Taken; the answer says what becomes of it.',
  204: 'Done, and there is nothing to say.',
};

/** Adds to a document what holds for every operation: who may call it, and that every refusal is a problem. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const components = { ...document.components };
  components.schemas = { ...components.schemas, Problem: structuredClone(PROBLEM_SCHEMA) as never };
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) if (item[method] !== undefined) completeOperation(item[method]);
  }
  return { ...document, components };
}

function completeOperation(
  operation: Operation & { [ACCESS_EXTENSION]?: { readonly access?: unknown } },
): void {
  const access = operation[ACCESS_EXTENSION]?.access ?? [];
  Reflect.deleteProperty(operation, ACCESS_EXTENSION);
  operation.security = security(access);
  if (Array.isArray(access) && access.length > 0) {
    operation.description = [operation.description, `For: ${access.join(', ')}.`]
      .filter(Boolean)
      .join('\n\n');
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response !== undefined && 'description' in response) response.description ||= SUCCESS[status] ?? '';
  }
  operation.responses['default'] ??= {
    description: 'Refused, or failed: a problem.',
    content: PROBLEM_CONTENT,
  };
}

function security(access: unknown): Record<string, string[]>[] {
  if (access === 'public') return [];
  return access === 'optional' ? [{ bearer: [] }, {}] : [{ bearer: [] }];
}

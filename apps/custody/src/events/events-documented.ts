import { Problems } from '@lodemark/platform';
import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
} from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { BatchAnswerResponse, EventAnswerResponse } from './event.response.js';

export const EVENT_MEDIA_TYPES = ['application/jose', 'application/x-ndjson', 'application/json'];

const EVENT = {
  type: 'object' as const,
  required: ['v', 'type', 'facility', 'eventId', 'occurredAt'],
  description: 'A custody event: these members, and those of its type.',
  properties: {
    v: { type: 'integer' as const },
    type: { type: 'string' as const },
    facility: { type: 'string' as const },
    eventId: { type: 'string' as const, format: 'uuid' },
    occurredAt: { type: 'string' as const, format: 'date-time' },
  },
};

const SCHEMAS = {
  'application/jose': { type: 'string' as const },
  'application/x-ndjson': { type: 'string' as const },
  'application/json': { oneOf: [EVENT, { type: 'array' as const, minItems: 1, items: EVENT }] },
};

const REQUEST_BODY = {
  required: true,
  description:
    'One compact JWS (application/jose); many lines, each a JWS or a JSON event (application/x-ndjson); one JSON event ' +
    'or an array of them, which the service signs with the facility’s custodial key (application/json). An event that ' +
    'the facility signs itself is canonical JSON (RFC 8785) under the header {alg, kid, typ: "lodemark-event+jws"}.',
  content: Object.fromEntries(
    Object.entries(SCHEMAS).map(([type, schema]) => [
      type,
      { schema, examples: EXAMPLES.events[type] ?? {} },
    ]),
  ),
};

/** An operation that takes events in any of their media types, and answers one by one. */
export function TakesEvents(text: {
  readonly summary: string;
  readonly description: string;
}): MethodDecorator {
  const one = { $ref: getSchemaPath(EventAnswerResponse) };
  const many = { $ref: getSchemaPath(BatchAnswerResponse) };
  const either = { 'application/json': { schema: { oneOf: [one, many] } } };
  return applyDecorators(
    ApiOperation({ ...text, requestBody: REQUEST_BODY }),
    ApiSecurity('bearer'),
    ApiQuery({
      name: 'atomic',
      required: false,
      enum: ['true', 'false'],
      description: 'true: all or nothing, within one log.',
    }),
    ApiExtraModels(EventAnswerResponse, BatchAnswerResponse),
    ApiResponse({
      status: 200,
      description: 'Repeated, acceptable, or a batch of which nothing is refused.',
      content: either,
    }),
    ApiResponse({
      status: 201,
      description: 'Recorded: the receipt is a promise that the event is in the log for good.',
      content: { 'application/json': { schema: one } },
    }),
    ApiResponse({
      status: 207,
      description: 'A batch of which some items are refused; the others are recorded.',
      content: { 'application/json': { schema: many } },
    }),
    Problems(401, 403, 404, 409, 413, 415, 422),
  );
}

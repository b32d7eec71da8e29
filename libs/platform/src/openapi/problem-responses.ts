import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';

export class InputProblemResponse {
  @ApiProperty({ description: 'Stable code.', example: 'missing-field' })
  readonly code!: string;

  @ApiProperty({
    description: 'RFC 6901 pointer into the body, or into the part of the request that `in` names.',
  })
  readonly pointer!: string;

  @ApiProperty()
  readonly detail!: string;

  @ApiPropertyOptional({ enum: ['query', 'path', 'header'], description: 'The body when absent.' })
  readonly in?: string;
}

/** Problem details (RFC 9457); the facts of the problem are further members. */
export class ProblemResponse {
  @ApiProperty({ description: 'Stable URI of the kind of problem.' })
  readonly type!: string;

  @ApiProperty()
  readonly title!: string;

  @ApiProperty()
  readonly status!: number;

  @ApiPropertyOptional()
  readonly detail?: string;

  @ApiPropertyOptional({ description: 'Id of the request.' })
  readonly instance?: string;

  @ApiPropertyOptional({ type: [InputProblemResponse] })
  readonly errors?: InputProblemResponse[];
}

const MEANING: Readonly<Record<number, string>> = {
  400: 'The request is malformed; every fault has a pointer.',
  401: 'A bearer token, or a valid signature, is needed.',
  403: 'The caller, or the key that signed, may not do this.',
  404: 'There is no such thing, or not yet.',
  409: 'It contradicts what is recorded; the facts are members of the problem.',
  413: 'Too large.',
  415: 'The media type is not taken here.',
  422: 'It is well formed and cannot be taken; every fault has a pointer.',
  429: 'Too many requests; Retry-After says how long to wait.',
  503: 'The database is away; Retry-After says how long to wait. Sending the same again is safe.',
};

/** The problem details that an operation may answer with, beside those that every one may (400, 429, 503). */
export function Problems(...statuses: readonly number[]): MethodDecorator {
  const content = { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } };
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...[...new Set([400, ...statuses, 429, 503])].map((status) =>
      ApiResponse({ status, description: MEANING[status] ?? 'Problem', content }),
    ),
  );
}

import { Problems } from '@lodemark/platform';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { StatementRecordedResponse } from '../statements/statement-recorded.response.js';

export interface OperationText {
  readonly summary: string;
  readonly description?: string;
}

/** An operation of the registrar that records one statement. */
export function RecordsStatement(
  text: OperationText,
  body: { readonly type: Type } & ({ readonly example: unknown } | { readonly examples: readonly unknown[] }),
): MethodDecorator {
  const examples = 'examples' in body ? body.examples : [body.example];
  const named = examples.map((value, at) => [at === 0 ? 'example' : `example${String(at + 1)}`, { value }]);
  return applyDecorators(
    ApiOperation({ ...text }),
    ApiBody({ type: body.type, examples: Object.fromEntries(named) as Record<string, { value: unknown }> }),
    ApiCreatedResponse({
      type: StatementRecordedResponse,
      description: 'It stands in the root log. The same statement again gets the same answer.',
    }),
    Problems(401, 403, 409, 413, 415, 422),
  );
}

/** A public read. */
export function Reads(text: OperationText, answer: { readonly type: Type }): MethodDecorator {
  return applyDecorators(ApiOperation({ ...text }), ApiOkResponse({ type: answer.type }), Problems(404));
}

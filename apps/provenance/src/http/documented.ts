import { Problems } from '@lodemark/platform';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';

export interface OperationText {
  readonly summary: string;
  readonly description?: string;
}

/** A read at an evidence horizon. */
export function ReadsAtHorizon(text: OperationText, answer: { readonly type: Type }): MethodDecorator {
  return applyDecorators(
    ApiOperation({ ...text }),
    ApiOkResponse({ type: answer.type }),
    Problems(401, 403, 404, 409, 422),
  );
}

/** The two path parameters that make a lot id. */
export function LotInPath(): MethodDecorator {
  return applyDecorators(
    ApiParam({ name: 'facility', example: 'euclid', description: 'The facility that made the lot.' }),
    ApiParam({ name: 'number', example: 'A-2027-004', description: 'Its own number for the lot.' }),
  );
}

/** In the documentation of an answer: that this operation is asked by what the answer has at these places, or its `id`. */
export function answered(operationId: string, places: Readonly<Record<string, string>> = { id: '/id' }) {
  const parameters = Object.entries(places).map(
    ([name, place]) => [name, `$response.body#${place}`] as const,
  );
  return { operationId, parameters: Object.fromEntries(parameters) };
}

import { statement, type StatementType } from '@lodemark/domain';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy } from 'class-validator';
import { z } from 'zod';

type Declared = (typeof statement.options)[number];
type ShapeOf<T extends StatementType> = Extract<Declared, { shape: { type: z.ZodLiteral<T> } }>['shape'];

/** The fields of a statement as libs/domain declares them: request classes point at these instead of repeating them. */
export function fieldsOf<T extends StatementType>(type: T): ShapeOf<T> {
  const declared = statement.options.find((option) => option.shape.type.value === type);
  if (declared === undefined) throw new Error(`no statement is of type ${type}`);
  return declared.shape as ShapeOf<T>;
}

/**
 * The property is what a field of a root statement is, by the very declaration in libs/domain, which also gives the
 * OpenAPI schema; optional if that declaration is.
 */
export function Stated(field: z.ZodType, documentation: ApiPropertyOptions = {}): PropertyDecorator {
  const optional = field._zod.optin === 'optional';
  const validate = ValidateBy({
    name: 'wrongForm',
    validator: {
      validate: (value: unknown) => field.safeParse(value).success,
      defaultMessage: (context) => reasons(field, context?.value),
    },
  });
  const schema = openApiSchema(field);
  // Of an object, `required` lists its members; Nest has another name for whether the property itself is.
  const presence = schema['type'] === 'object' ? 'selfRequired' : 'required';
  const document = ApiProperty({ ...schema, [presence]: !optional, ...documentation });
  return (target, property) => {
    if (optional) IsOptional()(target, property);
    asReceived(target, property);
    validate(target, property);
    document(target, property);
  };
}

// class-transformer's own copy lacks members that are named like a method of Object.prototype: an unknown field of such
// a name would pass unnoticed.
const asReceived = Transform(
  ({ obj, key }: { obj: Readonly<Record<string, unknown>>; key: string }) => obj[key],
);

function reasons(field: z.ZodType, value: unknown): string {
  const result = field.safeParse(value);
  return result.success ? '' : result.error.issues.map((issue) => issue.message).join('; ');
}

// OpenAPI 3.1 schemas are JSON Schema 2020-12 (OAS 3.1 section 4.8.24); the dialect is stated once for the document.
function openApiSchema(field: z.ZodType): Record<string, unknown> {
  const schema: Record<string, unknown> = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== '$schema'));
}

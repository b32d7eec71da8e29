import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument, Schema } from './document.js';

/** Checks bodies against the schemas of a document, where a member that no schema names counts as a fault. */
export class BodyChecker {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor({ components }: OpenApiDocument) {
    // Plug-ins of CommonJS come as the module under Node's resolution.
    (addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(this.ajv);
    const schemas = Object.entries(components.schemas).map(([name, schema]) => [name, closed(name, schema)]);
    this.ajv.addSchema({ components: { schemas: Object.fromEntries(schemas) as object } }, 'document');
  }

  /** What is wrong with the body, in words; empty when it is as documented. */
  faults(schema: Schema, body: unknown): readonly string[] {
    const validate = this.validator(schema);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message = '', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private validator(schema: Schema): ValidateFunction {
    const known = this.compiled.get(schema);
    if (known !== undefined) return known;
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    const made = this.ajv.compile(JSON.parse(text) as object);
    this.compiled.set(schema, made);
    return made;
  }
}

// A problem carries its facts as further members, which is how RFC 9457 extends it.
function closed(name: string, schema: Schema): Schema {
  if (name === 'Problem' || schema.properties === undefined) return schema;
  return { additionalProperties: false, ...schema };
}

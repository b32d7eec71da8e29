/** As much of OpenAPI 3.1 as the tests read. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

export interface Content {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema?: Schema;
}

/** That an operation can be asked about what this one answered. */
export interface Link {
  readonly operationId: string;
  /** Runtime expressions, such as `$response.body#/id`. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface DocumentedResponse {
  readonly description: string;
  readonly content?: Readonly<Record<string, Content>>;
  readonly links?: Readonly<Record<string, Link>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, DocumentedResponse>>;
  readonly security?: readonly object[];
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Fetches the document of a service. */
export async function fetchDocument(serviceUrl: string): Promise<OpenApiDocument> {
  const response = await fetch(`${serviceUrl}/openapi.json`);
  if (!response.ok) throw new Error(`the document is answered with ${response.status}`);
  return (await response.json()) as OpenApiDocument;
}

/** Every operation by a name such as `post /v1/events`. */
export function operationsOf({ paths }: OpenApiDocument): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    ),
  );
}

/** One request that the document shows: a body of an operation, or an operation without one. */
export interface Example {
  readonly type: string;
  readonly value: unknown;
}

/** Examples of the bodies that an operation takes. */
export function examplesOf({ requestBody }: Operation): readonly Example[] {
  return Object.entries(requestBody?.content ?? {}).flatMap(([type, { examples = {} }]) =>
    Object.values(examples).map(({ value }) => ({ type, value })),
  );
}

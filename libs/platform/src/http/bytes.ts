import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiConsumes } from '@nestjs/swagger';
import type { HttpRequest } from './request.js';

/** The body of a request that its handler reads itself. */
export class RawBodyBytes {
  constructor(
    /** Lower case, without parameters. */
    readonly mediaType: string,
    readonly bytes: Uint8Array,
  ) {}
}

/** How a route takes its body; a route that says nothing takes `application/json`. */
export interface BytesRoute {
  readonly mediaTypes: readonly string[];
  readonly limit: number | undefined;
}

const MEMBER = 'lodemarkBytes';

/**
 * The route takes its body as the bytes that arrived, in one of these media types; the pattern for any is
 * `ANY_MEDIA_TYPE`. `limit` is in bytes and replaces the service's.
 */
export function AcceptsBytes(
  mediaTypes: readonly string[],
  options: { readonly limit?: number } = {},
): MethodDecorator {
  const route: BytesRoute = { mediaTypes, limit: options.limit };
  return applyDecorators(RouteConfig({ [MEMBER]: route }), ApiConsumes(...mediaTypes));
}

export const ANY_MEDIA_TYPE = '*/*';

/** The parameter is the `RawBodyBytes` of a route under `@AcceptsBytes()`. */
export const RawBody: () => ParameterDecorator = createParamDecorator(
  // A request without a body has none to read: its handler finds nothing in it, as in an empty one.
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<HttpRequest>().body ?? new RawBodyBytes('', new Uint8Array()),
);

export function bytesRoute(request: HttpRequest): BytesRoute | undefined {
  const { config } = request.routeOptions;
  if (typeof config !== 'object' || config === null || !(MEMBER in config)) return undefined;
  // Only AcceptsBytes writes this member.
  return config[MEMBER] as BytesRoute;
}

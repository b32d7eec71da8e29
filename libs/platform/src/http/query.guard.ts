import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { invalidRequest, memberPointer } from '../problems/validation-problems.js';
import type { HttpRequest } from './request.js';

/** Handlers that read a query, or the request as a whole. */
const READERS = [RouteParamtypes.QUERY, RouteParamtypes.REQUEST].map((type) => `${String(type)}:`);

/**
 * Refuses the query of an operation that takes none. Whoever puts `horizon` there, and not into the body where it
 * belongs, would otherwise be answered as if nothing had been asked for; queries that are taken refuse what is unknown
 * in them by themselves. Pages, metrics and documents of other specifications stand outside of the API's path.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { url } = context.switchToHttp().getRequest<HttpRequest>();
    const start = url.indexOf('?');
    if (start < 0 || !url.startsWith('/v1/') || readsQuery(context)) return true;
    const names = [...new Set(new URLSearchParams(url.slice(start + 1)).keys())];
    if (names.length === 0) return true;
    const unknown = names.map((name) => ({
      ...{ code: 'unknown-field', pointer: memberPointer('', name), in: 'query' as const },
      detail: 'This operation takes no query.',
    }));
    throw invalidRequest(unknown, 'query');
  }
}

function readsQuery(context: ExecutionContext): boolean {
  const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as
    Readonly<Record<string, unknown>> | undefined;
  return Object.keys(args ?? {}).some((key) => READERS.some((reader) => key.startsWith(reader)));
}

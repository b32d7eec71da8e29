import type { NestInterceptor } from '@nestjs/common';
import { catchError } from 'rxjs';

/**
 * An interceptor for every route of a service: what a route throws is thrown on as `translate` says it. That can be a
 * `ProblemError`; an error that it hands back as it is becomes an internal one.
 */
export function errorTranslation(translate: (error: unknown) => unknown): NestInterceptor {
  return {
    intercept: (_context, next) =>
      next.handle().pipe(
        catchError((error: unknown) => {
          throw translate(error);
        }),
      ),
  };
}

import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { UNLIMITED } from '../auth/access.js';
import type { HttpRequest } from '../http/request.js';
import { RATE_LIMITER, type RateLimiter } from './rate-limiter.js';

/** Counts each request against its caller, or against its address when it has none. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(RATE_LIMITER) private readonly limiter: RateLimiter,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const unlimited = this.reflector.getAllAndOverride<boolean | undefined>(UNLIMITED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (unlimited === true) return true;
    const { caller, ip } = context.switchToHttp().getRequest<HttpRequest>();
    this.limiter.take(caller === undefined ? `address:${ip}` : `caller:${caller.subject}`);
    return true;
  }
}

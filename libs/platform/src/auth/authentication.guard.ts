import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { HttpRequest } from '../http/request.js';
import { forbidden, unauthenticated } from '../problems/standard-problems.js';
import { RATE_LIMITER, type RateLimiter } from '../rate-limit/rate-limiter.js';
import { ACCESS, type Access } from './access.js';
import type { Caller, RoleName } from './caller.js';
import { TOKEN_VERIFIER, type TokenVerifier } from './token-verifier.js';

/** Lets a request pass if its bearer token gives the access that its route asks for; every route asks for some. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(TOKEN_VERIFIER) private readonly tokens: TokenVerifier,
    @Inject(RATE_LIMITER) private readonly limiter: RateLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declared = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const access = declared ?? [];
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const caller = await this.authenticate(request);
    request.caller = caller;
    if (access === 'optional') return true;
    if (caller === undefined) throw unauthenticated('This operation needs a bearer token.');
    requireRole(caller, access);
    return true;
  }

  private async authenticate(request: HttpRequest): Promise<Caller | undefined> {
    const { authorization } = request.headers;
    if (authorization === undefined) return undefined;
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization)?.[1];
    try {
      if (token === undefined)
        throw unauthenticated('The Authorization header is not "Bearer" and a token.', 'invalid_token');
      return await this.tokens.verify(token);
    } catch (cause) {
      // Whoever guesses is slowed down by address: there is no caller to count it against.
      this.limiter.take(`address:${request.ip}`);
      throw cause;
    }
  }
}

function requireRole(caller: Caller, roles: readonly RoleName[]): void {
  if (roles.length === 0 || caller.roles.some(({ role }) => roles.includes(role))) return;
  throw forbidden(`This operation is for ${roles.map((role) => `the role ${role}`).join(' or ')}.`);
}

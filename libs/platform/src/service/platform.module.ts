import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AuthenticationGuard } from '../auth/authentication.guard.js';
import { TOKEN_VERIFIER } from '../auth/token-verifier.js';
import { CLOCK, systemClock } from '../clock/clock.js';
import { HealthController } from '../health/health.controller.js';
import { HEALTH, HealthRegistry } from '../health/health-registry.js';
import { QueryGuard } from '../http/query.guard.js';
import { LOGGER } from '../logging/logger.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { METRICS, Metrics } from '../metrics/metrics.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { RequestValidationPipe } from '../problems/request-validation.pipe.js';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard.js';
import { RATE_LIMITER, RateLimiter } from '../rate-limit/rate-limiter.js';
import { SHUTDOWN, Shutdown } from '../shutdown/shutdown.js';
import { DEFAULT_RATE_LIMIT, SERVICE_OPTIONS, type ServiceOptions } from './service-options.js';

const SHARED = [CLOCK, HEALTH, LOGGER, METRICS, RATE_LIMITER, SERVICE_OPTIONS, SHUTDOWN, TOKEN_VERIFIER];

/** What a service's own modules can inject, and what guards, filters and validates every route. */
@Module({})
export class PlatformModule {
  static forService(options: ServiceOptions): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, MetricsController],
      providers: [...shared(options), ...everywhere()],
      exports: SHARED,
    };
  }
}

function shared(options: ServiceOptions): Provider[] {
  const { service, logger, tokens, clock = systemClock, rateLimit = DEFAULT_RATE_LIMIT } = options;
  const onFailure = (check: string, err: unknown) => logger.warn({ check, err }, 'health check failed');
  return [
    { provide: SERVICE_OPTIONS, useValue: options },
    { provide: LOGGER, useValue: logger },
    { provide: CLOCK, useValue: clock },
    { provide: TOKEN_VERIFIER, useValue: tokens },
    { provide: RATE_LIMITER, useFactory: () => new RateLimiter(rateLimit) },
    { provide: HEALTH, useFactory: () => new HealthRegistry(onFailure) },
    { provide: METRICS, useFactory: () => new Metrics(service) },
    { provide: SHUTDOWN, useFactory: () => new Shutdown(logger) },
  ];
}

// Guards run in this order: a request is counted against whoever it turned out to be from.
function everywhere(): Provider[] {
  return [
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: QueryGuard },
    { provide: APP_PIPE, useClass: RequestValidationPipe },
  ];
}

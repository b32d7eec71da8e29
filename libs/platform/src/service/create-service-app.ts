import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { installBodyReader } from '../http/body-reader.js';
import { answerBareRefusals, answerClientError } from '../http/client-error.js';
import { installRequestHooks } from '../http/request-hooks.js';
import { requestIdOf } from '../http/request-id.js';
import type { FastifyServer } from '../http/request.js';
import { answerRouterError } from '../http/router-error.js';
import { nestLogger } from '../logging/nest-logger.js';
import { METRICS, type Metrics } from '../metrics/metrics.js';
import { SHUTDOWN, type Shutdown } from '../shutdown/shutdown.js';
import { PlatformModule } from './platform.module.js';
import { DEFAULT_BODY_LIMIT, DEFAULT_REQUEST_TIMEOUT_MS, type ServiceOptions } from './service-options.js';

/** Longer than any facility id, lot number or digest. */
const MAX_PATH_PARAMETER = 256;

@Module({})
class ServiceModule {}

/** A Nest application on Fastify with everything of this library in place; neither initialized nor listening. */
export async function createServiceApp(
  module: Type | DynamicModule,
  options: ServiceOptions,
): Promise<NestFastifyApplication> {
  const adapter = fastifyAdapter(options);
  const server = adapter.getInstance<FastifyServer>();
  answerBareRefusals(server.server);
  const { bodyLimit = DEFAULT_BODY_LIMIT, readJson } = options;
  installBodyReader(server, { bodyLimit, readJson });
  const root: DynamicModule = {
    module: ServiceModule,
    imports: [PlatformModule.forService(options), module],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: nestLogger(options.logger),
    // Nest's own parsers would come before ours.
    bodyParser: false,
    // A service that cannot be put together says why by throwing, not by ending the process.
    abortOnError: false,
  });
  installRequestHooks(server, {
    logger: options.logger,
    metrics: app.get<Metrics>(METRICS),
    shutdown: app.get<Shutdown>(SHUTDOWN),
  });
  return app;
}

function fastifyAdapter(options: ServiceOptions): FastifyAdapter {
  return new FastifyAdapter({
    genReqId: requestIdOf,
    requestIdHeader: false,
    requestTimeout: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    trustProxy: options.trustProxy === undefined ? false : [...options.trustProxy],
    // What arrives on an open connection while the service stops is still answered.
    return503OnClosing: false,
    frameworkErrors: answerRouterError(options.logger, options.problemTypeBase),
    clientErrorHandler: answerClientError,
    // Node would refuse such a request itself, with an empty answer; the hooks do it with a problem.
    http: { requireHostHeader: false },
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER },
  });
}

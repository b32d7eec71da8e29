import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readJson } from '@lodemark/transparency';
import {
  createLogger,
  createServiceApp,
  createTokenVerifier,
  mountOpenApi,
  type ServiceOptions,
} from '../../src/index.js';
import { TinyModule } from './tiny-service.js';

export interface TinyService {
  readonly app: NestFastifyApplication;
  /** What was logged, parsed. */
  readonly log: Record<string, unknown>[];
}

/** The tiny service, initialized; what it logs is kept. */
export async function startTinyService(options: Partial<ServiceOptions> = {}): Promise<TinyService> {
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => log.push(JSON.parse(line) as Record<string, unknown>);
  const app = await createServiceApp(TinyModule, {
    service: 'tiny',
    logger: createLogger({ service: 'tiny', level: 'debug', write }),
    readJson: (bytes) => readJson(bytes, { depth: 8 }),
    tokens: createTokenVerifier([]),
    bodyLimit: 2000,
    ...options,
  });
  mountOpenApi(app, { title: 'Tiny <service>', version: '1.0.0', description: 'For tests.' });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, log };
}

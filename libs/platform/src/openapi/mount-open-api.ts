import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { completeDocument } from './complete-document.js';
import { INDEX_HTML, INIT_JS } from './pages.js';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  /** Markdown. */
  readonly description: string;
}

// The UI sets styles on elements and shows images that its own style sheet carries; all else is ours or refused.
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/**
 * Serves the OpenAPI 3.1 document of all controllers at `/openapi.json`, and a page to read and try it at `/docs/`
 * that asks no other origin for anything. To be called before the application is initialized; returns the document.
 */
export function mountOpenApi(app: NestFastifyApplication, options: OpenApiOptions): OpenAPIObject {
  const { title, version, description } = options;
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setVersion(version)
    .setDescription(description)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .build();
  const document = completeDocument(SwaggerModule.createDocument(app, config));
  serveDocument(app, document);
  servePages(app, title);
  return document;
}

function serveDocument(app: NestFastifyApplication, document: OpenAPIObject): void {
  const text = JSON.stringify(document);
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, reply) => {
      void reply.header('Content-Type', 'application/json; charset=utf-8').send(text);
    });
}

function servePages(app: NestFastifyApplication, title: string): void {
  const server = app.getHttpAdapter().getInstance();
  // Relative, so that it also works below a proxy's prefix.
  server.get('/docs', (_request, reply) => {
    void reply.redirect('docs/', 302);
  });
  const pages = {
    '': [INDEX_HTML(title), 'text/html; charset=utf-8'],
    'init.js': [INIT_JS, 'text/javascript; charset=utf-8'],
  } as const;
  for (const [name, [content, type]] of Object.entries(pages)) {
    server.get(`/docs/${name}`, (_request, reply) => {
      void reply.header('Content-Type', type).header('Content-Security-Policy', PAGE_POLICY).send(content);
    });
  }
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  for (const [name, type] of Object.entries(ASSETS)) {
    const path = join(folder, name);
    server.get(`/docs/${name}`, async (_request, reply) => {
      const content = await readFile(path);
      return reply.header('Content-Type', type).header('Cache-Control', 'public, max-age=3600').send(content);
    });
  }
}

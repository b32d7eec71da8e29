import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTinyService, type TinyService } from './support/start-tiny-service.js';

let service: TinyService;

beforeAll(async () => {
  service = await startTinyService();
});

afterAll(() => service.app.close());

const get = (url: string) => service.app.inject({ method: 'GET', url });

interface Operation {
  readonly security: unknown;
  readonly description?: string;
  readonly responses: Record<string, { content?: Record<string, unknown> }>;
  readonly requestBody?: { content: Record<string, unknown> };
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and describes every operation of the service, and no probe', async () => {
    const document = (await get('/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
    }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/v1/conflict',
      '/v1/documents',
      '/v1/entries/{index}',
      '/v1/events',
      '/v1/fault',
      '/v1/lots',
      '/v1/notes',
      '/v1/problem',
      '/v1/registrar',
      '/v1/slow',
      '/v1/whoami',
    ]);
    expect(document.components.schemas).toHaveProperty('Problem');
    expect(document.components.securitySchemes).toHaveProperty('bearer');
    const { paths } = document;
    expect(paths['/v1/lots']?.['post']?.security).toEqual([]);
    expect(paths['/v1/events']?.['post']?.security).toEqual([{ bearer: [] }, {}]);
    expect(paths['/v1/whoami']?.['get']?.security).toEqual([{ bearer: [] }]);
    expect(paths['/v1/registrar']?.['get']?.description).toContain('registrar, administrator');
    expect(Object.keys(paths['/v1/events']?.['post']?.requestBody?.content ?? {})).toEqual([]);
    for (const item of Object.values(paths)) {
      for (const operation of Object.values(item)) {
        expect(operation.responses['default']?.content).toHaveProperty(['application/problem+json']);
      }
    }
    expect(JSON.stringify(document)).not.toContain('x-lodemark-access');
  });
});

describe('the page', () => {
  it('asks no other origin for anything, and may not', async () => {
    const page = await get('/docs/');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('<title>Tiny &lt;service></title>');
    const references = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, reference = '']) => reference,
    );
    expect(references.length).toBeGreaterThan(3);
    for (const reference of references) {
      const url = new URL(reference, 'http://service.test/docs/');
      expect(url.origin).toBe('http://service.test');
      expect((await get(url.pathname)).statusCode).toBe(200);
    }
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(policy).not.toMatch(/https?:|script-src[^;]*unsafe/);
    expect(page.body).not.toMatch(/<script>|\son[a-z]+=/);
  });

  it('is found without the last slash, below a proxy’s prefix too', async () => {
    const { statusCode, headers } = await get('/docs');
    expect([statusCode, headers.location]).toEqual([302, 'docs/']);
  });
});

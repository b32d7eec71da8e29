import Module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Starts one throw-away Postgres for the run, unless `TEST_POSTGRES_URL` offers a server (as superuser). Nothing is
 * forced to the disk; suites about durability ask `createDatabase` for a durable server.
 */
export default async function startPostgres(): Promise<void> {
  if (process.env['TEST_POSTGRES_URL'] !== undefined) return;
  readSourcesInsteadOfBuild();
  const { EmbeddedPostgres } = await import('@lodemark/standalone');
  const server = await EmbeddedPostgres.start({ fsync: false, settings: { max_connections: '300' } });
  process.env['TEST_POSTGRES_URL'] = server.adminUrl;
  globalThis.lodemarkTestPostgres = server;
}

declare global {
  var lodemarkTestPostgres: { stop(): Promise<void> } | undefined;
}

type Resolve = (request: string, ...rest: unknown[]) => string;

// Jest compiles what a global setup requires, but resolves it as Node does: to the build, which may be missing or
// old. Here our packages are resolved to their TypeScript, and so are the files they import.
function readSourcesInsteadOfBuild(): void {
  const loader = Module as unknown as { _resolveFilename: Resolve };
  const original = loader._resolveFilename;
  const root = createRequire(new URL('../../package.json', import.meta.url));
  loader._resolveFilename = (request, ...rest) => {
    const [, lib, part = 'index'] = /^@lodemark\/([a-z-]+)(?:\/([a-z-]+))?$/.exec(request) ?? [];
    if (lib !== undefined) {
      const manifest = root.resolve(`./node_modules/@lodemark/${lib}/package.json`);
      return fileURLToPath(new URL(`src/${part}.ts`, `file://${manifest}`));
    }
    try {
      return original(request, ...rest);
    } catch (cause) {
      if (!request.startsWith('.') || !request.endsWith('.js')) throw cause;
      return original(request.replace(/\.js$/, '.ts'), ...rest);
    }
  };
}

/** Stops the server that the setup started, if it did. */
export default async function stopPostgres(): Promise<void> {
  const server = globalThis.lodemarkTestPostgres;
  if (server === undefined) return;
  globalThis.lodemarkTestPostgres = undefined;
  delete process.env['TEST_POSTGRES_URL'];
  await server.stop();
}

// The ports of a local Kafka's nodes, all on loopback.
import { createServer } from 'node:net';

const STEP = 10_000;

/** Of one node, counted from 0. Without `basePort` the system chooses. */
export async function portsOf(node, { basePort, tls }) {
  const first = (basePort ?? 0) + STEP * node;
  const fixed = [first, first + 1, first + 2, first + 3];
  const [admin, controller, operators, overTls] = basePort === undefined ? await freePorts(4) : fixed;
  return { admin, controller, operators, ...(tls ? { tls: overTls } : {}) };
}

/** Whether nobody listens on this port of the loopback interface. */
export function isFree(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** All are held until all are known, so that none is given out twice. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

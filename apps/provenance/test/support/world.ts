import { Network } from '@lodemark/domain';
import { LogServer } from './log-server.js';
import { TestClock } from './test-clock.js';
import { TestCustody } from './test-custody.js';
import { TestRegistry } from './test-registry.js';

/** A network whose logs are real and whose services are left out: what provenance sees of it. */
export interface World {
  readonly registry: TestRegistry;
  readonly custody: TestCustody;
  readonly server: LogServer;
  readonly clock: TestClock;
}

export async function openWorld(): Promise<World> {
  const clock = new TestClock();
  const registry = await TestRegistry.open(new Network('test.lodemark.example'), clock);
  const custody = await TestCustody.open(registry, clock);
  const server = await LogServer.start(registry, custody);
  custody.url = server.url;
  return { clock, registry, custody, server };
}

export async function closeWorld({ server, custody, registry }: World): Promise<void> {
  await server.close();
  await custody.close();
  await registry.close();
}

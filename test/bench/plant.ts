import { EmbeddedPostgres } from '@lodemark/standalone';
import { lotCreated, signEvent, type Party } from '../../apps/custody/test/support/parties.js';
import { Connections } from './connections.js';
import { ProcessorTime } from './processor-time.js';
import { BuiltSite } from '../support/built-site.js';
import type { Installation } from '../support/installation.js';
import { WITHOUT_LIMITS } from './without-limits.js';

/** A registry and a custody service as they are deployed, on a Postgres that forces commits to the disk. */
export class Plant {
  private constructor(
    readonly server: EmbeddedPostgres,
    readonly site: BuiltSite,
    readonly custody: Installation,
    private readonly key: Party,
    private readonly connections: Connections,
  ) {}

  static async start(connections: number): Promise<Plant> {
    const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
    process.env['TEST_POSTGRES_URL'] = server.adminUrl;
    const site = await BuiltSite.start({ label: 'bench', round: '1s', environment: WITHOUT_LIMITS });
    const custody = await site.addCustody();
    await site.join('kokbulak', custody);
    const key = await site.eventKey('kokbulak');
    await site.settled(custody);
    return new Plant(server, site, custody, key, await Connections.open(custody.url, connections));
  }

  /** Signed beforehand, as facilities do on machines of their own. */
  async signedEvents(count: number): Promise<string[]> {
    const events: string[] = [];
    for (let made = 0; made < count; made += 1)
      events.push(await signEvent(lotCreated('kokbulak'), this.key));
    return events;
  }

  /** What client, services and database use of the processors. */
  processorTime(): ProcessorTime {
    return new ProcessorTime([
      { name: 'client', pid: process.pid },
      { name: 'custody', pid: this.custody.pid },
      { name: 'registry', pid: this.site.registry.pid },
      { name: 'Postgres', pid: this.server.pid, withChildren: true },
    ]);
  }

  post(body: string, mediaType: string): Promise<void> {
    return this.connections.post(body, mediaType);
  }

  async stop(): Promise<void> {
    this.connections.close();
    await this.custody.stop();
    await this.site.remove();
    await this.server.stop();
  }
}

import { EmbeddedPostgres } from '@lodemark/standalone';
import { lotCreated, signEvent, type Party } from '../../apps/custody/test/support/parties.js';
import { Connection } from './connection.js';
import { ProcessorTime } from './processor-time.js';
import { BuiltSite } from '../support/built-site.js';
import type { Installation } from '../support/installation.js';

/** A registry and a custody service as they are deployed, on a Postgres that forces commits to the disk. */
export class Plant {
  private constructor(
    readonly server: EmbeddedPostgres,
    readonly site: BuiltSite,
    readonly custody: Installation,
    private readonly key: Party,
    private readonly idle: Connection[],
  ) {}

  static async start(connections: number): Promise<Plant> {
    const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
    process.env['TEST_POSTGRES_URL'] = server.adminUrl;
    const site = await BuiltSite.start({ label: 'bench', round: '1s' });
    const custody = await site.addCustody();
    await site.join('kokbulak', custody);
    const key = await site.eventKey('kokbulak');
    await site.settled(custody);
    const idle = await Promise.all(Array.from({ length: connections }, () => Connection.open(custody.url)));
    return new Plant(server, site, custody, key, idle);
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

  /** On a connection that is idle. @throws Error unless every event of the body was recorded */
  async post(body: string, mediaType: string): Promise<void> {
    const connection = this.idle.pop();
    if (connection === undefined) throw new Error('more is posted at once than there are connections');
    const answer = await connection.post('/v1/events', mediaType, body);
    this.idle.push(connection);
    if (answer.status !== 200 && answer.status !== 201 && answer.status !== 207)
      throw new Error(`custody answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    if (answer.text.includes('"refused"'))
      throw new Error(`an event was refused: ${answer.text.slice(0, 500)}`);
  }

  async stop(): Promise<void> {
    for (const connection of this.idle) connection.close();
    await this.custody.stop();
    await this.site.remove();
    await this.server.stop();
  }
}

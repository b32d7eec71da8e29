import { Agent, request } from 'node:http';
import { EmbeddedPostgres } from '@lodemark/standalone';
import { lotCreated, signEvent, type Party } from '../../apps/custody/test/support/parties.js';
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
    private readonly agent: Agent,
  ) {}

  static async start(connections: number): Promise<Plant> {
    const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
    process.env['TEST_POSTGRES_URL'] = server.adminUrl;
    const site = await BuiltSite.start({ label: 'bench', round: '1s' });
    const custody = await site.addCustody();
    await site.join('kokbulak', custody);
    const key = await site.eventKey('kokbulak');
    await site.settled(custody);
    return new Plant(server, site, custody, key, new Agent({ keepAlive: true, maxSockets: connections }));
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

  /** @throws Error unless every event of the body was recorded */
  async post(body: string, mediaType: string): Promise<void> {
    const answer = await this.send(body, mediaType);
    if (answer.status !== 200 && answer.status !== 201 && answer.status !== 207)
      throw new Error(`custody answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    if (answer.text.includes('"refused"'))
      throw new Error(`an event was refused: ${answer.text.slice(0, 500)}`);
  }

  private send(body: string, mediaType: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.custody.url}/v1/events`,
        { method: 'POST', agent: this.agent, headers: { 'content-type': mediaType } },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
          );
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.custody.stop();
    await this.site.remove();
    await this.server.stop();
  }
}

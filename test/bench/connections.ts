import { Connection } from './connection.js';

/** Connections to one custody service, as many as post at once. */
export class Connections {
  private constructor(private readonly idle: Connection[]) {}

  static async open(url: string, count: number): Promise<Connections> {
    return new Connections(await Promise.all(Array.from({ length: count }, () => Connection.open(url))));
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

  close(): void {
    for (const connection of this.idle) connection.close();
  }
}

import { Output } from './output.js';
import { ServiceClient } from './network/service-client.js';
import { readSettings, requireUrl, type GlobalOptions, type NetworkSettings } from './network/settings.js';
import type { ServiceName } from './network/site.js';
import { Tokens } from './network/tokens.js';
import type { Surroundings } from './surroundings.js';

/** One run of one command: where the network is, who asks, where the answer goes. */
export class Session {
  readonly tokens: Tokens;
  private readonly clients = new Map<ServiceName, ServiceClient>();

  private constructor(
    readonly surroundings: Surroundings,
    readonly settings: NetworkSettings,
    readonly output: Output,
  ) {
    this.tokens = new Tokens(settings);
  }

  static async open(options: GlobalOptions, surroundings: Surroundings, output: Output): Promise<Session> {
    return new Session(surroundings, await readSettings(options, surroundings.env), output);
  }

  /** @throws Failure when its address is not known */
  service(name: ServiceName): ServiceClient {
    const known = this.clients.get(name) ?? new ServiceClient(requireUrl(this.settings, name), this.tokens);
    this.clients.set(name, known);
    return known;
  }
}

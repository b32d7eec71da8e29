import type { Session } from '../session.js';

/** What is known about the root log beforehand, if anything is. */
export interface Pins {
  readonly genesis: string | undefined;
  readonly rootLogKey: string | undefined;
  readonly network: string | undefined;
}

/** What the registrar published, as far as the environment says it; of a site on this machine its network's name. */
export function pinsOf({ surroundings: { env }, settings }: Session): Pins {
  return {
    genesis: env['LODEMARK_GENESIS'],
    rootLogKey: env['LODEMARK_ROOT_LOG_KEY'],
    network: settings.site?.network,
  };
}

import type { VerifierKey } from '@lodemark/transparency';

const FACILITY = /^[a-z0-9-]{1,63}$/;

/** Names of the logs of one network. Its name is part of everything signed, so it never changes. */
export class Network {
  constructor(readonly name: string) {}

  get rootOrigin(): string {
    return `${this.name}/root`;
  }

  logOrigin(facility: string): string {
    return `${this.name}/log/${facility}`;
  }

  /** The facility whose log this is; undefined for the root log and for logs of other networks. */
  facilityOf(origin: string): string | undefined {
    const prefix = this.logOrigin('');
    const facility = origin.startsWith(prefix) ? origin.slice(prefix.length) : '';
    return FACILITY.test(facility) ? facility : undefined;
  }
}

/** The keys that signed notes are checked with, all under the name of one log (tlog-checkpoint: key name = origin). */
export type LogKeys = readonly VerifierKey[];

import type { CallerRole } from '@lodemark/platform';

/** A running network as a scenario drives it: over HTTP, with a clock that the scenario sets. */
export interface DrivenNetwork {
  /** Schemeless name, such as `demo.lodemark.example`. */
  readonly name: string;
  readonly registryUrl: string;
  /** Where the custody service answers that keeps this facility's log. */
  custodyOf(facility: string): string;
  readonly provenanceUrl: string;
  readonly clock: { now(): Date; set(instant: Date): void | Promise<void> };
  token(subject: string, roles: readonly CallerRole[]): Promise<string>;
  /** Checkpoints handed in, the root checkpoint published, provenance caught up: the size of the root log. */
  settle(): Promise<number>;
}

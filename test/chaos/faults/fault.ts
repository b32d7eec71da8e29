/** One thing that goes wrong, and is mended as far as it does not mend itself. */
export interface Fault {
  readonly kind: string;
  /** What it strikes: a process, a broker, a disk. */
  readonly target: string;
  /** Facilities that may have to wait because of it. */
  readonly facilities: readonly string[];
  /** Strikes, holds on and mends. @throws FaultNotHad where it could not be brought about */
  run(): Promise<void>;
}

/** The harness could not bring the fault about: the run says less than it seems to. */
export class FaultNotHad extends Error {
  override readonly name = 'FaultNotHad';
}

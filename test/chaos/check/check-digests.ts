import type { Finding } from './finding.js';

/** Digests of provenance's read model, hex. */
export interface Digests {
  /** Of the service that lived through the faults. */
  readonly lived: string;
  /** Of the same service after it made its read model anew from the logs. */
  readonly rebuilt: string;
  /** Of another service with an empty database, which has read the logs since. */
  readonly fresh: string;
}

/** What provenance made of the logs while everything broke is what it makes of them in peace. */
export function checkDigests({ lived, rebuilt, fresh }: Digests): Finding[] {
  const where = 'read model of provenance';
  const others = { rebuilt, fresh };
  return Object.entries(others).flatMap(([name, digest]) =>
    digest === lived
      ? []
      : [{ code: 'digest-differs' as const, where, detail: `${lived}, ${name} ${digest}` }],
  );
}

import type { Logger } from '@lodemark/platform';
import { RepeatedWork } from '../ingest/repeated-work.js';
import type { Deliveries } from '../webhooks/deliveries.js';
import type { CertificateLifecycle } from './certificate-lifecycle.js';
import type { HandIn } from './hand-in.js';

export interface CertificateWork {
  readonly lifecycle: CertificateLifecycle;
  readonly handIn: HandIn;
  readonly deliveries: Deliveries;
}

/** Starts what goes on without being asked for; gives what ends it after the steps in hand. None waits for another. */
export function startCertificateWork(
  { lifecycle, handIn, deliveries }: CertificateWork,
  { everyMs, logger }: { readonly everyMs: number; readonly logger: Logger },
): () => Promise<void> {
  const repeated = (work: () => Promise<unknown>, trouble: string) =>
    new RepeatedWork(everyMs, work, (err) => logger.warn({ err }, `${trouble}; it is tried again`));
  const work = [
    repeated(() => lifecycle.advance(), 'certificates were not brought up to date'),
    repeated(() => handIn.advance(), 'certificates were not handed in'),
    repeated(() => deliveries.begin(), 'webhooks were not served'),
  ];
  for (const one of work) one.start();
  return async () => {
    await Promise.all(work.map((one) => one.stop()));
    await deliveries.stop();
  };
}

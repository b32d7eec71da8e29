import { HorizonNotFilled } from '../horizon/horizon.js';
import type { Ingest } from './ingest.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const PAUSE_MS = 20;

/** Waits until the horizon of the root checkpoint that is published now can be answered at; gives its size. */
export async function caughtUp(ingest: Ingest, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  const published = await ingest.rootCheckpoints.refresh();
  if (published === undefined) throw new Error('the registry has published no root checkpoint');
  for (;;) {
    ingest.wake();
    try {
      return (await ingest.horizons.at(published)).size;
    } catch (error) {
      if (!(error instanceof HorizonNotFilled)) throw error;
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

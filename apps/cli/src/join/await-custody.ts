import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { problemCode } from '@lodemark/platform/light';
import { signJson, type Signer } from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { ServiceClient } from '../network/service-client.js';
import type { Surroundings } from '../surroundings.js';

const WAIT_MS = 60_000;
const ASK_AGAIN_MS = 500;
const NOT_YET = ['key-unknown', 'key-not-valid'];

/**
 * Returns when the custody service has read in the root log that the facility's key is registered, so that the first
 * event is taken. It has an event checked that nobody could mean; anything but trouble with the key will do.
 * @throws Failure when custody does not learn of it
 */
export async function awaitCustody(
  custody: ServiceClient,
  facility: string,
  { own, surroundings }: { readonly own: Signer | undefined; readonly surroundings: Surroundings },
): Promise<void> {
  const until = surroundings.now().getTime() + WAIT_MS;
  for (;;) {
    const event = {
      ...{
        v: 1,
        type: 'Stored',
        facility,
        eventId: randomUUID(),
        occurredAt: surroundings.now().toISOString(),
      },
      ...{ lots: [`${facility}/probe`], location: 'nowhere', sealed: false, segregated: false },
    };
    const answer = await custody.call('/v1/events/check', {
      method: 'POST',
      ...(own === undefined
        ? { body: event, roles: [{ role: 'facility-operator', facilities: [facility] }] }
        : {
            body: await signJson(event, own, 'lodemark-event+jws'),
            mediaType: 'application/jose',
          }),
    });
    if (!NOT_YET.includes(problemCode(answer.body) ?? '')) return;
    if (surroundings.now().getTime() > until) throw behind(custody.url, facility);
    await sleep(ASK_AGAIN_MS);
  }
}

function behind(url: string, facility: string): Failure {
  return new Failure({
    code: 'custody-behind',
    exit: EXIT.trouble,
    cause: `${facility} is registered, but ${url} has not read so in the root log yet.`,
    next: 'See what keeps it (lodemark doctor), then run join again: what stands is left as it is.',
  });
}

import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Caller } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { CustodyLimits } from '../custody-config.js';
import { LIMITS } from '../ports.js';
import { refused, refusedBy, type Refused } from './answer.js';
import { ClerkSigner } from './clerk-signer.js';
import { DoorKeeper } from './door-keeper.js';
import { readSignedEvent, type ReadEvent } from './read-event.js';
import type { Item } from './read-items.js';

/** An item that was read, let in or not; one that could not be read is only refused. */
export interface Arrival {
  readonly event?: ReadEvent;
  /** Why it goes no further. */
  readonly refused?: Refused;
}

/** Items read at once; then it is the turn of other requests. */
const AT_ONCE = 32;

/** Reads what was posted, signs where the service signs, and checks keys and signatures. */
@Injectable()
export class Intake {
  constructor(
    private readonly door: DoorKeeper,
    private readonly clerks: ClerkSigner,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  /** One arrival per item, in order. */
  async receive(items: readonly Item[], caller: Caller | undefined): Promise<readonly Arrival[]> {
    const arrivals: Arrival[] = [];
    for (let first = 0; first < items.length; first += AT_ONCE) {
      const some = items.slice(first, first + AT_ONCE);
      arrivals.push(...(await this.admit(await Promise.all(some.map((item) => this.read(item, caller))))));
      await othersTurn();
    }
    return arrivals;
  }

  private async read(item: Item, caller: Caller | undefined): Promise<Arrival> {
    try {
      switch (item.kind) {
        case 'unreadable':
          throw item.problem;
        case 'jws':
          return { event: readSignedEvent(item.text, this.limits.depth) };
        case 'json':
          return { event: await this.clerks.sign(item.read(), caller) };
      }
    } catch (error) {
      return { refused: refusedBy(error) };
    }
  }

  private async admit(arrivals: readonly Arrival[]): Promise<readonly Arrival[]> {
    const events = arrivals.flatMap(({ event }) => event ?? []);
    const problems = await this.door.check(events);
    const problemOf = new Map(events.map((event, at) => [event, problems[at]]));
    return arrivals.map((arrival) => {
      const problem = arrival.event && problemOf.get(arrival.event);
      return problem === undefined ? arrival : { ...arrival, refused: refused(problem) };
    });
  }
}

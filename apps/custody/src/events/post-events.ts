import { ProblemError, type Caller } from '@lodemark/platform';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CustodyLimits } from '../custody-config.js';
import { LIMITS } from '../ports.js';
import { heldBack, refused, type Answer } from './answer.js';
import { EventCounts } from './event-counts.js';
import { ClerkSigner } from './clerk-signer.js';
import { DoorKeeper } from './door-keeper.js';
import { asProblem, FacilityLogs } from './facility-logs.js';
import { readSignedEvent, type ReadEvent } from './read-event.js';
import type { Item } from './read-items.js';

/** Records events, or (`dryRun`) says what would become of them; one answer per item, in order. */
export class PostEvents extends Command<readonly Answer[]> {
  constructor(
    readonly items: readonly Item[],
    readonly options: {
      readonly caller: Caller | undefined;
      readonly atomic: boolean;
      readonly dryRun: boolean;
    },
  ) {
    super();
  }
}

interface Ready {
  readonly position: number;
  readonly event: ReadEvent;
}

@CommandHandler(PostEvents)
export class PostEventsHandler implements ICommandHandler<PostEvents> {
  constructor(
    private readonly door: DoorKeeper,
    private readonly clerks: ClerkSigner,
    private readonly log: FacilityLogs,
    private readonly counts: EventCounts,
    @Inject(LIMITS) private readonly limits: CustodyLimits,
  ) {}

  async execute({ items, options }: PostEvents): Promise<readonly Answer[]> {
    const answers = items.map((): Answer | undefined => undefined);
    const ready = await this.ready(items, options.caller, answers);
    if (options.atomic) this.requireOneLog(ready, answers);
    const groups = byFacility(ready.filter(({ position }) => answers[position] === undefined));
    await Promise.all(
      [...groups].map(async ([facility, group]) => {
        const outcomes = await this.log.take(
          facility,
          group.map(({ event }) => event),
          options,
        );
        group.forEach(({ position }, index) => {
          answers[position] = outcomes[index];
        });
      }),
    );
    const decided = answers.map((answer, position) => {
      if (answer === undefined) throw new Error(`item ${String(position)} was not decided`);
      return answer;
    });
    if (!options.dryRun) this.counts.count(decided);
    return decided;
  }

  /** Reads, signs where the service signs, and checks signatures; what falls out is answered at once. */
  private async ready(
    items: readonly Item[],
    caller: Caller | undefined,
    answers: (Answer | undefined)[],
  ): Promise<Ready[]> {
    const read: Ready[] = [];
    for (const [position, item] of items.entries()) {
      try {
        read.push({ position, event: await this.read(item, caller) });
      } catch (error) {
        answers[position] = refused(asProblem(error));
      }
    }
    const admitted = await this.door.admit(read.map(({ event }) => event));
    return read.filter(({ position }, index) => {
      const admission = admitted[index];
      if (admission?.ok === false) answers[position] = refused(admission.problem);
      return admission?.ok === true;
    });
  }

  private async read(item: Item, caller: Caller | undefined): Promise<ReadEvent> {
    switch (item.kind) {
      case 'unreadable':
        throw item.problem;
      case 'jws':
        return readSignedEvent(item.text, this.limits.depth);
      case 'json':
        return this.clerks.sign(item.value, caller);
    }
  }

  private requireOneLog(ready: readonly Ready[], answers: (Answer | undefined)[]): void {
    const facilities = new Set(ready.map(({ event }) => event.event.facility));
    if (facilities.size > 1) {
      throw new ProblemError({
        type: 'atomic-needs-one-log',
        status: 422,
        title: 'All or nothing holds within one log',
        detail: `The batch names ${String(facilities.size)} facilities: ${[...facilities].sort().join(', ')}.`,
      });
    }
    const because = answers.findIndex((answer) => answer?.outcome === 'refused');
    if (because < 0) return;
    ready.forEach(({ position }) => {
      answers[position] = refused(heldBack(because));
    });
  }
}

function byFacility(ready: readonly Ready[]): ReadonlyMap<string, readonly Ready[]> {
  const groups = new Map<string, Ready[]>();
  for (const one of ready) {
    const { facility } = one.event.event;
    const group = groups.get(facility) ?? [];
    group.push(one);
    groups.set(facility, group);
  }
  return groups;
}

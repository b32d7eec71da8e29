import { epochMilliseconds, utcDate, type EventOf, type Step } from '@lodemark/domain';
import type { Case } from './case.js';
import { toldOf, type Told } from './effective-events.js';
import type { Process } from './lineage.js';

export type Campaign = EventOf<'CampaignsReported'>['campaigns'][number];

/** A time, RFC 3339 at both ends. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** When a process ran, as its facility says; one that gives no times ran when it is said to have occurred. */
export function windowOf({ told: { event } }: Process): Window {
  if (event.type !== 'Transformed') return { from: event.occurredAt, to: event.occurredAt };
  return { from: event.startedAt ?? event.occurredAt, to: event.endedAt ?? event.occurredAt };
}

/** The window with some days before it; nothing ran before the facility did. */
export function withDaysBefore(known: Case, process: Process, days: number): Window {
  const { from, to } = windowOf(process);
  const earlier = new Date(epochMilliseconds(from) - days * DAY_MS).toISOString();
  const operatingFrom = known.facts.facility(process.facility, from)?.operating.from;
  if (operatingFrom === undefined || operatingFrom <= utcDate(earlier)) return { from: earlier, to };
  const opened = `${operatingFrom}T00:00:00Z`;
  return { from: epochMilliseconds(opened) < epochMilliseconds(from) ? opened : from, to };
}

/** What a facility reported of a step's campaigns: in one circuit, or (without equipment) in all that it has. */
export class CampaignLog {
  readonly reports: readonly Told<'CampaignsReported'>[];

  constructor(
    known: Case,
    facility: string,
    about: { readonly step: Step; readonly equipment?: string | undefined },
  ) {
    this.reports = toldOf(known.lineage.told, 'CampaignsReported').filter(
      ({ event }) =>
        event.facility === facility &&
        event.steps.includes(about.step) &&
        (event.equipment === undefined || event.equipment === about.equipment),
    );
    this.campaigns = distinct(
      this.reports
        .flatMap(({ event }) => event.campaigns)
        .filter(
          ({ step, equipment }) =>
            step === about.step &&
            (about.equipment === undefined || equipment === undefined || equipment === about.equipment),
        ),
    );
  }

  readonly campaigns: readonly Campaign[];

  /** Whether complete reports cover all of the window, one after the other or overlapping. */
  covers({ from, to }: Window): boolean {
    const complete = this.reports
      .flatMap(({ event }) => (event.complete ? [event] : []))
      .sort((a, b) => epochMilliseconds(a.periodFrom) - epochMilliseconds(b.periodFrom));
    let reached = from;
    for (const { periodFrom, periodTo } of complete)
      if (!isLater(periodFrom, reached) && isLater(periodTo, reached)) reached = periodTo;
    return complete.some(({ periodFrom }) => !isLater(periodFrom, from)) && !isLater(to, reached);
  }

  /** Campaigns that ran in some part of the window. */
  within({ from, to }: Window): readonly Campaign[] {
    return this.campaigns.filter(
      ({ startedAt, endedAt }) => !isLater(startedAt, to) && !isLater(from, endedAt),
    );
  }
}

export function isLater(a: string, b: string): boolean {
  return epochMilliseconds(a) > epochMilliseconds(b);
}

function distinct(campaigns: readonly Campaign[]): Campaign[] {
  return [...new Map(campaigns.map((campaign) => [JSON.stringify(campaign), campaign])).values()];
}

const DAY_MS = 86_400_000;

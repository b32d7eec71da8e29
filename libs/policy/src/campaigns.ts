import { epochMilliseconds, utcDate, type EventOf, type Step } from '@lodemark/domain';
import type { Case } from './case.js';
import { toldOf, type Told } from './effective-events.js';
import type { Process } from './lineage.js';
import { remembered } from './remembered.js';
import { push } from './root-facts.js';

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

/** Everything of one type that a facility tells, whatever lots it names; gathered once of all that is told. */
const reportsBy = remembered((told: readonly Told[]) => {
  const byFacility = new Map<string, Told<'CampaignsReported'>[]>();
  for (const report of toldOf(told, 'CampaignsReported')) push(byFacility, report.event.facility, report);
  return byFacility;
});

interface About {
  readonly facility: string;
  readonly step: Step;
  readonly equipment?: string | undefined;
}

const logs = remembered((_told: readonly Told[]) => new Map<string, CampaignLog>());

/** What a facility reported of a step's campaigns: in one circuit, or (without equipment) in all that it has. */
export function campaignLog({ lineage: { told } }: Case, about: About): CampaignLog {
  const kept = logs(told);
  const key = `${about.facility} ${about.step} ${about.equipment ?? ''}`;
  const before = kept.get(key) ?? new CampaignLog(reportsBy(told).get(about.facility) ?? [], about);
  kept.set(key, before);
  return before;
}

export class CampaignLog {
  readonly reports: readonly Told<'CampaignsReported'>[];
  readonly campaigns: readonly Campaign[];

  private readonly equipment: string | undefined;

  constructor(all: readonly Told<'CampaignsReported'>[], { step, equipment }: About) {
    this.equipment = equipment;
    this.reports = all.filter(
      ({ event }) =>
        event.steps.includes(step) &&
        (equipment === undefined || event.equipment === undefined || event.equipment === equipment),
    );
    this.campaigns = distinct(
      this.reports
        .flatMap(({ event }) => event.campaigns)
        .filter(
          (one) =>
            one.step === step &&
            (equipment === undefined || one.equipment === undefined || one.equipment === equipment),
        ),
    );
  }

  /**
   * Whether complete reports cover all of the window, one after the other or overlapping. What is reported of one circuit
   * says nothing of the others: where none is named, only reports of all of them cover it.
   */
  covers({ from, to }: Window): boolean {
    const complete = this.reports
      .map(({ event }) => event)
      .filter(
        ({ complete: whole, equipment }) =>
          whole && (equipment === undefined || equipment === this.equipment),
      )
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

/** Whether the one instant is after the other. */
export function isLater(a: string, b: string): boolean {
  return epochMilliseconds(a) > epochMilliseconds(b);
}

function distinct(campaigns: readonly Campaign[]): Campaign[] {
  return [...new Map(campaigns.map((campaign) => [JSON.stringify(campaign), campaign])).values()];
}

const DAY_MS = 86_400_000;

/** Names of the campaigns that processes of the lineage belong to, by facility. */
export const ownCampaigns = remembered((known: Case): ReadonlySet<string> => {
  const named = known.processes.flatMap(({ told: { event } }) =>
    event.type === 'Transformed' && event.campaign !== undefined
      ? [`${event.facility} ${event.campaign}`]
      : [],
  );
  return new Set(named);
});

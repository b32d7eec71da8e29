import { utcDate, type EventOf, type Step } from '@lodemark/domain';
import {
  campaignLog,
  isLater,
  windowOf,
  withDaysBefore,
  type Campaign,
  type CampaignLog,
} from '../campaigns.js';
import type { Case } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { limitUnstated, orPassIfNone } from '../escalation.js';
import { fail, insufficient, notApplicable, type Found } from '../found.js';
import type { Process } from '../lineage.js';
import type { Rule } from '../rule.js';

/**
 * C45: in a circuit that runs without an end, all that was admitted within the residence time, and the heel, is in what
 * comes out: every other campaign of that time is of material that may be there, or a flush is proven in between
 * (domain.md 3.1, S29). No campaign and heel log INSUFFICIENT; a heel that carries covered material over FAIL. Identity
 * is preserved only by a campaign of its own, flushed on both sides. Baths, furnaces and mills keep a heel as well: of
 * those no log is wanted, but a campaign of covered material shortly before that is on record counts.
 */
export const c45: Rule = (known) => {
  const limits = known.parameters.circuits;
  if (limits === undefined) return limitUnstated('circuits');
  const continuous = known.processes.filter(({ step }) => limits.steps.includes(step));
  const heels = known.processes.flatMap((process) => heelOnRecord(known, process, limits.batches ?? []));
  const own = known.processes
    .filter(({ step }) => !limits.steps.includes(step))
    .flatMap((process) => ownOnRecord(known, process));
  if (continuous.length === 0 && heels.length + own.length === 0)
    return [notApplicable('no-continuous-circuit')];
  const found = [
    ...continuous.flatMap((process) => circuitFindings(known, process, limits.residenceDays)),
    ...heels,
    ...own,
  ];
  return orPassIfNone(found, 'circuits-clean', { facts: { campaigns: continuous.length } });
};

function circuitFindings(known: Case, process: Process, residenceDays: number): Found[] {
  const { event, ref } = process.told;
  if (event.type !== 'Transformed') return [];
  const missing = [
    ...(event.campaign === undefined ? ['campaign'] : []),
    ...(event.startedAt === undefined ? ['startedAt'] : []),
    ...(event.endedAt === undefined ? ['endedAt'] : []),
    ...(event.heel === undefined ? ['heel'] : []),
  ];
  const said = {
    facts: { facility: process.facility, step: process.step, lot: process.outputs[0]?.lot ?? '' },
    entries: [ref],
  };
  const unstated =
    missing.length === 0
      ? []
      : [
          insufficient(
            'campaign-unstated',
            { ...said, facts: { ...said.facts, missing } },
            {
              code: 'record-campaign',
              by: process.facility,
              what: `record of ${process.step} its campaign, its beginning and end, and the heel before and after (zero where the circuit was empty)`,
            },
          ),
        ];
  return [...unstated, ...logFindings(known, process, { event, residenceDays, said })];
}

interface Batches {
  readonly step: Step;
  readonly residenceDays: number;
}

/** Of campaigns shortly before a batch: covered material that was neither flushed out nor kept apart, on paper. */
function heelOnRecord(known: Case, process: Process, batches: readonly Batches[]): Found[] {
  const { event, ref } = process.told;
  const residenceDays = batches.find(({ step }) => step === process.step)?.residenceDays;
  if (event.type !== 'Transformed' || residenceDays === undefined) return [];
  const { facility, step } = process;
  const log = campaignLog(known, { facility, step, equipment: event.equipment });
  const before = log
    .within(withDaysBefore(known, process, residenceDays))
    .filter(({ campaign }) => event.campaign === undefined || campaign !== event.campaign)
    .filter(({ origins, segregation }) => origins !== undefined && segregation?.document === undefined)
    .filter((other) => !isFlushed(log, other, process));
  const said = {
    facts: { facility, step, lot: process.outputs[0]?.lot ?? '' },
    entries: [ref, ...log.reports.map((report) => report.ref)],
  };
  return before.flatMap((other) => taintFindings(known, other, { event, residenceDays, said }));
}

/** Where our own material is from the lineage tells; a report of the same campaign that says otherwise counts, at any step. */
function ownOnRecord(known: Case, { told, facility, step, outputs }: Process): Found[] {
  const { event, ref } = told;
  if (event.type !== 'Transformed' || event.campaign === undefined) return [];
  const log = campaignLog(known, { facility, step, equipment: event.equipment });
  return log.campaigns
    .filter(({ campaign }) => campaign === event.campaign)
    .flatMap(({ campaign, origins, endedAt }) => {
      const countries = (origins ?? []).filter((country) => known.covered(country, utcDate(endedAt)));
      if (countries.length === 0) return [];
      return [
        insufficient(
          'campaign-of-covered',
          {
            facts: { facility, step, lot: outputs[0]?.lot ?? '', campaign, countries },
            entries: [ref, ...log.reports.map((report) => report.ref)],
          },
          {
            code: 'report-campaigns',
            by: facility,
            what: `record what was fed to campaign ${campaign} from ${countries.join(', ')}, or correct the report of it`,
          },
        ),
      ];
    });
}

interface InCircuit {
  readonly event: EventOf<'Transformed'>;
  readonly residenceDays: number;
  readonly said: { readonly facts: Readonly<Record<string, string>>; readonly entries: readonly EntryRef[] };
}

function logFindings(known: Case, process: Process, { event, residenceDays, said }: InCircuit): Found[] {
  const log = campaignLog(known, {
    facility: process.facility,
    step: process.step,
    equipment: event.equipment,
  });
  const window = withDaysBefore(known, process, residenceDays);
  const entries = [...said.entries, ...log.reports.map(({ ref }) => ref)];
  if (!log.covers(window))
    return [
      insufficient(
        'circuit-log-missing',
        { ...said, facts: { ...said.facts, from: utcDate(window.from), to: utcDate(window.to) }, entries },
        {
          code: 'report-campaigns',
          by: process.facility,
          what: `report every campaign of ${process.step} from ${utcDate(window.from)} to ${utcDate(window.to)}, or that there was no other`,
        },
      ),
    ];
  const campaigns = log.within(window);
  const ours = campaigns.filter(({ campaign }) => campaign === event.campaign);
  const others = campaigns.filter((other) => !ours.includes(other) && !isFlushed(log, other, process));
  return [
    ...(event.campaign !== undefined && ours.length === 0
      ? [
          insufficient(
            'campaign-not-in-log',
            { facts: { ...said.facts, campaign: event.campaign }, entries },
            {
              code: 'report-campaigns',
              by: process.facility,
              what: `correct the report of campaigns: it is said to be complete, and ${event.campaign} is not in it`,
            },
          ),
        ]
      : []),
    // Where our own material is from the lineage tells; what the report says of it beyond that counts, too.
    ...[...ours.filter(({ origins }) => origins !== undefined), ...others].flatMap((other) =>
      taintFindings(known, other, { event, residenceDays, said: { ...said, entries } }),
    ),
    ...identityFindings(others, event, { ...said, entries }),
  ];
}

/** Nothing of a campaign is left once the circuit was flushed between its end and the beginning of ours, on paper. */
function isFlushed(log: CampaignLog, other: Campaign, process: Process): boolean {
  const { from } = windowOf(process);
  const { event } = process.told;
  if (isLater(other.endedAt, from)) return false;
  if (event.type === 'Transformed' && event.heel?.flushed?.document !== undefined) return true;
  return log.campaigns.some(
    ({ endedAt, flushedAfter }) =>
      flushedAfter?.document !== undefined && !isLater(other.endedAt, endedAt) && !isLater(endedAt, from),
  );
}

function taintFindings(known: Case, other: Campaign, { event, said }: InCircuit): Found[] {
  const facts = { ...said.facts, campaign: other.campaign, ended: utcDate(other.endedAt) };
  const flush = {
    code: 'prove-flush',
    by: event.facility,
    what: `attach the record of the flush between campaign ${other.campaign} and this one`,
  };
  if (other.origins === undefined)
    return [
      insufficient(
        'circuit-origin-unknown',
        { ...said, facts },
        {
          ...flush,
          what: `say in which countries the material of campaign ${other.campaign} was mined and processed, or ${flush.what}`,
        },
      ),
    ];
  const covered = other.origins.filter((country) => known.covered(country, utcDate(other.endedAt)));
  if (covered.length === 0) return [];
  const tainted = { ...said, facts: { ...facts, countries: covered } };
  const before = event.heel?.before;
  const carried = before !== undefined && before.from === undefined && /[1-9]/.test(before.mass.net.value);
  return [
    carried ? fail('heel-from-covered', tainted, flush) : insufficient('circuit-tainted', tainted, flush),
  ];
}

function identityFindings(
  others: readonly Campaign[],
  { custodyModel, facility }: EventOf<'Transformed'>,
  said: InCircuit['said'],
): Found[] {
  if (custodyModel !== 'identity-preserved' || others.length === 0) return [];
  return [
    insufficient(
      'identity-not-preserved',
      { ...said, facts: { ...said.facts, others: others.map(({ campaign }) => campaign) } },
      {
        code: 'state-model',
        by: facility,
        what: 'attach the record of the flush, or state the model as segregated: other material was in the circuit',
      },
    ),
  ];
}

import { describe, expect, it } from '@jest/globals';
import { parseAttestation } from './attestation.js';
import { lotsNamed } from './lots-named.js';
import { parseEvent } from './parse-event.js';

const HEAD = {
  v: 1,
  facility: 'euclid',
  eventId: '3f0c2a9e-6f1b-4a53-9a0e-0d6f2a8c7b11',
  occurredAt: '2026-11-01T09:00:00-04:00',
};

function problemsOf(event: object): string[] {
  const parsed = parseEvent({ ...HEAD, ...event });
  return parsed.ok ? [] : parsed.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

function namedBy(event: object): readonly string[] {
  const parsed = parseEvent({ ...HEAD, ...event });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return lotsNamed(parsed.value);
}

const SCREENED = {
  type: 'PartyScreened',
  organization: 'src',
  lists: ['OFAC-SDN', '1260H'],
  screenedOn: '2026-10-30',
};
const REVIEWED = {
  type: 'ContractsReviewed',
  reviewedOn: '2026-10-30',
  from: '2026-01-01',
  agreements: [],
  complete: true,
};

describe('events about assurance', () => {
  it('are about the whole facility where they name no lot', () => {
    expect(namedBy(SCREENED)).toEqual(['*']);
    expect(namedBy({ ...REVIEWED, lots: ['euclid/A-1'] })).toEqual(['euclid/A-1']);
  });

  it('name lists that are known, dates that exist, and whether anything was left out', () => {
    expect(problemsOf({ ...SCREENED, lists: ['SDN'] })).toEqual(['not-in-list /lists/0']);
    expect(problemsOf({ ...REVIEWED, reviewedOn: '2026-02-30' })).toEqual(['bad-date /reviewedOn']);
    const { complete: _, ...silent } = REVIEWED;
    expect(problemsOf(silent)).toEqual(['missing-field /complete']);
  });

  it('report an incident about seals, with a report that is kept', () => {
    const incident = {
      type: 'IncidentReported',
      lots: ['kokbulak/1'],
      seals: [{ number: 'HS-1' }],
      report: 'IR-7',
      document: 'a'.repeat(64),
    };
    expect(problemsOf(incident)).toEqual([]);
    const { document: _, ...unkept } = incident;
    expect(problemsOf(unkept)).toEqual(['missing-field /document']);
  });

  it('ask about stages that the law names', () => {
    const inquiry = { type: 'OriginInquired', lots: ['euclid/A-1'], askedOn: '2026-10-30', asked: 'all' };
    expect(problemsOf({ ...inquiry, stages: ['mined'] })).toEqual([]);
    expect(problemsOf({ ...inquiry, stages: ['milled'] })).toEqual(['not-in-list /stages/0']);
  });
});

describe('claims of exceptions', () => {
  const CLAIM = { type: 'ExceptionClaimed', exception: 'X-SAT', lots: ['euclid/A-1'] };

  it('state a value in whole dollars, and shares that are shares', () => {
    expect(problemsOf({ ...CLAIM, contractValueUsd: '349999', coveredMaterialPercent: '6' })).toEqual([]);
    expect(problemsOf({ ...CLAIM, contractValueUsd: '3.5' })).toEqual(['bad-format /contractValueUsd']);
    expect(problemsOf({ ...CLAIM, coveredMaterialPercent: '101' })).toEqual([
      'over-100 /coveredMaterialPercent',
    ]);
  });
});

describe('attestations about assurance', () => {
  const common = { v: 1, organization: 'lakeside-audit', statedAt: '2026-11-01T09:00:00-04:00' };

  it('say how an audit went', () => {
    const audit = {
      ...common,
      type: 'SiteAudit',
      facility: 'src',
      auditedOn: '2026-10-12',
      announced: false,
      openFindings: 0,
      report: 'SA-1',
    };
    expect(parseAttestation(audit).ok).toBe(true);
    expect(parseAttestation({ ...audit, openFindings: -1 }).ok).toBe(false);
  });

  it('say whether pay hangs on the outcome', () => {
    const declaration = { ...common, type: 'InterestDeclaration', from: '2026-01-01', to: '2026-12-31' };
    expect(parseAttestation({ ...declaration, paidOnOutcome: false }).ok).toBe(true);
    expect(parseAttestation(declaration).ok).toBe(false);
  });
});

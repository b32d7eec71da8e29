import type { EntryRef } from './evidence.js';
import { compareText } from './root-facts.js';
import type { FindingCode } from './sentences.js';
import type { Cure, FactValue, Finding, Outcome } from './verdict.js';

/** A finding before the rule's name is put on it. */
export type Found = Omit<Finding, 'rule'>;

export interface Said {
  readonly facts?: Readonly<Record<string, FactValue>>;
  readonly entries?: readonly EntryRef[];
}

const MAX_ENTRIES = 50;

interface Whole extends Said {
  readonly code: FindingCode;
  readonly cure?: Cure;
}

function found(outcome: Found['outcome'], { code, facts = {}, entries = [], cure }: Whole): Found {
  const kept = distinctRefs(entries).slice(0, MAX_ENTRIES);
  return { outcome, code, facts, entries: kept, ...(cure === undefined ? {} : { cure }) };
}

export function pass(code: FindingCode, said: Said = {}): Found {
  return found('PASS', { code, ...said });
}

/** Allowed only because an exception applies; what it is and how it is proven stands in the facts. */
export function passException(code: FindingCode, said: Said): Found {
  return found('PASS_EXCEPTION', { code, ...said });
}

export function note(code: FindingCode, said: Said = {}, cure?: Cure): Found {
  return found('NOTE', { code, ...said, ...(cure === undefined ? {} : { cure }) });
}

export function notApplicable(code: FindingCode, said: Said = {}): Found {
  return found('NOT_APPLICABLE', { code, ...said });
}

export function fail(code: FindingCode, said: Said, cure: Cure): Found {
  return found('FAIL', { code, ...said, cure });
}

export function insufficient(code: FindingCode, said: Said, cure: Cure): Found {
  return found('INSUFFICIENT', { code, ...said, cure });
}

/** The findings against, or one pass when there are none. */
export function orPass(against: readonly Found[], code: FindingCode, said: Said = {}): readonly Found[] {
  return against.some(({ outcome }) => outcome === 'FAIL' || outcome === 'INSUFFICIENT')
    ? against
    : [pass(code, said), ...against];
}

export function distinctFindings(findings: readonly Found[]): Found[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function distinctRefs(entries: readonly EntryRef[]): EntryRef[] {
  const byPlace = new Map(entries.map((ref) => [`${ref.facility} ${String(ref.index)}`, ref]));
  return [...byPlace.values()].sort((a, b) => compareText(a.facility, b.facility) || a.index - b.index);
}

/** FAIL over INSUFFICIENT over PASS_EXCEPTION over PASS; what passes nothing is no pass (domain.md, combination rule). */
export function combine(outcomes: readonly Finding['outcome'][]): Outcome {
  if (outcomes.includes('FAIL')) return 'FAIL';
  if (outcomes.includes('INSUFFICIENT')) return 'INSUFFICIENT';
  if (outcomes.includes('PASS_EXCEPTION')) return 'PASS_EXCEPTION';
  return outcomes.includes('PASS') ? 'PASS' : 'INSUFFICIENT';
}

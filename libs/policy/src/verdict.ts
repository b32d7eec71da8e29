import type { EXCEPTIONS } from '@lodemark/domain';
import type { EntryRef, Horizon } from './evidence.js';

export const OUTCOMES = ['PASS', 'PASS_EXCEPTION', 'FAIL', 'INSUFFICIENT'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type FactValue = string | number | boolean | readonly string[];

/** What would turn a finding that is no pass into one: who must supply what (C51). */
export interface Cure {
  readonly code: string;
  /** Facility or organization id, `policy` or `asker`. */
  readonly by: string;
  readonly what: string;
}

/** One outcome of one rule about one thing. Codes are stable; prose is rendered from code and facts elsewhere. */
export interface Finding {
  /** Versioned rule, such as `C32@1`. */
  readonly rule: string;
  readonly outcome: Outcome | 'NOT_APPLICABLE' | 'NOTE';
  readonly code: string;
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly entries: readonly EntryRef[];
  readonly cure?: Cure;
}

/** The question as asked; dates are calendar dates of the contract. */
export interface Question {
  readonly deliveryDate?: string;
  readonly awardDate?: string;
  readonly clauseVersion?: string;
  readonly elementProfile?: 'strict' | 'literal';
  /** Number of the contract that the delivery is under. */
  readonly contract?: string;
  /** An exception that the asker relies on; it must be proven (C17). */
  readonly exception?: (typeof EXCEPTIONS)[number];
  /** Left out when the lot itself is what is delivered. */
  readonly endItem?: { readonly name: string; readonly class?: string; readonly manufacturedIn?: string };
}

export interface StageCell {
  readonly element: string;
  readonly countries: readonly string[];
  readonly proven: boolean;
}

export interface ElementBalance {
  readonly element: string;
  /** Kilograms of element, decimal to 1 mg. */
  readonly fromRootsKg: string;
  readonly inSubjectKg: string;
  /** Left the lineage beside its products. */
  readonly byproductsKg: string;
  readonly lossesKg: string;
  /** Remainders of lots that only a part was used of. */
  readonly elsewhereKg: string;
  /** What roots held less all of these: losses that nobody recorded, and what measurements differ by. */
  readonly unexplainedKg: string;
}

/** Canonical JSON of this is the verdict's bytes: the same for the same evidence, policy and question, anywhere. */
export interface Verdict {
  readonly v: 1;
  readonly lot: string;
  readonly policy: { readonly id: string; readonly document: string };
  readonly question: Question;
  readonly horizon: Horizon;
  readonly outcome: Outcome;
  /** What the answer says when the policy is about something else than the lot: `supports-magnet` for an alloy lot. */
  readonly scope: 'subject' | 'supports-magnet' | 'not-applicable';
  readonly judgedUnder: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
  readonly stages: {
    readonly mined: readonly StageCell[];
    readonly refinedIntoOxide: readonly StageCell[];
    readonly metalAndAlloy: readonly StageCell[];
    readonly sinteredAndMagnetized: readonly StageCell[];
  };
  readonly transitCountries: readonly string[];
  readonly custodyModel: string;
  readonly massBalance: readonly ElementBalance[];
}

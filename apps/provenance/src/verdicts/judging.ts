import { judge, type Evidence, type Question, type Verdict } from '@lodemark/policy';
import { canonicalize } from '@lodemark/transparency';
import type { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { RootStatements } from '../evidence/root-statements.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import type { Horizons } from '../horizon/horizons.js';
import type { PolicyDocuments } from '../policies/policy-documents.js';
import { findPolicy } from '../policies/published-policies.js';
import type { JudgeApart, ToJudge } from './judge-apart.js';
import { judgedAnew, sameAgain } from './judged-anew.js';

/** Somebody asks about a lot under a policy. */
export interface VerdictQuestion extends AskedHorizon {
  readonly lot: string;
  /** Name or digest; left out: the service's default. */
  readonly policy?: string;
  readonly question: Question;
}

/** A question under one policy document. */
export interface JudgedUnder {
  readonly lot: string;
  readonly question: Question;
  /** SHA-256 of the document's canonical bytes, lowercase hex. */
  readonly document: string;
}

export interface JudgingPorts {
  readonly horizons: Horizons;
  readonly evidence: EvidenceOfLot;
  readonly root: RootStatements;
  readonly documents: PolicyDocuments;
  /** Name of the policy of a question that names none. */
  readonly defaultPolicy: string;
  /** Where a lot is judged of whose lineage so many entries tell, or more; left out: here as all others. */
  readonly apart?: { readonly from: number; readonly judge: JudgeApart } | undefined;
}

/** Of one lot at one horizon. */
const MOST_ANSWERS = 50;
/** Of lots judged apart: each may be of many megabytes. */
const MOST_ANSWERS_APART = 8;

/** Brings evidence, policy and question together; everything that decides is in libs/policy. */
export class Judging {
  /** A verdict is a function of these, and evidence that is kept is the same object for as long as it is kept. */
  private readonly answers = new WeakMap<Evidence, Map<string, Verdict>>();
  /** By root hash and size, which commit to the evidence, and what was asked; the one worked out last at the end. */
  private readonly answersApart = new Map<string, Verdict>();

  constructor(private readonly ports: JudgingPorts) {}

  horizon(asked: AskedHorizon): Promise<FilledHorizon> {
    return this.ports.horizons.resolve(asked);
  }

  /** @throws ReadRefusal when the policy is not published at the horizon or cannot be read */
  async judge(horizon: FilledHorizon, asked: VerdictQuestion): Promise<Verdict> {
    const { root, defaultPolicy } = this.ports;
    const { document } = findPolicy(await root.at(horizon), asked.policy ?? defaultPolicy);
    return this.judgeUnder(horizon, { ...asked, document });
  }

  /**
   * Under any policy document that is at hand, published or not. @throws ReadRefusal when it cannot be read, and
   * `judging-broke-off`
   */
  async judgeUnder(horizon: FilledHorizon, { lot, question, document }: JudgedUnder): Promise<Verdict> {
    const policy = await this.ports.documents.policy(document);
    const apart = { horizon, lot, question, policy, twice: false };
    const before = this.answersApart.get(keyOf(apart));
    if (before !== undefined) return before;
    const evidence = await this.evidenceHere(horizon, lot);
    if (evidence === undefined) return this.answerApart(apart);
    const asked = JSON.stringify([lot, document, canonicalize(question)]);
    const answers = this.answers.get(evidence) ?? new Map<string, Verdict>();
    const answer = answers.get(asked) ?? judge(evidence, policy, { lot, question });
    if (answers.size >= MOST_ANSWERS) answers.clear();
    this.answers.set(evidence, answers.set(asked, answer));
    return answer;
  }

  /** Judges a second time, with nothing remembered. @throws ReadRefusal `verdict-not-repeated`, `judging-broke-off` */
  async repeat(horizon: FilledHorizon, verdict: Verdict): Promise<void> {
    const { lot, question } = verdict;
    const policy = await this.ports.documents.policy(verdict.policy.document);
    const evidence = await this.evidenceHere(horizon, lot);
    if (evidence !== undefined) {
      judgedAnew(verdict, { evidence, policy });
      return;
    }
    sameAgain(verdict, await this.judgeApart({ horizon, lot, question, policy, twice: true }));
  }

  private judgeApart(asked: ToJudge): Promise<Verdict> {
    if (this.ports.apart === undefined) throw new Error('nothing is judged apart');
    return this.ports.apart.judge.verdict(asked);
  }

  private evidenceHere(horizon: FilledHorizon, lot: string): Promise<Evidence | undefined> {
    const { evidence, apart } = this.ports;
    if (apart === undefined) return evidence.at(horizon, lot);
    return evidence.ofLessThan(apart.from, horizon, lot);
  }

  private async answerApart(asked: ToJudge): Promise<Verdict> {
    const verdict = await this.judgeApart(asked);
    this.answersApart.set(keyOf(asked), verdict);
    const [oldest] = this.answersApart.keys();
    if (this.answersApart.size > MOST_ANSWERS_APART && oldest !== undefined) this.answersApart.delete(oldest);
    return verdict;
  }
}

function keyOf({ horizon: { rootHash, size }, lot, policy, question }: ToJudge): string {
  return canonicalize([rootHash, size, lot, policy.digest, question]);
}

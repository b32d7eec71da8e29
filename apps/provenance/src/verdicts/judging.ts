import { judge, type Evidence, type Question, type Verdict } from '@lodemark/policy';
import { canonicalize } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import { RootStatements } from '../evidence/root-statements.js';
import type { AskedHorizon } from '../horizon/asked-horizon.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { PolicyDocuments } from '../policies/policy-documents.js';
import { findPolicy } from '../policies/published-policies.js';
import { DEFAULT_POLICY } from '../ports.js';

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

/** Of one lot at one horizon. */
const MOST_ANSWERS = 50;

/** Brings evidence, policy and question together; everything that decides is in libs/policy. */
@Injectable()
export class Judging {
  /** A verdict is a function of these, and evidence that is kept is the same object for as long as it is kept. */
  private readonly answers = new WeakMap<Evidence, Map<string, Verdict>>();

  constructor(
    private readonly horizons: Horizons,
    private readonly evidence: EvidenceOfLot,
    private readonly root: RootStatements,
    private readonly documents: PolicyDocuments,
    @Inject(DEFAULT_POLICY) private readonly defaultPolicy: string,
  ) {}

  horizon(asked: AskedHorizon): Promise<FilledHorizon> {
    return this.horizons.resolve(asked);
  }

  /** @throws ReadRefusal when the policy is not published at the horizon or cannot be read */
  async judge(horizon: FilledHorizon, asked: VerdictQuestion): Promise<Verdict> {
    const { document } = findPolicy(await this.root.at(horizon), asked.policy ?? this.defaultPolicy);
    return this.judgeUnder(horizon, { ...asked, document });
  }

  /** Under any policy document that is at hand, published or not. @throws ReadRefusal when it cannot be read */
  async judgeUnder(horizon: FilledHorizon, { lot, question, document }: JudgedUnder): Promise<Verdict> {
    const policy = await this.documents.policy(document);
    const evidence = await this.evidence.at(horizon, lot);
    const asked = JSON.stringify([lot, document, canonicalize(question)]);
    const answers = this.answers.get(evidence) ?? new Map<string, Verdict>();
    const answer = answers.get(asked) ?? judge(evidence, policy, { lot, question });
    if (answers.size >= MOST_ANSWERS) answers.clear();
    this.answers.set(evidence, answers.set(asked, answer));
    return answer;
  }
}

import type { Caller, Clock } from '@lodemark/platform';
import type { Verdict } from '@lodemark/policy';
import type { Access } from '../access/access.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';
import type { GivenVerdict } from '../verdicts/ask-verdict.js';
import type { Judging } from '../verdicts/judging.js';
import type { VerdictStore } from '../verdicts/verdict-store.js';

interface Overtaken extends GivenVerdict {
  readonly today: GivenVerdict;
}

/**
 * Whether what is to be certified as of an earlier horizon is still so. A certificate is valid until it is suspended, and
 * a verifier judges it by all that its bundle shows: one that what was recorded since contradicts would be born suspended,
 * or be a refusal of what passes by now. Nobody is given one.
 */
export class StandingToday {
  constructor(
    private readonly ports: {
      readonly judging: Judging;
      readonly access: Access;
      readonly verdicts: VerdictStore;
      readonly clock: Clock;
    },
  ) {}

  /** The verdicts of today go on file, so that what comes later is compared with them. @throws ReadRefusal `verdict-overtaken` */
  async require({ size }: FilledHorizon, verdicts: readonly GivenVerdict[], caller: Caller): Promise<void> {
    const latest = await this.ports.judging.horizon({});
    if (latest.size <= size) return;
    const overtaken: Overtaken[] = [];
    for (const given of verdicts) {
      const today = await this.today(latest, given.verdict, caller);
      if (!isSaidBy(today.verdict, given.verdict)) overtaken.push({ ...given, today });
    }
    const [first, ...others] = overtaken;
    if (first !== undefined) throw refusal(first, others);
  }

  private async today(
    latest: FilledHorizon,
    { lot, question, policy }: Verdict,
    caller: Caller,
  ): Promise<GivenVerdict> {
    await this.ports.access.mayAskAbout(latest, lot, caller);
    const verdict = await this.ports.judging.judgeUnder(latest, { lot, question, document: policy.document });
    const by = { askedBy: caller.subject, askedAt: this.ports.clock.now() };
    return { verdict, id: await this.ports.verdicts.keep(verdict, by) };
  }
}

function isSaidBy(today: Verdict, then: Verdict): boolean {
  return isPass(then) ? isPass(today) : today.outcome === then.outcome;
}

export function isPass({ outcome }: Verdict): boolean {
  return outcome === 'PASS' || outcome === 'PASS_EXCEPTION';
}

function refusal(first: Overtaken, others: readonly Overtaken[]): ReadRefusal {
  const { verdict, today } = first;
  const detail =
    `At horizon ${verdict.horizon.size} the verdict on ${verdict.lot} is ${verdict.outcome}, and at the latest, ` +
    `${today.verdict.horizon.size}, it is ${today.verdict.outcome}: a certificate of the earlier one would mislead. Ask ` +
    'for the verdict itself as of that time (POST /v1/verdicts), or for a certificate as of now.';
  return new ReadRefusal({
    code: 'verdict-overtaken',
    detail,
    facts: {
      verdicts: [first, ...others].map((one) => ({
        ...{ lot: one.verdict.lot, verdict: one.id, outcome: one.verdict.outcome },
        today: { verdict: one.today.id, outcome: one.today.verdict.outcome },
      })),
    },
  });
}

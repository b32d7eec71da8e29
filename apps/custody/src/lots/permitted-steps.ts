import { nextSteps, utcDate, type LotState, type Step } from '@lodemark/domain';
import { CLOCK, type Clock } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import { RootRegister } from '../root/root-register.js';

/** Steps that change no form and that no facility has to be registered for. */
const NEUTRAL: readonly Step[] = ['BLEND', 'SPLIT', 'REPACK'];

/** What a facility may do next with a lot: what the grammar has for its form and the register for the facility. */
@Injectable()
export class PermittedSteps {
  constructor(
    private readonly register: RootRegister,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In process order, the neutral ones last; none for a lot that is not here, or outside the operating interval. */
  async next(facility: string, { standing, form }: LotState): Promise<Step[]> {
    if (standing !== 'held' || form === null) return [];
    const now = this.clock.now();
    const record = await this.register.facility(facility, now);
    if (record === undefined || !operates(record.operating, now)) return [];
    const registered: readonly Step[] = record.steps.map(({ step }) => step);
    return nextSteps(form).filter((step) => registered.includes(step) || NEUTRAL.includes(step));
  }
}

// Calendar dates, the last one included, by the day in UTC: a plant's own midnight makes no difference here.
function operates({ from, to }: { readonly from: string; readonly to?: string }, now: Date): boolean {
  const today = utcDate(now.toISOString());
  return from <= today && (to === undefined || today <= to);
}

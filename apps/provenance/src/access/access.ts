import { CLOCK, type Caller, type Clock } from '@lodemark/platform';
import { Inject, Injectable } from '@nestjs/common';
import { Closure } from '../evidence/closure.js';
import { Dossiers, type Dossier } from '../evidence/dossier.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { LotIndex } from '../lots/lot-index.js';
import { Visibility } from './visibility.js';

/** Asks for things on behalf of a caller, and knows only what the caller may see. */
@Injectable()
export class Access {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly dossiers: Dossiers,
    private readonly closure: Closure,
    private readonly index: LotIndex,
  ) {}

  visibility(caller: Caller): Visibility {
    return new Visibility(caller, this.clock.now());
  }

  /** What the caller may see of a lot. To whom nothing is shown, there is no such lot. @throws ReadRefusal */
  async lot(horizon: FilledHorizon, lot: string, caller: Caller): Promise<Dossier> {
    await this.mayAskAbout(horizon, lot, caller);
    return this.dossiers.ofLots(horizon, [lot], this.visibility(caller));
  }

  /** To whom nothing of a lot is shown, there is no such lot. @throws ReadRefusal */
  async mayAskAbout(horizon: FilledHorizon, lot: string, caller: Caller): Promise<void> {
    if (await this.index.shows(horizon, lot, this.visibility(caller))) return;
    const detail = `No entry that counts at this horizon and may be shown to you names ${lot}.`;
    throw new ReadRefusal({ code: 'lot-unknown', detail, facts: { lot } });
  }

  /** The lots of a lineage and what the caller may see of them. @throws ReadRefusal when the lot is not shown */
  async lineage(
    horizon: FilledHorizon,
    { lot, direction, depth }: { lot: string; direction: 'up' | 'down'; depth?: number },
    caller: Caller,
  ) {
    await this.mayAskAbout(horizon, lot, caller);
    const reached = await this.closure.lots(horizon, lot, {
      direction,
      ...(depth === undefined ? {} : { depth }),
    });
    const lots = reached.map((one) => one.lot);
    return { reached, dossier: await this.dossiers.ofLots(horizon, lots, this.visibility(caller)) };
  }

  /** @throws ReadRefusal when the facility's own view is not for this caller */
  mayActFor(facility: string, caller: Caller): void {
    if (this.visibility(caller).seesFacility(facility)) return;
    const detail = `What concerns ${facility} is shown to its operators, to auditors engaged for it and to the registrar.`;
    throw new ReadRefusal({ code: 'not-of-this-facility', detail, facts: { facility } });
  }
}

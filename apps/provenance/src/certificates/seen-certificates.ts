import type { Caller } from '@lodemark/platform';
import { Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { Horizons } from '../horizon/horizons.js';
import { ReadRefusal } from '../http/read-refusal.js';

/** Whether one caller may hear of certificates on a lot; each lot is looked up once. */
export type SeesLot = (lot: string) => Promise<boolean>;

/**
 * Who hears of which certificates: whoever may see the lot, as far as anything that names it ever counted. That a log
 * forked must be told to those who hold certificates on what it says.
 */
@Injectable()
export class SeenCertificates {
  constructor(
    private readonly horizons: Horizons,
    private readonly access: Access,
  ) {}

  /** @throws HorizonNotFilled */
  reach(): Promise<FilledHorizon> {
    return this.horizons.reach();
  }

  by(caller: Caller, reach: FilledHorizon): SeesLot {
    const known = new Map<string, Promise<boolean>>();
    return (lot) => {
      const asked = known.get(lot) ?? this.sees(lot, caller, reach);
      known.set(lot, asked);
      return asked;
    };
  }

  private async sees(lot: string, caller: Caller, reach: FilledHorizon): Promise<boolean> {
    try {
      await this.access.mayAskAbout(reach, lot, caller);
      return true;
    } catch (error) {
      if (error instanceof ReadRefusal) return false;
      throw error;
    }
  }
}

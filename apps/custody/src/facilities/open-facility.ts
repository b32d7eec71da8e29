import { Network } from '@lodemark/domain';
import { Ledger } from '@lodemark/ledger';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OpenedFacilityResponse } from './facility.response.js';
import { HeldKeys, offerKey } from './held-keys.js';

/** Opens a facility's log and makes the keys that this service holds for it; again, it changes nothing. */
export class OpenFacility extends Command<OpenedFacilityResponse> {
  constructor(
    readonly facility: string,
    readonly custodialKey: boolean,
  ) {
    super();
  }
}

@CommandHandler(OpenFacility)
export class OpenFacilityHandler implements ICommandHandler<OpenFacility> {
  constructor(
    private readonly keys: HeldKeys,
    private readonly ledger: Ledger,
    private readonly network: Network,
  ) {}

  async execute({ facility, custodialKey }: OpenFacility): Promise<OpenedFacilityResponse> {
    const origin = this.network.logOrigin(facility);
    await this.ledger.open(origin);
    const held = [await this.keys.open(facility, 'log')];
    if (custodialKey) held.push(await this.keys.open(facility, 'custodial'));
    const keys = await Promise.all(held.map(offerKey));
    return { facility, origin, keys: keys.map((offer) => ({ ...offer, jwk: { ...offer.jwk } })) };
  }
}

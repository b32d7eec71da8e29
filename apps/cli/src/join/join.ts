import type { NodeSigner } from '@lodemark/platform/light';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isRecord, listMember, member, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import { Registrar, sameJson, type Fields, type Owner } from './registrar.js';
import type { Registration } from './registration.js';

/** One thing that a registration consists of, and whether it was done now or stood already. */
export interface JoinStep {
  readonly what: string;
  readonly outcome: 'registered' | 'stands already';
}

export interface Joined {
  readonly organization: string;
  readonly facility: string;
  /** Origin of its log. */
  readonly log: string;
  readonly keys: readonly { readonly purpose: string; readonly kid: string }[];
  readonly steps: readonly JoinStep[];
}

/** A newcomer's whole registration. What stands already is left as it is; run again, it goes on where it ended. */
export class Join {
  private readonly registrar: Registrar;
  private readonly steps: JoinStep[] = [];

  constructor(
    registry: ServiceClient,
    private readonly custody: ServiceClient,
  ) {
    this.registrar = new Registrar(registry);
  }

  /** @param own the facility's own key; without it custody signs for its clerks. @throws Failure */
  async run({ organization, ownership, facility }: Registration, own?: NodeSigner): Promise<Joined> {
    await this.organization(organization);
    for (const declared of ownership) await this.ownership(organization.organization, declared);
    const registered = await this.facility({ organization: organization.organization, ...facility });
    const opened = await this.custody.ask('/v1/facilities', {
      method: 'POST',
      roles: [{ role: 'registrar' }],
      body: { facility: facility.facility, custodialKey: own === undefined },
    });
    const validFrom =
      textMember(member(listMember(registered, 'history')[0], 'recorded'), 'recordedAt') ?? '';
    const keys = [];
    for (const offer of listMember(opened, 'keys'))
      keys.push(await this.offeredKey(offer, { facility: facility.facility, validFrom }));
    if (own !== undefined) {
      const owner = { facility: facility.facility };
      const isNew = await this.registrar.registerKey(own, { owner, purpose: 'event', validFrom });
      this.step(`event key ${own.kid}`, isNew);
      keys.push({ purpose: 'event', kid: own.kid });
    }
    return {
      organization: organization.organization,
      facility: facility.facility,
      log: textMember(opened, 'origin') ?? '',
      keys,
      steps: this.steps,
    };
  }

  private async organization(fields: Registration['organization']): Promise<void> {
    const what = `organization ${fields.organization}`;
    const known = await this.registrar.organization(fields.organization);
    if (known !== undefined) mustAgree(what, fields, known);
    else await this.registrar.state('/v1/organizations', fields);
    this.step(what, known === undefined);
  }

  private async ownership(organization: string, fields: Fields): Promise<void> {
    const known = listMember(await this.registrar.organization(organization), 'ownership');
    const stands = known.some((one) =>
      Object.entries(fields).every(([name, value]) => sameJson(member(one, name), value)),
    );
    if (!stands) await this.registrar.state(`/v1/organizations/${organization}/ownership`, fields);
    this.step(`ownership of ${organization} from ${textMember(fields, 'from') ?? '(no date)'}`, !stands);
  }

  /** The facility as the registry has it afterwards. */
  private async facility(fields: Registration['facility']): Promise<unknown> {
    const what = `facility ${fields.facility}`;
    const known = await this.registrar.facility(fields.facility);
    if (known === undefined)
      await this.registrar.state('/v1/facilities', { custodyUrl: this.custody.url, ...fields });
    else {
      const { facility: _facility, ...record } = fields;
      mustAgree(what, record, member(known, 'record'));
    }
    this.step(what, known === undefined);
    return known ?? this.registrar.facility(fields.facility);
  }

  /** A key that custody made for the facility and proves to hold. */
  private async offeredKey(
    offer: unknown,
    { facility, validFrom }: { readonly facility: string; readonly validFrom: string },
  ): Promise<{ purpose: string; kid: string }> {
    const purpose = textMember(offer, 'purpose') ?? '';
    const kid = textMember(offer, 'kid') ?? '';
    const owner: Owner = { facility };
    if (!isRecord(offer) || !sameJson(member(offer, 'owner'), owner))
      throw notOffered(this.custody.url, facility);
    const known = await this.registrar.key(kid);
    const stands = this.registrar.isRegistered(known, { kid, owner, purpose });
    if (!stands) await this.registrar.state('/v1/keys', { ...(offer as Fields), validFrom });
    this.step(`${purpose} key ${kid}`, !stands);
    return { purpose, kid };
  }

  private step(what: string, isNew: boolean): void {
    this.steps.push({ what, outcome: isNew ? 'registered' : 'stands already' });
  }
}

/** @throws Failure when something is on record otherwise than it is now given */
function mustAgree(what: string, fields: Fields, known: unknown): void {
  const others = Object.entries(fields).filter(([name, value]) => !sameJson(member(known, name), value));
  if (others.length === 0) return;
  throw new Failure({
    code: 'registered-otherwise',
    exit: EXIT.no,
    cause: `The ${what} is registered already, and not as it is given here.`,
    details: others.map(
      ([name, value]) => `/${name}  is ${shown(member(known, name))}, not ${JSON.stringify(value)}`,
    ),
    next: 'Leave out what is not yours to say again, choose another id, or have the registrar amend the record.',
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}

function notOffered(url: string, facility: string): Failure {
  return new Failure({
    code: 'answer-not-understood',
    exit: EXIT.trouble,
    cause: `${url} offers a key that is not for ${facility}.`,
    next: 'See whether it is a custody service of this version: lodemark doctor.',
  });
}

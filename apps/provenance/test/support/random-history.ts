import { randomUUID } from 'node:crypto';
import type { Signer } from '@lodemark/transparency';
import { dispatched, mined, received, split, transformed } from './events.js';
import { newSigner } from './keys.js';
import type { Random } from './random.js';
import type { Recorded } from './test-custody.js';
import type { World } from './world.js';

const FACILITIES = ['alpha', 'beta', 'gamma', 'delta'];

interface Held {
  readonly facility: string;
  readonly lot: string;
  readonly kg: number;
}

/**
 * Writes a network's history that no two seeds share: lots mined, split, transformed, sent and received, corrected,
 * disputed and contradicted; facilities that join late, keys that are registered late or revoked, entries that cannot
 * be applied, a log that is declared faulty; rounds of checkpoints in between.
 */
export class RandomHistory {
  private readonly held: Held[] = [];
  private readonly sent: (Recorded & {
    readonly from: string;
    readonly to: string;
    readonly lots: Held[];
  })[] = [];
  private readonly recorded: (Recorded & { readonly facility: string })[] = [];
  private readonly joined: string[] = [];
  private count = 0;

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {}

  async write(steps: number): Promise<void> {
    await this.join('alpha');
    for (let step = 0; step < steps; step += 1) {
      this.world.clock.advance(this.random.integer(3_600_000));
      await this.step();
      if (this.random.chance(25)) await this.round();
    }
    // Chance alone leaves a short history without one.
    await this.mineAt(this.random.one(this.joined), await newSigner());
    await this.round();
    await this.world.registry.append({
      kind: 'logFault',
      origin: this.world.custody.originOf(this.random.one(this.joined)),
      fault: 'withheld',
      size: 4 + this.random.integer(8),
      evidence: ['an invented note'],
    });
    await this.round();
  }

  private async step(): Promise<void> {
    const roll = this.random.integer(100);
    if (roll < 6 && this.joined.length < FACILITIES.length) return this.joinNext();
    if (roll < 10) return this.rootStatement();
    if (roll < 14) return this.unreadable();
    if (roll < 18) return this.facilityWide();
    if (roll < 36 || this.held.length === 0) return this.mine();
    if (roll < 50) return this.transform();
    if (roll < 60) return this.split();
    if (roll < 74) return this.send();
    if (roll < 86) return this.receive();
    if (roll < 93) return this.correct();
    return this.contradict();
  }

  private async joinNext(): Promise<void> {
    const facility = FACILITIES[this.joined.length];
    if (facility !== undefined) await this.join(facility);
  }

  private async join(facility: string): Promise<void> {
    this.joined.push(facility);
    const { custody, registry } = this.world;
    await custody.open(facility);
    // A facility may work for a while before the registrar has its papers.
    if (facility !== 'alpha' && this.random.chance(50)) await this.mineAt(facility);
    await registry.registerOrganization(`${facility}-co`);
    await registry.registerFacility(facility);
    await custody.registerKeys(facility);
    await custody.seeRoot(facility);
  }

  private async rootStatement(): Promise<void> {
    const { registry } = this.world;
    const facility = this.random.one(this.joined);
    if (this.random.chance(40)) {
      await registry.registerFacility(facility, {
        type: 'FacilityAmended',
        country: 'US',
        reason: 'moved on paper',
        effectiveFrom: this.world.clock.now().toISOString(),
      });
    } else if (this.random.chance(50)) {
      await registry.state({
        type: 'OwnershipDeclared',
        organization: `${facility}-co`,
        holders: [],
        from: '2026-01-01',
      });
    } else {
      // Signed by nobody whom the registry knows: it stands in the log and counts for nothing.
      await registry.registerOrganization(`pretended-${this.next()}`);
      await registry.state(
        { type: 'KeyRevoked', kid: 'A'.repeat(43), reason: 'other', suspectFrom: '2026-01-01T00:00:00Z' },
        await newSigner(),
      );
    }
  }

  private async mine(): Promise<void> {
    await this.mineAt(this.random.one(this.joined));
  }

  private async mineAt(facility: string, stranger?: Signer): Promise<void> {
    const kg = 100 + this.random.integer(900);
    const lot = this.lotOf(facility);
    const signer = stranger ?? (this.random.chance(5) ? await newSigner() : undefined);
    await this.post(facility, mined(lot, String(kg), { heat: `H-${this.random.integer(5)}` }), signer);
    this.held.push({ facility, lot, kg });
  }

  private async transform(): Promise<void> {
    const { facility } = this.random.one(this.held);
    const inputs = this.take(facility, 1 + this.random.integer(2));
    const out = { lot: this.lotOf(facility), kg: Math.max(1, this.random.integer(400)) };
    await this.post(
      facility,
      transformed('CRACK_LEACH', inputs.map(flow), [{ lot: out.lot, kg: String(out.kg) }]),
    );
    this.held.push({ facility, ...out });
  }

  private async split(): Promise<void> {
    const parent = this.random.one(this.held);
    this.drop(parent);
    const half = Math.max(1, Math.floor(parent.kg / 2));
    const children = [half, Math.max(1, parent.kg - half)].map((kg) => ({
      lot: this.lotOf(parent.facility),
      kg,
    }));
    await this.post(parent.facility, split(parent.lot, children.map(flow)));
    for (const child of children) this.held.push({ facility: parent.facility, ...child });
  }

  private async send(): Promise<void> {
    const { facility } = this.random.one(this.held);
    const others = this.joined.filter((other) => other !== facility);
    if (others.length === 0) return;
    const to = this.random.one(others);
    const lots = this.take(facility, 1 + this.random.integer(2));
    const recorded = await this.post(
      facility,
      dispatched(to, lots.map(flow), {
        containers: ['CSQU3054383'],
        contract: `C-${this.random.integer(4)}`,
      }),
    );
    if (recorded !== undefined) this.sent.push({ ...recorded, from: facility, to, lots });
  }

  private async receive(): Promise<void> {
    const shipment = this.sent.splice(this.random.integer(Math.max(1, this.sent.length)), 1)[0];
    if (shipment === undefined) return;
    await this.post(shipment.to, received(shipment.digest, shipment.lots.map(flow)));
    for (const lot of shipment.lots) this.held.push({ ...lot, facility: shipment.to });
  }

  private async correct(): Promise<void> {
    const target = this.recorded[this.random.integer(Math.max(1, this.recorded.length))];
    if (target === undefined || target.event.type === 'Corrected') return;
    const { v: _v, facility, eventId, occurredAt: _at, ...body } = target.event;
    const replacement = this.random.chance(30)
      ? null
      : { ...body, ...(body.type === 'LotCreated' ? { heat: 'H-corrected' } : {}) };
    await this.post(facility, {
      type: 'Corrected',
      target: { eventId, payload: target.digest },
      reason: 'typing mistake',
      replacement,
    });
  }

  private async contradict(): Promise<void> {
    const target = this.recorded[this.random.integer(Math.max(1, this.recorded.length))];
    if (target === undefined) return;
    const { facility, eventId } = target.event;
    await this.post(facility, { ...mined(this.lotOf(facility), '7'), eventId });
  }

  private async facilityWide(): Promise<void> {
    const facility = this.random.one(this.joined);
    await this.post(facility, {
      type: 'AgreementRecorded',
      agreement: `A-${this.next()}`,
      kind: 'offtake',
      parties: [{ organization: `${facility}-co`, role: 'seller' }],
      from: '2026-01-01',
    });
  }

  /** An entry whose payload is of a version that nobody here knows. */
  private async unreadable(): Promise<void> {
    const { custody } = this.world;
    const target = this.random.one(
      this.held.length > 0 ? this.held : [{ facility: 'alpha', lot: 'alpha/none', kg: 1 }],
    );
    await custody.postUnreadable(target.facility, target.lot).catch(() => undefined);
  }

  /** Checkpoints of some logs enter the root log; not always of all. */
  private async round(): Promise<void> {
    const { custody } = this.world;
    const concerned = this.joined.filter(() => this.random.chance(70));
    await custody.round(...concerned);
    for (const facility of this.joined) if (this.random.chance(60)) await custody.seeRoot(facility);
  }

  /** What the ledger refuses has not happened. */
  private async post(facility: string, body: object, signer?: Awaited<ReturnType<typeof newSigner>>) {
    try {
      const recorded = await this.world.custody.post(facility, { eventId: randomUUID(), ...body }, signer);
      this.recorded.push({ ...recorded, facility });
      return recorded;
    } catch {
      return undefined;
    }
  }

  private take(facility: string, count: number): Held[] {
    const here = this.held.filter((one) => one.facility === facility).slice(0, count);
    for (const one of here) this.drop(one);
    return here;
  }

  private drop(one: Held): void {
    this.held.splice(this.held.indexOf(one), 1);
  }

  private lotOf(facility: string): string {
    return `${facility}/${this.next()}`;
  }

  private next(): number {
    this.count += 1;
    return this.count;
  }
}

function flow({ lot, kg }: { readonly lot: string; readonly kg: number }) {
  return { lot, kg: String(kg) };
}

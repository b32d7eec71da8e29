import { randomUUID } from 'node:crypto';
import type { Expectation } from '../journal-lines.js';
import type { SeededChance } from '../seeded-chance.js';
import type { Roads } from './roads.js';

/** An event to be signed and sent, and what follows for the client once it is acknowledged. */
export interface Intent {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly expects: Expectation;
  /** Uses this id instead of a new one: to contradict an event. */
  readonly eventId?: string;
  readonly acknowledged?: (recorded: Acknowledged) => void;
}

export interface Acknowledged {
  readonly eventId: string;
  readonly payloadDigest: string;
}

interface Lot {
  readonly id: string;
  readonly kilograms: number;
}

const MOST_LOTS = 40;
const FIRST_MASS = 1_024;

/** What one client holds by what was acknowledged to it, and what it may say next. Figures are invented. */
export class LotsOnHand {
  private readonly lots: Lot[] = [];
  private correctable: Acknowledged | undefined;
  private last: Acknowledged | undefined;
  private numbers = 0;

  constructor(
    private readonly facility: string,
    private readonly client: string,
    private readonly chance: SeededChance,
    private readonly roads: Roads,
  ) {}

  next(): Intent {
    const roll = this.chance.next();
    if (roll < 0.06) return this.unfounded();
    if (roll < 0.1 && this.last !== undefined) return this.contradicted(this.last);
    if (roll < 0.15 && this.correctable !== undefined) return this.corrected(this.correctable);
    if (roll < 0.35) return this.received() ?? this.created();
    if (roll < 0.65) return this.created();
    return this.aboutLot() ?? this.created();
  }

  created(): Intent {
    const lot: Lot = { id: this.newId(), kilograms: FIRST_MASS };
    return {
      expects: 'recorded',
      fields: {
        type: 'LotCreated',
        ...line(lot),
        origin: { kind: 'opening-stock', note: 'invented for a test' },
      },
      acknowledged: (recorded) => {
        this.last = recorded;
        this.keep(lot);
      },
    };
  }

  private keep(lot: Lot): void {
    this.lots.push(lot);
    if (this.lots.length > MOST_LOTS) this.lots.shift();
  }

  private newId(): string {
    this.numbers += 1;
    return `${this.facility}/${this.client}-${this.numbers}`;
  }

  private aboutLot(): Intent | undefined {
    const lot = this.lots.splice(this.chance.between(0, this.lots.length - 1), 1)[0];
    if (lot === undefined) return undefined;
    const roll = this.chance.next();
    if (roll < 0.4) return this.dispatched(lot) ?? this.stored(lot);
    if (roll < 0.55) return this.split(lot);
    return roll < 0.8 ? this.assayed(lot) : this.stored(lot);
  }

  private dispatched(lot: Lot): Intent | undefined {
    const to = this.roads.from(this.facility);
    if (to === undefined) return undefined;
    const nonce = randomUUID();
    return {
      expects: 'recorded',
      fields: { type: 'Dispatched', shipment: nonce, to, nonce, lots: [line(lot)] },
      acknowledged: ({ payloadDigest }) =>
        this.roads.send(to, { lot: lot.id, kilograms: lot.kilograms, nonce, dispatch: payloadDigest }),
    };
  }

  private received(): Intent | undefined {
    const goods = this.roads.take(this.facility);
    if (goods === undefined) return undefined;
    const { dispatch, nonce } = goods;
    const lot: Lot = { id: goods.lot, kilograms: goods.kilograms };
    return {
      expects: 'recorded',
      fields: { type: 'Received', dispatch, nonce, lots: [{ ...line(lot), decision: 'accepted' }] },
      acknowledged: () => this.keep(lot),
    };
  }

  private split(lot: Lot): Intent {
    const kilograms = lot.kilograms / 2;
    if (!Number.isInteger(kilograms)) return this.stored(lot);
    const children = [this.newId(), this.newId()].map((id): Lot => ({ id, kilograms }));
    return {
      expects: 'recorded',
      fields: {
        type: 'Split',
        parent: { lot: lot.id },
        form: 'CONCENTRATE',
        children: children.map(({ id }) => ({ lot: id, mass: mass(kilograms) })),
      },
      acknowledged: () => children.forEach((child) => this.keep(child)),
    };
  }

  private assayed(lot: Lot): Intent {
    return {
      expects: 'recorded',
      fields: {
        type: 'Assayed',
        lot: lot.id,
        sample: { id: randomUUID() },
        laboratory: { name: 'Steppe Assay Laboratory (demo)' },
        composition: {
          basis: 'dry',
          treo: { value: '45.0', unit: '%' },
          analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
        },
        certificate: 'invented for a test',
      },
      acknowledged: (recorded) => this.noted(lot, recorded),
    };
  }

  private stored(lot: Lot): Intent {
    const place = { location: `bay ${this.chance.between(1, 9)}`, sealed: false, segregated: true };
    return {
      expects: 'recorded',
      fields: { type: 'Stored', lots: [lot.id], ...place },
      acknowledged: (recorded) => this.noted(lot, recorded),
    };
  }

  private noted(lot: Lot, recorded: Acknowledged): void {
    this.keep(lot);
    this.correctable = recorded;
  }

  /** Takes a statement back that nothing rests on. */
  private corrected({ eventId, payloadDigest }: Acknowledged): Intent {
    this.correctable = undefined;
    const target = { eventId, payload: payloadDigest };
    return {
      expects: 'recorded',
      fields: { type: 'Corrected', target, reason: 'typing mistake', replacement: null },
    };
  }

  /** Speaks of a lot that was never here. */
  private unfounded(): Intent {
    const place = { location: 'bay 1', sealed: false, segregated: true };
    return { expects: 'refused', fields: { type: 'Stored', lots: [this.newId()], ...place } };
  }

  private contradicted({ eventId }: Acknowledged): Intent {
    const lot: Lot = { id: this.newId(), kilograms: FIRST_MASS };
    const origin = { kind: 'opening-stock', note: 'contradicts an earlier statement' };
    return { eventId, expects: 'conflict', fields: { type: 'LotCreated', ...line(lot), origin } };
  }
}

function mass(kilograms: number) {
  return { net: { value: kilograms.toFixed(1), unit: 'kg' } };
}

function line({ id, kilograms }: Lot) {
  return { lot: id, form: 'CONCENTRATE', mass: mass(kilograms) };
}

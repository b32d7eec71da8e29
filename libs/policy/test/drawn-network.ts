import { Rational } from '@lodemark/domain';
import fc from 'fast-check';
import type { ScenarioStep } from '../../../apps/standalone/src/scenario/scenario-file.js';
import { ScenarioEvidence } from './scenario-evidence.js';

/** The elements that are followed; everything else in a lot is nobody's concern here. */
export const FOLLOWED = ['Nd', 'Pr'] as const;
type Contents = Readonly<Record<(typeof FOLLOWED)[number], Rational>>;

const PLANTS = ['alder', 'birch', 'cedar'] as const;
const CIRCUITS = ['E1', 'E2'] as const;

/** One thing that happens; the numbers pick what it happens to, out of what there is. */
export interface Happening {
  readonly kind: 'mine' | 'process' | 'divide' | 'unite' | 'send';
  readonly picks: readonly number[];
  readonly kilograms: readonly number[];
  /** Of what a process works on, thousandths: into the product, into swarf, into the heel; the rest is lost. */
  readonly parts: readonly number[];
  readonly days: number;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom('mine', 'process', 'process', 'process', 'divide', 'unite', 'send'),
  picks: fc.array(fc.nat({ max: 1000 }), { minLength: 6, maxLength: 6 }),
  kilograms: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 3 }),
  parts: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 3, maxLength: 3 }),
  days: fc.integer({ min: 1, max: 120 }),
});

export const someHistory = fc.array(happening, { minLength: 4, maxLength: 14 });

/** A process as it truly went: what it was fed and left, of each element. */
export interface TrueProcess {
  readonly event: string;
  readonly facility: string;
  readonly campaign: string | undefined;
  readonly year: string;
  readonly fed: Contents;
  readonly made: Contents;
  readonly lost: Contents;
  readonly heelBefore: Contents;
  readonly heelAfter: Contents;
  readonly products: readonly string[];
}

interface Stock {
  readonly lot: string;
  at: string;
  kg: number;
  /** In a kilogram; stays the same however the lot is divided. */
  readonly share: Contents;
}

const NONE: Contents = { Nd: Rational.zero, Pr: Rational.zero };
/** Of a share in an assay; what is left over is lost. */
const PLACES = 8;
const WRITTEN_PLACES = 12;
/** Every process makes so much, whatever it was fed: it is filled up with what nobody follows. */
const FILLED_KG = 10_000;

export function sumOf(all: readonly Contents[]): Contents {
  const of = (element: keyof Contents) => Rational.sum(all.map((one) => one[element]));
  return { Nd: of('Nd'), Pr: of('Pr') };
}

export function timesOf({ Nd, Pr }: Contents, factor: Rational): Contents {
  return { Nd: Nd.mul(factor), Pr: Pr.mul(factor) };
}

function less(a: Contents, b: Contents): Contents {
  return { Nd: a.Nd.sub(b.Nd), Pr: a.Pr.sub(b.Pr) };
}

/** What an assay to eight places says of a share, never more than there is. */
function written(share: Rational): string {
  const text = share.toDecimal(PLACES);
  const unit = Rational.of(1n, 10n ** BigInt(PLACES));
  return Rational.parse(text).greaterThan(share) ? Rational.parse(text).sub(unit).toDecimal(PLACES) : text;
}

/** The share in so many kilograms, as an assay can write it. */
function assayed({ Nd, Pr }: Contents, kg: number): Contents {
  const of = (amount: Rational) => Rational.parse(written(amount.div(Rational.fromInteger(kg))));
  return { Nd: of(Nd), Pr: of(Pr) };
}

function filled(share: Contents): Contents {
  return timesOf(share, Rational.fromInteger(FILLED_KG));
}

function unfilled(contents: Contents): Contents {
  return timesOf(contents, Rational.of(1n, BigInt(FILLED_KG)));
}

const PERCENT = Rational.parse('100');

function assay({ Nd, Pr }: Contents) {
  const analyte = (substance: string, share: Rational) => ({
    substance,
    fraction: { value: share.mul(PERCENT).toDecimal(WRITTEN_PLACES), unit: '%' },
    of: 'material',
  });
  return { basis: 'as-received', analytes: [analyte('Nd', Nd), analyte('Pr', Pr)] };
}

const net = (kg: number | string) => ({ net: { value: String(kg), unit: 'kg' } });

/** A history played out: what was told of it, and what truly was where. */
export class DrawnNetwork {
  readonly steps: ScenarioStep[] = [];
  readonly processes: TrueProcess[] = [];
  readonly mined = new Map<string, Contents>();
  readonly stock: Stock[] = [];
  readonly heels = new Map<string, { contents: Contents; lots: readonly string[] }>();
  private clock = Date.parse('2025-01-01T08:00:00Z');
  private count = 0;

  constructor(
    history: readonly Happening[],
    private readonly options: { readonly heels: boolean } = { heels: true },
  ) {
    for (const plant of PLANTS) this.found(plant);
    this.mine({ kind: 'mine', picks: [0], kilograms: [700], parts: [310, 120], days: 1 });
    for (const one of history) {
      this.clock += one.days * DAY_MS;
      this[one.kind](one);
    }
  }

  evidence() {
    return new ScenarioEvidence('2025-01-01T00:00:00Z', this.steps);
  }

  private found(facility: string): void {
    const steps = ['MINE', 'BENEFICIATE', 'RECYCLE', 'BLEND', 'SPLIT'].map((step) => ({ step }));
    this.steps.push(
      {
        organization: `${facility}-works`,
        fields: { legalName: facility, kind: 'operator', incorporatedIn: 'CA' },
      },
      {
        facility,
        key: 'own',
        fields: {
          organization: `${facility}-works`,
          name: facility,
          country: 'CA',
          steps,
          operating: { from: '2024-01-01' },
        },
      },
    );
  }

  private tell(facility: string, type: string, fields: object): string {
    this.count += 1;
    const event = `e${String(this.count)}`;
    this.steps.push({ event, at: this.now(), facility, type, fields } as ScenarioStep);
    this.clock += HOUR_MS;
    return event;
  }

  private now(): string {
    return new Date(this.clock).toISOString();
  }

  private newLot(facility: string): string {
    return `${facility}/L${String(this.stock.length)}`;
  }

  private held(facility: string): Stock[] {
    return this.stock.filter(({ at, kg }) => at === facility && kg > 0);
  }

  /** A plant that holds something, and up to three lots of it. */
  private pick({ picks }: Happening, most: number): { facility: string; lots: Stock[] } | undefined {
    const plants = PLANTS.filter((plant) => this.held(plant).length > 0);
    const facility = plants[(picks[0] ?? 0) % plants.length];
    if (facility === undefined) return undefined;
    const held = this.held(facility);
    const chosen = picks.slice(1, 1 + most).flatMap((pick) => held[pick % held.length] ?? []);
    return { facility, lots: [...new Set(chosen)] };
  }

  private mine({ picks, kilograms, parts }: Happening): void {
    const facility = PLANTS[(picks[0] ?? 0) % PLANTS.length] ?? 'alder';
    const lot = this.newLot(facility);
    const kg = kilograms[0] ?? 1;
    const share = {
      Nd: Rational.of(BigInt(1 + (parts[0] ?? 0)), 1000n),
      Pr: Rational.of(BigInt(1 + (parts[1] ?? 0)), 1000n),
    };
    this.tell(facility, 'LotCreated', {
      lot,
      form: 'CONCENTRATE',
      mass: net(kg),
      composition: assay(share),
      origin: { kind: 'mined', licence: 'L-1' },
    });
    this.stock.push({ lot, at: facility, kg, share });
    this.mined.set(lot, timesOf(share, Rational.fromInteger(kg)));
  }

  private draw({ kilograms }: Happening, lots: readonly Stock[]) {
    return lots.map((stock, at) => {
      const kg = Math.min(stock.kg, kilograms[at] ?? 1);
      stock.kg -= kg;
      return { lot: stock.lot, kg, contents: timesOf(stock.share, Rational.fromInteger(kg)) };
    });
  }

  private process(one: Happening): void {
    const from = this.pick(one, 3);
    if (from === undefined) return;
    const { facility, lots } = from;
    const drawn = this.draw(one, lots);
    const fed = sumOf(drawn.map(({ contents }) => contents));
    const equipment = CIRCUITS[(one.picks[4] ?? 0) % CIRCUITS.length] ?? 'E1';
    const circuit = `${facility} ${equipment}`;
    const before = this.heels.get(circuit) ?? { contents: NONE, lots: [] };
    const worked = sumOf([fed, before.contents]);
    const part = (at: number) => Rational.of(BigInt(one.parts[at] ?? 0), 1000n);
    const into = (share: Rational) => assayed(timesOf(worked, share), FILLED_KG);
    const product = into(Rational.one.sub(part(0)).sub(part(1)).sub(part(2)));
    const swarf = into(part(0));
    const heel = this.options.heels ? into(part(1)) : NONE;
    const lost = less(worked, filled(sumOf([product, swarf, heel])));
    const made: Stock[] = [];
    for (const share of [product, swarf]) {
      const lot = this.newLot(facility);
      const stock = { lot, at: facility, kg: FILLED_KG, share };
      this.stock.push(stock);
      made.push(stock);
    }
    const campaign = (one.picks[5] ?? 0) % 3 === 0 ? undefined : `K${String((one.picks[5] ?? 0) % 3)}`;
    const year = this.now().slice(0, 4);
    const lotsBefore = [...new Set([...before.lots, ...drawn.map(({ lot }) => lot)])];
    const event = this.tell(facility, 'Transformed', {
      step: 'RECYCLE',
      custodyModel: 'segregated',
      equipment,
      ...(campaign === undefined ? {} : { campaign }),
      inputs: drawn.map(({ lot, kg }) => ({ lot, mass: net(kg) })),
      outputs: made.map(({ lot, kg, share }, at) => ({
        lot,
        role: at === 0 ? 'product' : 'swarf',
        form: 'CONCENTRATE',
        mass: net(kg),
        composition: assay(share),
      })),
      losses: [{ what: 'dust', mass: net(FILLED_KG), composition: assay(unfilled(lost)) }],
      ...(this.options.heels
        ? {
            heel: {
              before: {
                mass: net(before.lots.length === 0 ? 0 : FILLED_KG),
                ...(before.lots.length === 0
                  ? {}
                  : {
                      composition: assay(unfilled(before.contents)),
                      from: before.lots,
                    }),
              },
              after: { mass: net(FILLED_KG), composition: assay(heel), from: lotsBefore },
            },
          }
        : {}),
    });
    const heelAfter = filled(heel);
    if (this.options.heels) this.heels.set(circuit, { contents: heelAfter, lots: lotsBefore });
    this.processes.push({
      event,
      facility,
      campaign,
      year,
      fed,
      made: filled(sumOf([product, swarf])),
      lost,
      heelBefore: this.options.heels ? before.contents : NONE,
      heelAfter,
      products: made.map(({ lot }) => lot),
    });
  }

  private divide(one: Happening): void {
    const from = this.pick(one, 1);
    const [stock] = from?.lots ?? [];
    if (from === undefined || stock === undefined || stock.kg < 2) return;
    const { facility } = from;
    const first = 1 + ((one.kilograms[0] ?? 1) % (stock.kg - 1));
    const kilograms = [first, stock.kg - first];
    stock.kg = 0;
    const children = kilograms.map((kg) => {
      const child = { lot: this.newLot(facility), at: facility, kg, share: stock.share };
      this.stock.push(child);
      return child;
    });
    this.tell(facility, 'Split', {
      parent: { lot: stock.lot },
      form: 'CONCENTRATE',
      children: children.map(({ lot, kg }) => ({ lot, mass: net(kg) })),
    });
  }

  private unite(one: Happening): void {
    const from = this.pick(one, 3);
    if (from === undefined || from.lots.length < 2) return;
    const { facility, lots } = from;
    const drawn = this.draw(one, lots);
    const kg = drawn.reduce((sum, line) => sum + line.kg, 0);
    const fed = sumOf(drawn.map(({ contents }) => contents));
    const share = assayed(fed, kg);
    const lost = less(fed, timesOf(share, Rational.fromInteger(kg)));
    const lot = this.newLot(facility);
    this.stock.push({ lot, at: facility, kg, share });
    const event = this.tell(facility, 'Merged', {
      custodyModel: 'controlled-blending',
      parents: drawn.map((line) => ({ lot: line.lot, mass: net(line.kg) })),
      child: { lot, form: 'CONCENTRATE', mass: net(kg), composition: assay(share) },
      losses: [
        { what: 'spilt', mass: net('0.001'), composition: assay(timesOf(lost, Rational.parse('1000'))) },
      ],
    });
    this.processes.push({
      event,
      facility,
      campaign: undefined,
      year: this.now().slice(0, 4),
      fed,
      made: timesOf(share, Rational.fromInteger(kg)),
      lost,
      heelBefore: NONE,
      heelAfter: NONE,
      products: [lot],
    });
  }

  private send(one: Happening): void {
    const from = this.pick(one, 1);
    const [stock] = from?.lots ?? [];
    if (from === undefined || stock === undefined) return;
    const to = PLANTS[(one.picks[2] ?? 0) % PLANTS.length] ?? 'alder';
    if (to === from.facility) return;
    const line = {
      lot: stock.lot,
      form: 'CONCENTRATE',
      mass: net(stock.kg),
      composition: assay(stock.share),
    };
    const nonce = `nonce-${String(this.count).padStart(8, '0')}`;
    const dispatch = this.tell(from.facility, 'Dispatched', {
      to,
      shipment: `S-${String(this.count)}`,
      nonce,
      lots: [line],
    });
    this.tell(to, 'Received', {
      dispatch: { of: dispatch },
      nonce,
      lots: [{ ...line, decision: 'accepted' }],
    });
    stock.at = to;
  }
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

import { fileURLToPath } from 'node:url';
import { loadScenario } from '../../apps/standalone/src/scenario/load-scenario.js';
import type { EventStep, ScenarioStep } from '../../apps/standalone/src/scenario/scenario-file.js';

/** Every lot of the golden path up to the magnets: of each campaign as many are ancestors of what is delivered. */
const LOTS_PER_CAMPAIGN = 25;
/** Lots that are delivered: each descends from all campaigns. */
const DELIVERIES = 200;

const DAY_MS = 86_400_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/;
const CALENDAR_DATE = /^\d{4}-\d\d-\d\d$/;
const LOT = /^[a-z-]+\/[A-Za-z0-9-]+$/;
const SEAL = /^(HS|SS)-\d+$/;
/** Numbers that no two consignments, heats or certificates share. */
const NUMBERED = new Set(['shipment', 'nonce', 'waybill', 'heat', 'certificate', 'exportDeclaration']);

export interface WideLineage {
  /** Parties, in the order in which they are registered. */
  readonly parties: readonly ScenarioStep[];
  /** Every event, each facility's in the order of its log. */
  readonly events: readonly EventStep[];
  /** Lots of the same lineage: each has all the ancestors. */
  readonly deliveries: readonly string[];
  /** How many lots each of these descends from. */
  readonly ancestors: number;
}

interface LineageSize {
  readonly ancestors: number;
  /** Tells one lineage of a network from another; letters and digits. */
  readonly serial: string;
  /** The last event happens a day before. */
  readonly now: Date;
}

/**
 * The golden path told over and over: campaigns from a mine to finished magnets, of which two and two share their
 * melts, all merged into one lot and divided for delivery. Every rule finds its evidence, and every verdict passes.
 */
export async function wideLineage({ ancestors, serial, now }: LineageSize): Promise<WideLineage> {
  const path = fileURLToPath(new URL('../scenarios/golden-path.yaml', import.meta.url));
  const { steps } = await loadScenario(path);
  const pattern = steps.filter((step): step is EventStep => 'event' in step);
  const last = Math.max(...pattern.map(({ at }) => Date.parse(at)));
  const earlier = new Date(now.getTime() - DAY_MS).getTime() - last;
  const campaigns = Math.max(2, 2 * Math.round((ancestors - 1) / LOTS_PER_CAMPAIGN / 2));
  const told = Array.from({ length: campaigns }, (_, number) =>
    new Campaign(serial, number, earlier).events(pattern),
  );
  const deliveries = Array.from(
    { length: DELIVERIES },
    (_, number) => `magnet-plant/DEL-${serial}-${number}`,
  );
  return {
    parties: steps
      .filter((step) => !('event' in step) && !('ask' in step))
      .map((step) => withCapacityFor(campaigns, step)),
    events: [...told.flat(), ...delivered(told, deliveries, new Date(now.getTime() - DAY_MS / 2))].sort(
      byTime,
    ),
    deliveries,
    ancestors: campaigns * LOTS_PER_CAMPAIGN + 1,
  };
}

/** Plants that can make in the year what so many campaigns make: else nobody believes it of them (C36). */
function withCapacityFor(campaigns: number, party: ScenarioStep): ScenarioStep {
  if (!('facility' in party) || !('fields' in party)) return party;
  const copy = structuredClone(party);
  for (const { capacityPerYear } of (copy.fields?.['steps'] ?? []) as Permitted[])
    if (capacityPerYear !== undefined)
      capacityPerYear.value = String(BigInt(capacityPerYear.value) * BigInt(campaigns));
  return copy;
}

interface Permitted {
  readonly capacityPerYear?: { value: string };
}

function byTime(a: EventStep, b: EventStep): number {
  return Date.parse(a.at) - Date.parse(b.at);
}

interface Line {
  readonly lot: string;
  readonly mass: { readonly net: { readonly value: string } };
}

/** All magnets become one lot, and that is divided for delivery. */
function delivered(
  told: readonly (readonly EventStep[])[],
  deliveries: readonly string[],
  at: Date,
): EventStep[] {
  const magnets = told.flatMap((events) => (events.at(-1)?.fields?.['outputs'] ?? []) as Line[]);
  const [pattern] = magnets;
  if (pattern === undefined) throw new Error('the golden path ends in magnets');
  const lot = deliveries[0]?.replace(/DEL-(.*)-0$/, 'ALL-$1') ?? '';
  const each = BigInt(pattern.mass.net.value) * BigInt(magnets.length);
  const step = { facility: 'magnet-plant', at: at.toISOString() };
  const weighing = (value: string) => ({ ...pattern.mass, net: { ...pattern.mass.net, value } });
  const { role, ...material } = pattern as Line & { readonly role: string };
  return [
    {
      ...step,
      event: `${role}s-merged`,
      type: 'Merged',
      fields: {
        parents: magnets.map(({ lot: parent, mass }) => ({ lot: parent, mass })),
        child: { ...material, lot, mass: weighing(String(each)) },
        custodyModel: 'identity-preserved',
      },
    },
    {
      ...step,
      event: 'divided',
      type: 'Split',
      fields: {
        parent: { lot },
        form: 'MAGNET',
        children: deliveries.map((child) => ({
          lot: child,
          mass: weighing(hundredths((each * 100n) / BigInt(deliveries.length))),
        })),
      },
    },
  ];
}

function hundredths(amount: bigint): string {
  return `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;
}

/** One telling of the golden path under numbers of its own. */
class Campaign {
  private readonly tag: string;
  /** The campaign with which this one shares its metal. */
  private readonly twin: string;

  constructor(
    serial: string,
    private readonly number: number,
    private readonly earlier: number,
  ) {
    this.tag = `${serial}-${number}`;
    this.twin = `${serial}-${number % 2 === 0 ? number + 1 : number - 1}`;
  }

  events(pattern: readonly EventStep[]): EventStep[] {
    return pattern.map((step) => this.event(step));
  }

  private event(step: EventStep): EventStep {
    const fields = this.told(step.fields ?? {}) as Record<string, unknown>;
    return {
      ...step,
      event: `${step.event}-${this.tag.toLowerCase()}`,
      at: this.time(step.at),
      fields: step.event === 'alloy' ? this.meltedTogether(fields) : fields,
      ...(step.attestations === undefined
        ? {}
        : { attestations: this.told(step.attestations) as NonNullable<EventStep['attestations']> }),
    };
  }

  /** Half of the metal is the twin's, which has half of ours. */
  private meltedTogether({ inputs, ...fields }: Record<string, unknown>): Record<string, unknown> {
    const shared = (inputs as Line[]).flatMap((line) => {
      if (!line.lot.startsWith('src/NPM')) return [line];
      const half = { ...line, mass: { ...line.mass, net: { ...line.mass.net, value: HALF_OF_THE_METAL } } };
      return [half, { ...half, lot: line.lot.replace(this.tag, this.twin) }];
    });
    return { ...fields, inputs: shared };
  }

  private told(value: unknown, name = ''): unknown {
    if (Array.isArray(value)) return value.map((item) => this.told(item, name));
    if (typeof value === 'string') return this.text(value, name);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.told(member, key)]));
  }

  private text(text: string, name: string): string {
    if (INSTANT.test(text)) return this.time(text);
    if (CALENDAR_DATE.test(text)) return this.time(text).slice(0, 10);
    if (name === 'of' && text.includes('-') && !text.includes(' '))
      return `${text}-${this.tag.toLowerCase()}`;
    if (text === OFFTAKE) return `OT-${this.tag}`;
    if (LOT.test(text) || SEAL.test(text) || NUMBERED.has(name)) return `${text}-${this.tag}`;
    return text;
  }

  private time(instant: string): string {
    return new Date(Date.parse(instant) + this.earlier).toISOString();
  }
}

/** The agreement of the golden path: each campaign has one of its own. */
const OFFTAKE = 'OT-2026-DEMO';

/** The golden path melts 2882.2 kg of neodymium and praseodymium in each heat. */
const HALF_OF_THE_METAL = '1441.1';

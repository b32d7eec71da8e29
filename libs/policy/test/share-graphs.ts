import { parseEvent, type CustodyEvent } from '@lodemark/domain';
import fc from 'fast-check';
import type { Told } from '../src/effective-events.js';
import { Lineage } from '../src/lineage.js';
import { Measure } from '../src/measure.js';
import type { Weighing } from '../src/sources.js';
import { shippedPolicy } from './scenario-evidence.js';

/** One lot of a drawn graph: a root when nothing went into it. Lots are named by their place. */
export interface DrawnLot {
  readonly inputs: readonly { readonly lot: number; readonly kg: number }[];
  readonly heel?: { readonly lot: number; readonly kg: number } | undefined;
  readonly model?:
    'identity-preserved' | 'segregated' | 'controlled-blending' | 'mass-balance' | 'book-and-claim';
}

export type DrawnGraph = readonly (Omit<DrawnLot, 'model'> & {
  readonly model: DrawnLot['model'] | undefined;
})[];

export function oneLot({ inputs = [], heel, ...rest }: Partial<DrawnGraph[number]>): DrawnGraph[number] {
  return { inputs, heel, model: 'model' in rest ? rest.model : 'segregated' };
}

const LOTS = 7;
const part = fc.record({ lot: fc.nat({ max: LOTS - 1 }), kg: fc.integer({ min: 1, max: 1000 }) });

const drawn = fc
  .record({
    inputs: fc.uniqueArray(part, { maxLength: 3, selector: ({ lot }) => lot }),
    heel: fc.option(part, { nil: undefined, freq: 5 }),
    model: fc.constantFrom('identity-preserved' as const, 'segregated' as const, undefined),
  })
  .map((one) => (one.inputs.length === 0 ? { ...one, heel: undefined } : one));

/** Lots made of earlier and of later ones, and of themselves; some are never made. */
export const someGraph: fc.Arbitrary<DrawnGraph> = fc.array(drawn, { minLength: 1, maxLength: LOTS });

const METAL = {
  form: 'METAL',
  composition: {
    basis: 'as-received',
    analytes: [{ substance: 'Nd', fraction: { value: '100', unit: '%' }, of: 'material' }],
  },
};

const net = (kg: number) => ({ net: { value: String(kg), unit: 'kg' } });
const name = (lot: number) => `plant/L${String(lot)}`;

function bodyOf(lot: DrawnGraph[number], at: number): object {
  if (lot.inputs.length === 0)
    return {
      type: 'LotCreated',
      lot: name(at),
      mass: net(1000),
      ...METAL,
      origin: { kind: 'opening-stock' },
    };
  const { heel, model } = lot;
  return {
    type: 'Transformed',
    step: 'BLEND',
    inputs: lot.inputs.map(({ lot: input, kg }) => ({ lot: name(input), mass: net(kg) })),
    outputs: [{ lot: name(at), mass: net(500), role: 'product', ...METAL }],
    ...(model === undefined ? {} : { custodyModel: model }),
    ...(heel === undefined
      ? {}
      : {
          heel: {
            before: { mass: net(heel.kg), composition: METAL.composition, from: [name(heel.lot)] },
            after: { mass: net(heel.kg), composition: METAL.composition },
          },
        }),
  };
}

/** The graph as the events of one plant tell it. */
export function graphOf(graph: DrawnGraph): Weighing {
  const events = graph.map((lot, at) => eventOf(bodyOf(lot, at), at));
  const lineage = new Lineage(events.map(toldAs));
  const measure = Measure.under(shippedPolicy('WC-3').document.parameters);
  return {
    lineage,
    input: (process, input) => measure.input(lineage, process, input),
    held: (stated) => measure.contents(stated),
  };
}

function eventOf(body: object, at: number): CustodyEvent {
  const parsed = parseEvent({
    v: 1,
    facility: 'plant',
    eventId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    occurredAt: '2026-11-01T00:00:00Z',
    ...body,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const ZEROS = '0'.repeat(64);

// Material that goes into a lot before it is made has no statement yet at that index: all are told in one place.
function toldAs(event: CustodyEvent): Told {
  const ref = { facility: 'plant', index: 0, leaf: ZEROS };
  const covered = { rootIndex: 1, at: event.occurredAt };
  return {
    event,
    ref,
    corrections: [],
    entry: {
      ref,
      kind: 'event',
      event,
      payloadDigest: ZEROS,
      kid: 'kid',
      signatureValid: true,
      seenRoot: { size: 1, hash: ZEROS },
      seenRootMatches: true,
      recordedAt: event.occurredAt,
      covered,
      attestations: [],
    },
  };
}

import { z } from 'zod';
import { ELEMENTS } from '../elements.js';
import {
  calendarDate,
  composition,
  country,
  custodyModel,
  digest,
  eventId,
  form,
  instant,
  list,
  lotId,
  lotLine,
  lotsOnce,
  mass,
  organizationId,
  packageId,
  packages,
  place,
  quantity,
  quantityOrZero,
  step,
  text,
} from './primitives.js';

/** One step that a bought-in material is documented to have passed through before its first facility here. */
const chainLink = z.strictObject({
  step,
  country,
  party: text(120).exactOptional(),
  site: text(120).exactOptional(),
  document: digest.exactOptional(),
});

const minedOrigin = z.strictObject({
  kind: z.literal('mined'),
  licence: text(100),
  site: text(120).exactOptional(),
  minedFrom: instant.exactOptional(),
  minedTo: instant.exactOptional(),
  /** Where a by-product is recovered from tailings: the parent lots of ore. */
  parents: list(text(120)).exactOptional(),
});
const recycledOrigin = z.strictObject({
  kind: z.literal('recycled'),
  collector: z
    .union([z.strictObject({ organization: organizationId }), z.strictObject({ name: text(120) })])
    .exactOptional(),
  collectionRecord: digest.exactOptional(),
  collectedIn: list(country, 20).exactOptional(),
  feed: z.enum(['swarf', 'scrap', 'end-of-life', 'other']),
});
const purchasedOrigin = z.strictObject({
  kind: z.literal('purchased'),
  seller: text(120).exactOptional(),
  contract: text(100).exactOptional(),
  /** From the mine onwards; empty or absent when nothing is known. */
  chain: z.array(chainLink).max(30).exactOptional(),
});
const openingStockOrigin = z.strictObject({
  kind: z.literal('opening-stock'),
  countedOn: calendarDate.exactOptional(),
  note: text(300).exactOptional(),
});

/** Roots of the graph (C07): mined, recycled, purchased, or on hand when the facility joined. */
export const lotCreated = {
  type: z.literal('LotCreated'),
  ...lotLine.shape,
  origin: z.discriminatedUnion('kind', [minedOrigin, recycledOrigin, purchasedOrigin, openingStockOrigin]),
};

export const INPUT_ROLES = ['feed', 'diffusion-source', 'coating', 'additive', 'reagent'] as const;
export const OUTPUT_ROLES = ['product', 'byproduct', 'swarf', 'slag', 'residue', 'spent-source'] as const;

const transformInput = z.strictObject({
  lot: lotId,
  mass,
  packages: z.array(packageId).min(1).max(500).exactOptional(),
  role: z.enum(INPUT_ROLES).exactOptional(),
});
const transformOutput = z.strictObject({ ...lotLine.shape, role: z.enum(OUTPUT_ROLES) });
const loss = z.strictObject({ what: text(120), mass, composition: composition.exactOptional() });
/** Material that stays in the circuit, furnace or bath; the lots it is known to come from. */
const holdup = z.strictObject({
  mass: z.strictObject({ ...mass.shape, net: quantityOrZero }),
  composition: composition.exactOptional(),
  from: list(lotId).exactOptional(),
});

export const transformed = {
  type: z.literal('Transformed'),
  step,
  startedAt: instant.exactOptional(),
  endedAt: instant.exactOptional(),
  inputs: list(transformInput).superRefine(lotsOnce),
  outputs: list(transformOutput).superRefine(lotsOnce),
  losses: list(loss, 50).exactOptional(),
  heel: z
    .strictObject({
      before: holdup,
      after: holdup,
      flushed: z.strictObject({ method: text(120), document: digest.exactOptional() }).exactOptional(),
    })
    .exactOptional(),
  campaign: text(64).exactOptional(),
  equipment: text(64).exactOptional(),
  heat: text(64).exactOptional(),
  custodyModel: custodyModel.exactOptional(),
  /** Set when the material belongs to somebody else. */
  tolledFor: organizationId.exactOptional(),
};

export const split = {
  type: z.literal('Split'),
  /** Without `mass`, all that is held of the lot is split. */
  parent: z.strictObject({ lot: lotId, mass: mass.exactOptional() }),
  form,
  children: list(z.strictObject({ lot: lotId, mass, packages: packages.exactOptional() })).superRefine(
    lotsOnce,
  ),
  losses: list(loss, 50).exactOptional(),
};

export const merged = {
  type: z.literal('Merged'),
  parents: list(z.strictObject({ lot: lotId, mass })).superRefine(lotsOnce),
  child: lotLine,
  losses: list(loss, 50).exactOptional(),
  custodyModel: custodyModel.exactOptional(),
};

export const repacked = {
  type: z.literal('Repacked'),
  lot: lotId,
  mass,
  packages,
  reason: text(200).exactOptional(),
  place: place.exactOptional(),
};

export const assayed = {
  type: z.literal('Assayed'),
  lot: lotId,
  sample: z.strictObject({
    id: text(64),
    takenAt: instant.exactOptional(),
    method: text(120).exactOptional(),
    witness: z
      .union([z.strictObject({ organization: organizationId }), z.strictObject({ name: text(120) })])
      .exactOptional(),
    retainedSplits: list(
      z.strictObject({
        id: text(64),
        seal: text(64).exactOptional(),
        keptUntil: calendarDate.exactOptional(),
      }),
    ).exactOptional(),
  }),
  laboratory: z.strictObject({
    name: text(120),
    organization: organizationId.exactOptional(),
    accreditation: text(100).exactOptional(),
  }),
  method: text(120).exactOptional(),
  purpose: z.enum(['dispatch', 'receipt', 'umpire', 'process', 'other']).exactOptional(),
  composition,
  moisture: z
    .strictObject({ value: z.string().regex(/^(0|[1-9]\d{0,2})(\.\d{1,12})?$/), unit: z.literal('%') })
    .exactOptional(),
  certificate: text(100),
  issuedOn: calendarDate.exactOptional(),
  supersedes: eventId.exactOptional(),
};

export const stored = {
  type: z.literal('Stored'),
  lots: list(lotId),
  location: text(120),
  sealed: z.boolean(),
  segregated: z.boolean(),
  place: place.exactOptional(),
  until: instant.exactOptional(),
};

export const inventoryCounted = {
  type: z.literal('InventoryCounted'),
  method: text(120),
  /** Lots that are not listed are said to be absent only when `complete` is true. */
  complete: z.boolean(),
  counted: z
    .array(z.strictObject({ lot: lotId, mass: z.strictObject({ ...mass.shape, net: quantityOrZero }) }))
    .max(200)
    .superRefine(lotsOnce),
  periodFrom: instant.exactOptional(),
  periodTo: instant.exactOptional(),
};

const method = z.strictObject({ method: text(120), document: digest.exactOptional() });

/** One campaign as the log of a circuit has it; a third party's name stays out of it, or goes under `private`. */
const campaign = z.strictObject({
  campaign: text(64),
  step,
  equipment: text(64).exactOptional(),
  startedAt: instant,
  endedAt: instant,
  forThirdParty: z.boolean(),
  /** Countries in which what was fed was mined, collected or processed. */
  origins: list(country, 30).exactOptional(),
  /** How other material was kept apart from it. */
  segregation: method.exactOptional(),
  flushedAfter: method.exactOptional(),
  made: quantity.exactOptional(),
  /** Contained element over all of the campaign; `out` counts everything that was recorded as coming out. */
  balances: list(
    z.strictObject({ element: z.enum(ELEMENTS), in: quantity, out: quantityOrZero }),
    30,
  ).exactOptional(),
});

/**
 * What ran in a facility's circuits in a period, other people's material included: the campaign log and the toll
 * ledger of C45 and C46, by the facility itself, about no lot in particular.
 */
export const campaignsReported = {
  type: z.literal('CampaignsReported'),
  steps: list(step, 20),
  /** Left out: all the equipment that the facility has for these steps. */
  equipment: text(64).exactOptional(),
  periodFrom: instant,
  periodTo: instant,
  /** What is not listed is said not to have run only when this is true. */
  complete: z.boolean(),
  campaigns: z.array(campaign).max(200),
};

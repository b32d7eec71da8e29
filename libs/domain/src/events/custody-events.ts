import { z } from 'zod';
import {
  containerNumber,
  country,
  digest,
  facilityId,
  instant,
  list,
  lotId,
  lotLine,
  lotsOnce,
  mass,
  organizationId,
  packageId,
  place,
  position,
  quantity,
  seal,
  text,
} from './primitives.js';

export const SEAL_CONDITIONS = ['intact', 'broken', 'missing', 'replaced'] as const;

const sealedThing = {
  lots: list(lotId),
  container: containerNumber.exactOptional(),
  place: place.exactOptional(),
  by: text(64).exactOptional(),
  photo: digest.exactOptional(),
};

export const sealed = { type: z.literal('Sealed'), seal, ...sealedThing };
export const sealChecked = {
  type: z.literal('SealChecked'),
  seal,
  condition: z.enum(SEAL_CONDITIONS),
  dispatch: digest.exactOptional(),
  ...sealedThing,
};
export const sealBroken = {
  type: z.literal('SealBroken'),
  seal,
  reason: z.enum(['customs-examination', 'receipt', 'sampling', 'tampering', 'damage', 'other']),
  replacedBy: seal.exactOptional(),
  incident: digest.exactOptional(),
  dispatch: digest.exactOptional(),
  ...sealedThing,
};

export const TRANSPORT_MODES = ['road', 'rail', 'sea', 'air', 'inland-water', 'multimodal'] as const;

export const dispatched = {
  type: z.literal('Dispatched'),
  shipment: text(64),
  to: facilityId,
  nonce: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'between 8 and 64 characters of [A-Za-z0-9_-]'),
  lots: list(lotLine).superRefine(lotsOnce),
  containers: list(containerNumber, 50).exactOptional(),
  seals: list(seal, 20).exactOptional(),
  carrier: z.strictObject({ name: text(120), organization: organizationId.exactOptional() }).exactOptional(),
  mode: z.enum(TRANSPORT_MODES).exactOptional(),
  vehicle: text(120).exactOptional(),
  waybill: text(100).exactOptional(),
  verifiedGrossMass: quantity.exactOptional(),
  /** Countries the route is planned to pass, in order, sender's and receiver's left out or put in. */
  route: list(country, 30).exactOptional(),
  expectedAt: instant.exactOptional(),
  incoterm: text(64).exactOptional(),
  hsCode: z
    .string()
    .regex(/^\d{4}(\.?\d{2}){0,3}$/, 'an HS or HTS code')
    .exactOptional(),
  exportDeclaration: text(64).exactOptional(),
  originDeclared: country.exactOptional(),
  contract: text(100).exactOptional(),
};

export const dispatchCancelled = {
  type: z.literal('DispatchCancelled'),
  dispatch: digest,
  lots: list(lotId),
  reason: text(300),
};

const onTheWay = { dispatch: digest, lots: list(lotId), place, position: position.exactOptional() };

export const carrierAccepted = {
  type: z.literal('CarrierAccepted'),
  ...onTheWay,
  carrier: z.strictObject({ name: text(120), organization: organizationId.exactOptional() }),
  waybill: text(100).exactOptional(),
  seals: list(seal, 20).exactOptional(),
  packages: z.int().min(1).max(1_000_000).exactOptional(),
};

export const TRANSIT_KINDS = [
  'departed',
  'border-crossed',
  'port-call',
  'transhipped',
  'stored',
  'delayed',
  'opened',
  'arrived',
] as const;

export const transitReported = {
  type: z.literal('TransitReported'),
  ...onTheWay,
  kind: z.enum(TRANSIT_KINDS),
  seals: list(z.strictObject({ ...seal.shape, condition: z.enum(SEAL_CONDITIONS) }), 20).exactOptional(),
  /** For storage on the way: whether the goods stayed under seal. */
  sealed: z.boolean().exactOptional(),
  note: text(300).exactOptional(),
};

export const customsCleared = {
  type: z.literal('CustomsCleared'),
  ...onTheWay,
  direction: z.enum(['export', 'transit', 'import']),
  entry: text(64),
  port: text(64).exactOptional(),
  broker: z.strictObject({ name: text(120), organization: organizationId.exactOptional() }).exactOptional(),
  hsCode: z
    .string()
    .regex(/^\d{4}(\.?\d{2}){0,3}$/, 'an HS or HTS code')
    .exactOptional(),
  originDeclared: country.exactOptional(),
  examined: z.boolean().exactOptional(),
};

export const PACKAGE_DECISIONS = ['accepted', 'refused'] as const;

/**
 * The receiver's own statement of what came: it names the dispatch by the SHA-256 of its canonical payload, and the
 * receiver's lot state starts from what it says here. A package left out has no outcome yet.
 */
export const received = {
  type: z.literal('Received'),
  dispatch: digest,
  /** Answers the nonce of the dispatch. */
  nonce: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  lots: list(
    z.strictObject({
      ...lotLine.shape,
      packages: z
        .array(
          z.strictObject({
            id: packageId,
            decision: z.enum(PACKAGE_DECISIONS),
            net: quantity.exactOptional(),
            gross: quantity.exactOptional(),
            reason: text(200).exactOptional(),
          }),
        )
        .min(1)
        .max(500)
        .exactOptional(),
      /** For a lot without packages, which is one package. */
      decision: z.enum(PACKAGE_DECISIONS).exactOptional(),
    }),
  ).superRefine(lotsOnce),
  containers: list(containerNumber, 50).exactOptional(),
  seals: list(
    z.strictObject({ ...seal.shape, condition: z.enum(SEAL_CONDITIONS), cutBy: text(64).exactOptional() }),
    20,
  ).exactOptional(),
  waybill: text(100).exactOptional(),
  storedAt: text(120).exactOptional(),
};

const endedOnTheWay = {
  dispatch: digest,
  packages: list(z.strictObject({ lot: lotId, id: packageId.exactOptional() }), 500),
  place: place.exactOptional(),
  reason: text(300),
};

export const packageLost = { type: z.literal('PackageLost'), ...endedOnTheWay };
export const packageSeized = { type: z.literal('PackageSeized'), ...endedOnTheWay, authority: text(120) };
/** The package is back with the sender, who weighs it again. */
export const packageReturned = {
  type: z.literal('PackageReturned'),
  ...endedOnTheWay,
  packages: list(
    z.strictObject({ lot: lotId, id: packageId.exactOptional(), mass: mass.exactOptional() }),
    500,
  ),
  seals: list(z.strictObject({ ...seal.shape, condition: z.enum(SEAL_CONDITIONS) }), 20).exactOptional(),
};

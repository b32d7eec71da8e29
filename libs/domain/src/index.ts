export { Network } from './network.js';
export { lastSegment, pointer, type Parsed, type Problem } from './problem.js';
export { Refusal, REFUSAL_CODES, type Facts, type RefusalCode } from './refusal.js';
export { isCountryCode } from './countries.js';
export { containerCheckDigit, isContainerNumber } from './container-number.js';
export { epochMilliseconds, isCalendarDate, isInstant, utcDate } from './instant.js';
export {
  bodyOf,
  custodyEvent,
  eventBody,
  EVENT_TYPES,
  type CustodyEvent,
  type EventBody,
  type EventEnvelope,
  type EventOf,
  type EventType,
} from './events/custody-event.js';
export { parseEvent, withReplacement } from './events/parse-event.js';
export { isAfter, pastTimesOf, type PastTime } from './events/past-times.js';
export { lotsNamed, WHOLE_FACILITY } from './events/lots-named.js';
export { attestation, parseAttestation, type Attestation } from './events/attestation.js';
export {
  ORGANIZATION_KINDS,
  parseStatement,
  statement,
  type Statement,
  type StatementOf,
  type StatementType,
} from './events/statements.js';
export { AGREEMENT_KINDS, CONTROL_RIGHTS, EXCEPTIONS } from './events/claim-events.js';
export { INQUIRY_STAGES, SCREENING_LISTS } from './events/assurance-events.js';
export { MAGNET_TYPES, PRODUCT_CATEGORIES } from './events/product-events.js';
export {
  PACKAGE_DECISIONS,
  SEAL_CONDITIONS,
  TRANSIT_KINDS,
  TRANSPORT_MODES,
} from './events/custody-events.js';
export { INPUT_ROLES, OUTPUT_ROLES } from './events/lot-events.js';
export { CUSTODY_MODELS, FAMILIES } from './events/primitives.js';
export { CLOCK_SKEW_MS, decide, type Command } from './decide.js';
export type { LotStates } from './door.js';
export { evolve, refold, SCALE_TOLERANCE, touchedLots } from './evolve.js';
export {
  unknownLot,
  WHOLE_LOT,
  type LotState,
  type OutboundDispatch,
  type PackageOutcome,
  type RecordedEvent,
  type Standing,
} from './lot-state.js';

// Materials: exact numbers, units, substances, forms, steps.
export { DECIMAL, MAX_DECIMAL_DIGITS, Rational, isDecimal } from './rational.js';
export {
  FRACTION_UNITS,
  type FractionUnit,
  MASS_UNITS,
  type MassUnit,
  kilogramsPer,
  sharePer,
} from './units.js';
export {
  type Fraction,
  type Quantity,
  UNCERTAINTY_KINDS,
  type Uncertainty,
  type UncertaintyKind,
  relativeVariance,
  toKilograms,
  toShare,
} from './quantity.js';
export {
  ELEMENTS,
  type Element,
  HEAVY_RARE_EARTHS,
  RARE_EARTHS,
  type RareEarth,
  TREO_ELEMENTS,
  atomicMass,
  isRareEarth,
} from './elements.js';
export { SUBSTANCES, type Substance } from './substances.js';
export {
  type Analyte,
  BASES,
  type Basis,
  type Composition,
  FRACTION_OF,
  type FractionOf,
  type Mass,
  type Material,
  type Scale,
} from './composition.js';
export { FORMS, type Form } from './forms.js';
export { STEPS, type Step } from './steps.js';
export { plausibilityProblems, type StatedMaterial } from './plausibility.js';
export { likelyUnitMistake } from './unit-mistake.js';
export {
  canBeWet,
  elementContents,
  type ContentGap,
  type ElementContents,
  type ElementMass,
  type MeasurementPriors,
  type StatedContents,
} from './element-contents.js';
export { HORWITZ_TABLE, horwitzVariance, type HorwitzRow } from './horwitz.js';
export {
  balanceElement,
  type BalanceItem,
  type BalanceLimits,
  type BalanceVerdict,
  type ElementBalance,
  type ElementFlows,
} from './mass-balance.js';
export {
  DISCLOSURE_STAGES,
  leavesBeside,
  MINED_FORMS,
  nextSteps,
  permits,
  permitsWithoutRareEarths,
  STEP_VERBS,
  takesBeside,
  type DisclosureStage,
  type Verb,
} from './stage-grammar.js';
export { assayedElements, elementFraction, treoOxide } from './substances.js';
export { YIELD_RANGES, yieldRange, type YieldRange } from './yield-ranges.js';
export { compositionDoubts, type AssayedForm } from './composition-doubts.js';
export { MAIN_LINE, missingStages, requiredStages, type ElementClass } from './required-stages.js';
// End of materials.

import { z } from 'zod';
import { calendarDate, digest, list, lotId, organizationId, seal, text } from './primitives.js';

const aboutLots = { lots: list(lotId).exactOptional(), document: digest.exactOptional() };

/**
 * A facility files what third parties say of it or of its counterparties: site audits, screenings, declarations of
 * interest. The words are the third parties' own, in the attestations; without them it says nothing.
 */
export const assuranceRecorded = {
  type: z.literal('AssuranceRecorded'),
  subject: text(200),
  ...aboutLots,
};

export const SCREENING_LISTS = ['OFAC-SDN', 'FTO', 'FEOC', '1260H', 'UFLPA'] as const;

/** The facility looked for a party of its trade in lists of barred parties. */
export const partyScreened = {
  type: z.literal('PartyScreened'),
  organization: organizationId,
  lists: list(z.enum(SCREENING_LISTS), 20),
  screenedOn: calendarDate,
  /** Names of lists that the party stands on; left out when it stands on none. */
  found: list(z.enum(SCREENING_LISTS), 20).exactOptional(),
  ...aboutLots,
};

/** All licence, toll, loan and maintenance contracts of the facility in a period were read for rights of control. */
export const contractsReviewed = {
  type: z.literal('ContractsReviewed'),
  reviewedOn: calendarDate,
  from: calendarDate,
  to: calendarDate.exactOptional(),
  /** Agreements that were read, by their number; an empty list: there are none. */
  agreements: z.array(text(100)).max(200),
  /** True when no contract of these kinds was left out. */
  complete: z.boolean(),
  ...aboutLots,
};

/** The substance of a clause was put into the contract with a supplier (252.225-7052, flow-down). */
export const clauseFlowedDown = {
  type: z.literal('ClauseFlowedDown'),
  clause: text(64),
  version: text(50),
  supplier: organizationId,
  contract: text(100),
  from: calendarDate,
  ...aboutLots,
};

/** A seal that was broken, changed or not the right one: what happened, in a report that is kept. */
export const incidentReported = {
  type: z.literal('IncidentReported'),
  lots: list(lotId),
  dispatch: digest.exactOptional(),
  /** The seals that it is about: those that were sent, and what was found in their place. */
  seals: list(seal, 20),
  report: text(100),
  document: digest,
  statement: text(1000).exactOptional(),
};

export const INQUIRY_STAGES = [
  'mined',
  'refinedIntoOxide',
  'metalAndAlloy',
  'sinteredAndMagnetized',
] as const;

/** Suppliers were asked where stages took place, in vain, and a tracking plan is set up (FY2023 NDAA s.857). */
export const originInquired = {
  type: z.literal('OriginInquired'),
  lots: list(lotId),
  stages: list(z.enum(INQUIRY_STAGES), 4),
  /** Symbols; left out: all elements. */
  elements: list(text(2), 40).exactOptional(),
  askedOn: calendarDate,
  asked: text(500),
  trackingPlan: z.strictObject({ readyBy: calendarDate, document: digest }).exactOptional(),
  document: digest.exactOptional(),
};

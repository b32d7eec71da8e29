// Signed with a throw-away key that nothing trusts; examples.spec.ts makes the signatures again and compares.
const event = {
  v: 1,
  type: 'LotCreated',
  facility: 'kokbulak',
  eventId: '0190a1b2-0000-7000-8000-000000000001',
  occurredAt: '2025-06-02T10:00:00+05:00',
  lot: 'kokbulak/2025-0017',
  form: 'CONCENTRATE',
  mass: { net: { value: '40000.0', unit: 'kg' }, moisture: { value: '4.0', unit: '%' } },
  composition: {
    basis: 'dry',
    treo: { value: '45.0', unit: '%' },
    analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
  },
  origin: { kind: 'mined', licence: 'KZ-DEMO-0001', site: 'tailings cell 3 (invented)' },
};

/** The example event with another number, for another lot. */
function numbered(number: number): typeof event {
  const digit = String(number);
  return {
    ...event,
    eventId: `0190a1b2-0000-7000-8000-00000000000${digit}`,
    lot: `kokbulak/2025-001${digit}`,
  };
}

const DOCUMENT = 'Weighbridge ticket 4711 (invented)';
const DISCLOSURE = {
  facility: 'kokbulak',
  field: 'customer',
  salt: 'J2Yv0q6kL1bTn8c5RwXe4g',
  value: 'Example Motors (invented)',
};

interface Example {
  readonly summary: string;
  readonly value: unknown;
}

const JOSE =
  'eyJhbGciOiJFZERTQSIsImtpZCI6Ik9xaWZpQm9uOWRQWWFMYzI5bUQ4amhoNU9LbDBxczFHRWI5ZHI0LVNTczAiLCJ0eXAiOiJsb2RlbWFyay1ldmVudCtqd3MifQ.eyJjb21wb3NpdGlvbiI6eyJhbmFseXRlcyI6W3siZnJhY3Rpb24iOnsidW5pdCI6IiUiLCJ2YWx1ZSI6IjE3LjUifSwib2YiOiJ0cmVvIiwic3Vic3RhbmNlIjoiTmQyTzMifV0sImJhc2lzIjoiZHJ5IiwidHJlbyI6eyJ1bml0IjoiJSIsInZhbHVlIjoiNDUuMCJ9fSwiZXZlbnRJZCI6IjAxOTBhMWIyLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwNiIsImZhY2lsaXR5Ijoia29rYnVsYWsiLCJmb3JtIjoiQ09OQ0VOVFJBVEUiLCJsb3QiOiJrb2tidWxhay8yMDI1LTAwMTYiLCJtYXNzIjp7Im1vaXN0dXJlIjp7InVuaXQiOiIlIiwidmFsdWUiOiI0LjAifSwibmV0Ijp7InVuaXQiOiJrZyIsInZhbHVlIjoiNDAwMDAuMCJ9fSwib2NjdXJyZWRBdCI6IjIwMjUtMDYtMDJUMTA6MDA6MDArMDU6MDAiLCJvcmlnaW4iOnsia2luZCI6Im1pbmVkIiwibGljZW5jZSI6IktaLURFTU8tMDAwMSIsInNpdGUiOiJ0YWlsaW5ncyBjZWxsIDMgKGludmVudGVkKSJ9LCJ0eXBlIjoiTG90Q3JlYXRlZCIsInYiOjF9.ZrcTUdedFR_K_Bb1fsQ0I3P8Z6y-b5-2KCW9xLopgfUMWuhLtL2q8m_2Skvv3iL5imvDxRR6k9Bn5W2uBsK8Bw';
const JOSE_IN_BATCH =
  'eyJhbGciOiJFZERTQSIsImtpZCI6Ik9xaWZpQm9uOWRQWWFMYzI5bUQ4amhoNU9LbDBxczFHRWI5ZHI0LVNTczAiLCJ0eXAiOiJsb2RlbWFyay1ldmVudCtqd3MifQ.eyJjb21wb3NpdGlvbiI6eyJhbmFseXRlcyI6W3siZnJhY3Rpb24iOnsidW5pdCI6IiUiLCJ2YWx1ZSI6IjE3LjUifSwib2YiOiJ0cmVvIiwic3Vic3RhbmNlIjoiTmQyTzMifV0sImJhc2lzIjoiZHJ5IiwidHJlbyI6eyJ1bml0IjoiJSIsInZhbHVlIjoiNDUuMCJ9fSwiZXZlbnRJZCI6IjAxOTBhMWIyLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwNCIsImZhY2lsaXR5Ijoia29rYnVsYWsiLCJmb3JtIjoiQ09OQ0VOVFJBVEUiLCJsb3QiOiJrb2tidWxhay8yMDI1LTAwMTQiLCJtYXNzIjp7Im1vaXN0dXJlIjp7InVuaXQiOiIlIiwidmFsdWUiOiI0LjAifSwibmV0Ijp7InVuaXQiOiJrZyIsInZhbHVlIjoiNDAwMDAuMCJ9fSwib2NjdXJyZWRBdCI6IjIwMjUtMDYtMDJUMTA6MDA6MDArMDU6MDAiLCJvcmlnaW4iOnsia2luZCI6Im1pbmVkIiwibGljZW5jZSI6IktaLURFTU8tMDAwMSIsInNpdGUiOiJ0YWlsaW5ncyBjZWxsIDMgKGludmVudGVkKSJ9LCJ0eXBlIjoiTG90Q3JlYXRlZCIsInYiOjF9.Bo_Uzc_oBsOCN-O7FeuNHWW3FcaftoP3fES0-v9bXYcF6cus-AmHPl2nEMZoQ0K1Jc6iOuu7YHY8b-LeYzPOCA';

/** Requests of the OpenAPI document: sent in this order to a fresh service whose root log has the example key. */
export const EXAMPLES = {
  facility: 'kokbulak',
  lot: event.lot,
  lotNumber: '2025-0017',
  eventId: event.eventId,
  openFacility: { facility: 'kokbulak', custodialKey: true },
  /** Of a log that lacks nothing. */
  lostEntries: { from: 0, entries: [], proof: [] },
  /** Payloads of the signed examples. */
  signed: { alone: numbered(6), inBatch: numbered(4) },
  events: {
    'application/jose': { event: { summary: 'One event, signed by the facility', value: JOSE } },
    'application/x-ndjson': {
      batch: {
        summary: 'One event a line, signed or to be signed',
        value: `${JOSE_IN_BATCH}\n${JSON.stringify(numbered(5))}\n`,
      },
    },
    'application/json': {
      event: { summary: 'One event for the service to sign', value: event },
      batch: { summary: 'Two events', value: [numbered(2), numbered(3)] },
    },
  } as Readonly<Record<string, Readonly<Record<string, Example>>>>,
  document: DOCUMENT,
  documentDigest: '731d84308cbfd16baf03fcef62670840c5236f987e242c7e21934f973a7b7dfb',
  disclosure: DISCLOSURE,
  disclosureDigest: '323e967423873523562df9f8d5f983902248cfa0da89064d890d49a9627eea95',
};

/** Invented examples that the OpenAPI document shows and a test posts. */
const event = {
  v: 1,
  type: 'LotCreated',
  facility: 'kokbulak',
  eventId: '0190a1b2-0000-7000-8000-000000000001',
  occurredAt: '2026-11-20T10:00:00+05:00',
  lot: 'kokbulak/2026-0017',
  form: 'CONCENTRATE',
  mass: { net: { value: '40000.0', unit: 'kg' }, moisture: { value: '4.0', unit: '%' } },
  composition: {
    basis: 'dry',
    treo: { value: '45.0', unit: '%' },
    analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
  },
  origin: { kind: 'mined', licence: 'KZ-DEMO-0001', site: 'tailings cell 3' },
};

const second = { ...event, eventId: '0190a1b2-0000-7000-8000-000000000002', lot: 'kokbulak/2026-0018' };

export const EXAMPLES = {
  eventId: event.eventId,
  event,
  events: {
    'application/json': {
      event: { summary: 'One event for the service to sign', value: event },
      batch: { summary: 'Two events', value: [event, second] },
    },
    'application/x-ndjson': {
      batch: { summary: 'One event a line', value: `${JSON.stringify(event)}\n${JSON.stringify(second)}\n` },
    },
  } as Readonly<Record<string, Readonly<Record<string, { summary: string; value: unknown }>>>>,
};

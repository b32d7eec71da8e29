import { randomUUID } from 'node:crypto';

/** Registers the mine that the tests post for. */
export const JOIN = [
  ...['join', '--organization', 'tau-mining', '--legal-name', 'Tau Mining LLP (invented)', '--country', 'KZ'],
  ...['--facility', 'kokbulak', '--name', 'Kokbulak mine (invented)', '--steps', 'MINE,BENEFICIATE'],
  ...['--operating-from', '2020-01-01'],
];

/** A lot out of the ground. */
export function mined(number: string, more: object = {}): Record<string, unknown> {
  return {
    v: 1,
    type: 'LotCreated',
    facility: 'kokbulak',
    eventId: randomUUID(),
    occurredAt: new Date(Date.now() - 60_000).toISOString(),
    lot: `kokbulak/${number}`,
    form: 'CONCENTRATE',
    mass: { net: { value: '1000', unit: 'kg' } },
    origin: { kind: 'mined', licence: 'INVENTED-1' },
    ...more,
  };
}

/** What the mill makes of one. */
export function milled(from: string, to: string): Record<string, unknown> {
  const { lot: _lot, form: _form, mass: _mass, origin: _origin, ...head } = mined(to);
  return {
    ...head,
    type: 'Transformed',
    step: 'BENEFICIATE',
    inputs: [{ lot: `kokbulak/${from}`, mass: { net: { value: '1000', unit: 'kg' } } }],
    outputs: [
      {
        lot: `kokbulak/${to}`,
        form: 'CONCENTRATE',
        mass: { net: { value: '900', unit: 'kg' } },
        role: 'product',
      },
    ],
  };
}

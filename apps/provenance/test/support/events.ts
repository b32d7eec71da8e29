/** Bodies of invented events, for tests that care about the graph more than about the metal. */

const kg = (value: string) => ({ net: { value, unit: 'kg' } });

export function mined(lot: string, mass = '1000', more: object = {}): object {
  return {
    type: 'LotCreated',
    lot,
    form: 'CONCENTRATE',
    mass: kg(mass),
    origin: { kind: 'mined', licence: 'INVENTED-1' },
    ...more,
  };
}

export interface Flow {
  readonly lot: string;
  readonly kg: string;
  readonly form?: string;
}

export function transformed(step: string, inputs: readonly Flow[], outputs: readonly Flow[]): object {
  return {
    type: 'Transformed',
    step,
    inputs: inputs.map(({ lot, kg: mass }) => ({ lot, mass: kg(mass) })),
    outputs: outputs.map(({ lot, kg: mass, form }) => ({
      lot,
      mass: kg(mass),
      form: form ?? 'MIXED_CARBONATE',
      role: 'product',
    })),
  };
}

export function split(parent: string, children: readonly Flow[], more: object = {}): object {
  return {
    type: 'Split',
    parent: { lot: parent },
    form: 'CONCENTRATE',
    children: children.map(({ lot, kg: mass }) => ({ lot, mass: kg(mass) })),
    ...more,
  };
}

export function dispatched(to: string, lines: readonly Flow[], more: object = {}): object {
  return {
    type: 'Dispatched',
    shipment: 'INVENTED-SHIPMENT',
    to,
    nonce: 'nonce-0001',
    lots: lines.map(({ lot, kg: mass, form }) => ({ lot, mass: kg(mass), form: form ?? 'CONCENTRATE' })),
    ...more,
  };
}

export function received(dispatch: string, lines: readonly Flow[], more: object = {}): object {
  return {
    type: 'Received',
    dispatch,
    nonce: 'nonce-0001',
    lots: lines.map(({ lot, kg: mass, form }) => ({
      lot,
      mass: kg(mass),
      form: form ?? 'CONCENTRATE',
      decision: 'accepted',
    })),
    ...more,
  };
}

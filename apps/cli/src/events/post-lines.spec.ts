import { describe, expect, it } from '@jest/globals';
import { refusalLines } from './post-lines.js';

const fault = (pointer: string, detail: string) => ({ code: 'bad-format', pointer, detail });

describe('a refused row', () => {
  it('has a line for each of several faults, and does not say them twice', () => {
    const faults = [fault('/mass', 'no mass'), fault('/form', 'no form')];
    const refused = { code: 'invalid-event', detail: '/mass: no mass; /form: no form', faults };
    expect(refusalLines({ line: 7, eventId: 'x', outcome: 'refused', refused })).toEqual([
      'line 7: invalid-event (event x)',
      '  /mass  bad-format: no mass',
      '  /form  bad-format: no form',
    ]);
  });

  it('has the place and the cure of its one reason', () => {
    const refused = {
      code: 'lot-exists',
      detail: 'it exists',
      faults: [fault('/lot', 'it exists')],
      cure: 'number it',
    };
    expect(refusalLines({ line: 1, eventId: undefined, outcome: 'refused', refused })).toEqual([
      'line 1: lot-exists: it exists',
      '  at /lot',
      '  cure: number it',
    ]);
  });

  it('has a cure in terms of this command where the service has none', () => {
    const refused = { code: 'custodial-key-missing', detail: 'kokbulk signs its own events', faults: [] };
    expect(refusalLines({ line: 1, eventId: undefined, outcome: 'refused', refused }).at(-1)).toContain(
      '--key',
    );
  });

  it('cannot drive the terminal of who reads it', () => {
    const refused = { code: 'invalid-event', detail: 'bad \u001b[2J', faults: [] };
    expect(refusalLines({ line: 1, eventId: undefined, outcome: 'refused', refused })).toEqual([
      'line 1: invalid-event: bad \\u001b[2J',
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, type Command } from './decide.js';
import type { CustodyEvent } from './events/custody-event.js';
import { parseEvent } from './events/parse-event.js';
import { refold } from './evolve.js';
import type { LotState, RecordedEvent } from './lot-state.js';
import { Rational } from './rational.js';
import { Refusal, type RefusalCode } from './refusal.js';

const NOW = '2026-11-20T12:00:00Z';
let serial = 0;

function event(fields: Record<string, unknown>): CustodyEvent {
  serial += 1;
  const parsed = parseEvent({
    v: 1,
    facility: 'plant',
    eventId: `0190a1b2-0000-7000-8000-${String(serial).padStart(12, '0')}`,
    occurredAt: '2026-11-19T10:00:00Z',
    ...fields,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const kg = (value: string) => ({ net: { value, unit: 'kg' } });
const created = (lot: string, value: string, more = {}) =>
  event({
    type: 'LotCreated',
    lot,
    form: 'OXIDE',
    mass: kg(value),
    origin: { kind: 'opening-stock' },
    ...more,
  });
const transformed = (inputs: [string, string][], outputs: [string, string][]) =>
  event({
    type: 'Transformed',
    step: 'REDUCE',
    inputs: inputs.map(([lot, value]) => ({ lot, mass: kg(value) })),
    outputs: outputs.map(([lot, value]) => ({ lot, mass: kg(value), form: 'METAL', role: 'product' })),
  });
const dispatched = (lot: string, value: string, packages?: string[]) =>
  event({
    type: 'Dispatched',
    shipment: 'S1',
    to: 'elsewhere',
    nonce: 'nonce-0001',
    lots: [
      {
        lot,
        form: 'OXIDE',
        mass: kg(value),
        ...(packages ? { packages: packages.map((id) => ({ id })) } : {}),
      },
    ],
  });

/** One facility's log as the ledger keeps it: the events that were accepted, and the states they leave. */
class Log {
  readonly recorded: RecordedEvent[] = [];
  readonly states = new Map<string, LotState>();

  say(said: CustodyEvent, digest = said.eventId.replaceAll('-', '').padEnd(64, '0')): string {
    const recorded = { event: said, payloadDigest: digest };
    const next = decide(this.states, this.command(recorded));
    next.forEach((state, lot) => this.states.set(lot, state));
    this.recorded.push(recorded);
    return digest;
  }

  command(recorded: RecordedEvent): Command {
    const { event: said } = recorded;
    if (said.type !== 'Corrected') return { recorded, now: NOW };
    const target = this.recorded.find((candidate) => candidate.event.eventId === said.target.eventId);
    if (target === undefined) return { recorded, now: NOW };
    const lots = [...this.states.keys(), 'plant/new'];
    return {
      recorded,
      now: NOW,
      correcting: { target, histories: new Map(lots.map((lot) => [lot, this.naming(lot)])) },
    };
  }

  /** Close enough to the ledger's index for lots that an event names outright. */
  naming(lot: string): RecordedEvent[] {
    const targets = new Set(
      this.recorded
        .filter(({ event: said }) => JSON.stringify(said).includes(`"${lot}"`))
        .map(({ event: said }) => said.eventId),
    );
    return this.recorded.filter(
      ({ event: said }) =>
        targets.has(said.eventId) || (said.type === 'Corrected' && targets.has(said.target.eventId)),
    );
  }

  refuses(said: CustodyEvent): { code: RefusalCode; pointer: string; cure: string } {
    try {
      this.say(said);
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
    throw new Error('was not refused');
  }

  kg(lot: string): string | undefined {
    return this.states.get(lot)?.kg;
  }
}

function logWith(...events: CustodyEvent[]): Log {
  const log = new Log();
  events.forEach((said) => log.say(said));
  return log;
}

describe('deciding what a facility may say of its own lots', () => {
  it('draws an input down like money and refuses what is more than is left', () => {
    const log = logWith(created('plant/1', '100'), transformed([['plant/1', '60']], [['plant/2', '50']]));
    expect(log.kg('plant/1')).toBe('40.000000');
    expect(log.refuses(transformed([['plant/1', '60']], [['plant/3', '50']]))).toMatchObject({
      code: 'mass-exceeds-held',
      pointer: '/inputs/0/mass/net',
    });
    log.say(transformed([['plant/1', '40']], [['plant/3', '33']]));
    expect(log.refuses(transformed([['plant/1', '1']], [['plant/4', '1']])).code).toBe('lot-not-held');
  });

  it('says which unit mistake would explain an excess', () => {
    const log = logWith(created('plant/1', '100'));
    const refusal = log.refuses(transformed([['plant/1', '220.46']], [['plant/2', '50']]));
    expect(refusal).toMatchObject({ facts: { likely: expect.stringContaining('lb given as kg') } });
  });

  it('creates lots only under its own number, and each number once', () => {
    const log = logWith(created('plant/1', '100'));
    expect(log.refuses(created('other/1', '5')).code).toBe('foreign-lot-number');
    expect(log.refuses(created('plant/1', '5')).code).toBe('lot-exists');
    expect(log.refuses(transformed([['plant/1', '5']], [['plant/1', '5']])).code).toBe('lot-exists');
  });

  it('refuses to use a lot that was never here', () => {
    expect(new Log().refuses(transformed([['other/7', '5']], [['plant/2', '5']]))).toMatchObject({
      code: 'lot-unknown',
      pointer: '/inputs/0/lot',
    });
  });

  it('refuses an event from the future but not one within the clocks’ disagreement', () => {
    const log = new Log();
    expect(log.refuses(created('plant/1', '1', { occurredAt: '2026-11-20T12:10:00Z' })).code).toBe(
      'event-in-future',
    );
    const counted = { origin: { kind: 'opening-stock', countedOn: '2026-11-22' } };
    expect(log.refuses(created('plant/1', '1', counted)).pointer).toBe('/origin/countedOn');
    log.say(created('plant/1', '1', { occurredAt: '2026-11-20T12:04:00Z' }));
  });

  it('splits without gain or loss', () => {
    const split = (parts: string[], losses: string[] = []) =>
      event({
        type: 'Split',
        parent: { lot: 'plant/1' },
        form: 'OXIDE',
        children: parts.map((value, index) => ({ lot: `plant/1-${index}`, mass: kg(value) })),
        ...(losses.length > 0 ? { losses: losses.map((value) => ({ what: 'spill', mass: kg(value) })) } : {}),
      });
    const log = logWith(created('plant/1', '100'));
    expect(log.refuses(split(['60', '50'])).code).toBe('split-not-conserved');
    expect(log.refuses(split(['60', '30'])).code).toBe('split-not-conserved');
    log.say(split(['60', '38'], ['2']));
    expect(log.states.get('plant/1')?.standing).toBe('released');
    expect(log.kg('plant/1-1')).toBe('38.000000');
  });

  it('dispatches whole lots with all their packages', () => {
    const packages = [{ id: 'D1' }, { id: 'D2' }];
    const log = logWith(created('plant/1', '100', { packages }));
    expect(log.refuses(dispatched('plant/1', '100', ['D1']))).toMatchObject({
      code: 'split-first',
      pointer: '/lots/0/packages',
    });
    expect(log.refuses(dispatched('plant/1', '100', ['D1', 'D2', 'D3'])).code).toBe('package-not-held');
    expect(logWith(created('plant/2', '100')).refuses(dispatched('plant/2', '50')).code).toBe('split-first');
    log.say(dispatched('plant/1', '100', ['D1', 'D2']));
    expect(log.refuses(dispatched('plant/1', '100', ['D1', 'D2'])).code).toBe('lot-in-transit');
  });

  it('cancels a dispatch only before it left', () => {
    const log = logWith(created('plant/1', '100'));
    const dispatch = log.say(dispatched('plant/1', '100'));
    const cancel = () =>
      event({ type: 'DispatchCancelled', dispatch, lots: ['plant/1'], reason: 'truck broke' });
    log.say(cancel());
    expect(log.states.get('plant/1')).toMatchObject({ standing: 'held', kg: '100.000000' });
    const again = log.say(dispatched('plant/1', '100'));
    log.say(
      event({
        type: 'CarrierAccepted',
        dispatch: again,
        lots: ['plant/1'],
        place: { country: 'KZ' },
        carrier: { name: 'C' },
      }),
    );
    expect(
      log.refuses(event({ type: 'DispatchCancelled', dispatch: again, lots: ['plant/1'], reason: 'x' })).code,
    ).toBe('dispatch-left');
    expect(
      log.refuses(
        event({ type: 'DispatchCancelled', dispatch: 'f'.repeat(64), lots: ['plant/1'], reason: 'x' }),
      ).code,
    ).toBe('dispatch-unknown');
  });

  it('gives each package one outcome', () => {
    const dispatch = 'd'.repeat(64);
    const receive = (...ids: string[]) =>
      event({
        type: 'Received',
        dispatch,
        nonce: 'nonce-0001',
        lots: [
          {
            lot: 'mine/1',
            form: 'ORE',
            mass: kg('10'),
            packages: ids.map((id) => ({ id, decision: 'accepted' })),
          },
        ],
      });
    const log = logWith(receive('B1'), receive('B2'));
    expect(log.kg('mine/1')).toBe('20.000000');
    expect(log.refuses(receive('B1'))).toMatchObject({
      code: 'package-outcome-recorded',
      pointer: '/lots/0/packages/0/id',
    });
    const lost = event({
      type: 'PackageLost',
      dispatch,
      packages: [{ lot: 'mine/1', id: 'B2' }],
      reason: 'x',
    });
    expect(log.refuses(lost).code).toBe('package-outcome-recorded');
  });

  it('takes back what is returned, and only what was in the dispatch', () => {
    const log = logWith(
      created('plant/1', '100', {
        packages: [
          { id: 'D1', net: { value: '30', unit: 'kg' } },
          { id: 'D2', net: { value: '70', unit: 'kg' } },
        ],
      }),
    );
    const dispatch = log.say(
      event({
        type: 'Dispatched',
        shipment: 'S1',
        to: 'elsewhere',
        nonce: 'nonce-0001',
        lots: [
          {
            lot: 'plant/1',
            form: 'OXIDE',
            mass: kg('100'),
            packages: [
              { id: 'D1', net: { value: '30', unit: 'kg' } },
              { id: 'D2', net: { value: '70', unit: 'kg' } },
            ],
          },
        ],
      }),
    );
    const back = (id: string) =>
      event({ type: 'PackageReturned', dispatch, packages: [{ lot: 'plant/1', id }], reason: 'refused' });
    expect(log.refuses(back('D9')).code).toBe('package-unknown');
    log.say(back('D2'));
    expect(log.states.get('plant/1')).toMatchObject({
      standing: 'held',
      kg: '70.000000',
      packages: { D2: '70.000000' },
    });
    expect(log.refuses(back('D2')).code).toBe('package-outcome-recorded');
  });

  it('never refuses a correction for what came after it, and folds it in where the original stood', () => {
    const first = created('plant/1', '100');
    const log = logWith(first, transformed([['plant/1', '95']], [['plant/2', '80']]));
    const [target] = log.recorded;
    if (target === undefined) throw new Error('the first event is recorded');
    const { v: _v, facility: _f, eventId: _e, occurredAt: _o, ...body } = first;
    log.say(
      event({
        type: 'Corrected',
        target: { eventId: first.eventId, payload: target.payloadDigest },
        reason: 'the scale was wrong',
        replacement: { ...body, mass: kg('90') },
      }),
    );
    expect(log.kg('plant/1')).toBe('-5.000000');
    expect(log.refuses(transformed([['plant/1', '1']], [['plant/9', '1']])).code).toBe('lot-not-held');
  });

  it('refuses a correction of nothing, of something else, or into another type', () => {
    const first = created('plant/1', '100');
    const log = logWith(first);
    const correct = (target: object, replacement: unknown = null) =>
      event({ type: 'Corrected', target, reason: 'x', replacement });
    const payload = log.recorded[0]?.payloadDigest ?? '';
    expect(log.refuses(correct({ eventId: '0190a1b2-0000-7000-8000-ffffffffffff', payload })).code).toBe(
      'target-unknown',
    );
    expect(log.refuses(correct({ eventId: first.eventId, payload: 'e'.repeat(64) })).code).toBe(
      'target-mismatch',
    );
    const stored = { type: 'Stored', lots: ['plant/1'], location: 'bay', sealed: true, segregated: true };
    expect(log.refuses(correct({ eventId: first.eventId, payload }, stored))).toMatchObject({
      code: 'target-mismatch',
      pointer: '/replacement/type',
    });
  });

  it('takes no package for present because of its name', () => {
    const log = logWith(created('plant/1', '100', { packages: [{ id: 'D1' }] }));
    expect(log.refuses(dispatched('plant/1', '100', ['D1', 'constructor'])).code).toBe('package-not-held');
    const dispatch = log.say(dispatched('plant/1', '100', ['D1']));
    const lost = event({
      type: 'PackageLost',
      dispatch,
      packages: [{ lot: 'plant/1', id: 'toString' }],
      reason: 'x',
    });
    expect(log.refuses(lost).code).toBe('package-unknown');
  });

  it('leaves a lot alone that a correction takes out of an event', () => {
    const log = logWith(created('plant/1', '100'), created('plant/2', '40'));
    const repacked = event({ type: 'Repacked', lot: 'plant/1', mass: kg('100'), packages: [{ id: 'P1' }] });
    log.say(repacked);
    const payload = log.recorded.at(-1)?.payloadDigest ?? '';
    const replacement = { type: 'Repacked', lot: 'plant/2', mass: kg('40'), packages: [{ id: 'P1' }] };
    log.say(
      event({
        type: 'Corrected',
        target: { eventId: repacked.eventId, payload },
        reason: 'the other lot',
        replacement,
      }),
    );
    expect(log.states.get('plant/1')).toMatchObject({ kg: '100.000000', packages: {} });
    expect(log.states.get('plant/2')).toMatchObject({ kg: '40.000000', packages: { P1: null } });
  });

  it('refuses the receipt of its own dispatch, and a second arrival of a lot that is here', () => {
    const log = logWith(created('plant/1', '100'));
    const receive = (dispatch: string) =>
      event({
        type: 'Received',
        dispatch,
        nonce: 'nonce-0001',
        lots: [{ lot: 'plant/1', form: 'OXIDE', mass: kg('100'), decision: 'accepted' }],
      });
    expect(log.refuses(receive('c'.repeat(64))).code).toBe('lot-already-held');
    const dispatch = log.say(dispatched('plant/1', '100'));
    expect(log.refuses(receive(dispatch)).code).toBe('own-dispatch');
    log.say(receive('c'.repeat(64)));
    expect(log.states.get('plant/1')?.standing).toBe('held');
  });
});

describe('conservation', () => {
  it('holds for any run of accepted splits and uses: what is left and what was drawn make up what came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('use', 'split'), fc.integer({ min: 1, max: 60 })), {
          maxLength: 12,
        }),
        (acts) => {
          const log = logWith(created('plant/1', '100'));
          let drawn = Rational.zero;
          acts.forEach(([act, amount], index) => {
            const value = String(amount);
            const said =
              act === 'use'
                ? transformed([['plant/1', value]], [[`plant/u${index}`, '1']])
                : event({
                    type: 'Split',
                    parent: { lot: 'plant/1', mass: kg(value) },
                    form: 'OXIDE',
                    children: [{ lot: `plant/s${index}`, mass: kg(value) }],
                  });
            try {
              log.say(said);
              drawn = drawn.add(Rational.parse(value));
            } catch (error) {
              expect(error).toBeInstanceOf(Refusal);
            }
          });
          const left = Rational.parse(log.kg('plant/1') ?? '0');
          expect(left.isNegative()).toBe(false);
          expect(left.add(drawn).compare(Rational.parse('100'))).toBe(0);
        },
      ),
    );
  });

  it('gives the same state by folding anew as by deciding one after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), (amounts) => {
        const log = logWith(created('plant/1', '100'));
        amounts.forEach((amount, index) => {
          try {
            log.say(transformed([['plant/1', String(amount)]], [[`plant/u${index}`, '1']]));
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        });
        expect(refold('plant/1', log.naming('plant/1'))).toEqual(log.states.get('plant/1'));
      }),
    );
  });
});

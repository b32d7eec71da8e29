import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TYPES } from './custody-event.js';
import { parseEvent, withReplacement } from './parse-event.js';
import { lotsNamed } from './lots-named.js';

const HEAD = {
  v: 1,
  facility: 'kokbulak',
  eventId: '0190a1b2-0000-7000-8000-000000000001',
  occurredAt: '2026-11-01T10:00:00+05:00',
};

const CREATED = {
  ...HEAD,
  type: 'LotCreated',
  lot: 'kokbulak/2026-0017',
  form: 'CONCENTRATE',
  mass: { net: { value: '40000.0', unit: 'kg' }, moisture: { value: '4.0', unit: '%' } },
  composition: {
    basis: 'dry',
    treo: { value: '45.0', unit: '%' },
    analytes: [{ substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' }],
  },
  origin: { kind: 'mined', licence: 'KZ-1' },
};

const RECEIVED = {
  ...HEAD,
  type: 'Received',
  dispatch: 'a'.repeat(64),
  nonce: 'nonce-0001',
  lots: [{ lot: 'kokbulak/2026-0017', form: 'CONCENTRATE', mass: CREATED.mass, decision: 'accepted' }],
};

function problemsOf(json: unknown) {
  const result = parseEvent(json);
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`);
}

function detailsOf(json: unknown) {
  const result = parseEvent(json);
  return result.ok ? [] : result.problems.map(({ pointer, detail }) => `${pointer}: ${detail}`);
}

describe('parsing a custody event', () => {
  it('says in plain words what is missing, what is of another kind, and what a misspelled field was meant to be', () => {
    const { composition, mass: _, ...rest } = CREATED;
    const details = detailsOf({ ...rest, lot: 17, compositon: composition, orign: null });
    expect(details).toContain('/mass: an object is missing here');
    expect(details).toContain('/lot: a text in quotes is expected here, not a number');
    expect(details).toContain(
      '/compositon: the field "compositon" is not known here; did you mean "composition"?',
    );
    expect(details).toContain('/orign: the field "orign" is not known here; did you mean "origin"?');
    expect(detailsOf({ ...CREATED, surprise: 1 })).toEqual([
      '/surprise: the field "surprise" is not known here',
    ]);
  });

  it('accepts a mined lot and keeps every reported string as it was', () => {
    expect(parseEvent(CREATED)).toEqual({ ok: true, value: CREATED });
  });

  it('reports every problem at once, each with a pointer', () => {
    const broken = {
      ...CREATED,
      surprise: 1,
      occurredAt: '2026-02-30T00:00:00Z',
      mass: { net: { value: '-3', unit: 'stone' } },
      composition: { analytes: [{ substance: 'Unobtainium', fraction: { value: '1', unit: '%' } }] },
    };
    expect(problemsOf(broken).sort()).toEqual(
      [
        'unknown-field /surprise',
        'bad-date /occurredAt',
        'bad-format /mass/net/value',
        'not-in-list /mass/net/unit',
        'not-in-list /composition/basis',
        'not-in-list /composition/analytes/0/substance',
        'not-in-list /composition/analytes/0/of',
      ].sort(),
    );
  });

  it.each([
    [
      'a number where a decimal string belongs',
      { mass: { net: { value: 40000, unit: 'kg' } } },
      'wrong-type /mass/net/value',
    ],
    ['an exponent', { mass: { net: { value: '4e4', unit: 'kg' } } }, 'bad-format /mass/net/value'],
    ['a zero mass', { mass: { net: { value: '0.0', unit: 'kg' } } }, 'not-positive /mass/net/value'],
    ['a decimal comma', { mass: { net: { value: '40000,0', unit: 'kg' } } }, 'bad-format /mass/net/value'],
    [
      'a country that is none',
      { type: 'LotCreated', origin: { kind: 'purchased', chain: [{ step: 'MINE', country: 'XX' }] } },
      'bad-country /origin/chain/0/country',
    ],
    ['a lot id without a facility', { lot: '2026-0017' }, 'bad-format /lot'],
    ['a lot id that no address can hold', { lot: 'kokbulak/..' }, 'bad-format /lot'],
    ['another one', { lot: 'kokbulak/.' }, 'bad-format /lot'],
    ['a lot id with a Cyrillic letter', { lot: 'kokbulak/2026-А' }, 'bad-format /lot'],
    ['an event id in capitals', { eventId: HEAD.eventId.toUpperCase() }, 'bad-format /eventId'],
    ['a time without offset', { occurredAt: '2026-11-01T10:00:00' }, 'bad-date /occurredAt'],
    ['a leap second', { occurredAt: '2026-12-31T23:59:60Z' }, 'bad-date /occurredAt'],
    ['control characters in text', { grade: 'a\u0000b' }, 'bad-text /grade'],
    ['a lone surrogate in text', { grade: 'a\ud800' }, 'bad-text /grade'],
    ['a bidirectional override in text', { grade: 'a\u202eb' }, 'bad-text /grade'],
    ['a private value in the clear', { private: { price: '12 USD' } }, 'bad-format /private/price'],
  ])('refuses %s', (_, change, expected) => {
    expect(problemsOf({ ...CREATED, ...change })).toContain(expected);
  });

  it('names the unit mistake that would explain a net mass above gross', () => {
    const pounds = {
      ...CREATED,
      mass: {
        net: { value: '2204.62', unit: 'kg' },
        gross: { value: '1020', unit: 'kg' },
        tare: { value: '20', unit: 'kg' },
      },
    };
    const result = parseEvent(pounds);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).toContain('lb given as kg');
  });

  it('refuses a wrong ISO 6346 check digit and accepts the right one', () => {
    const sealed = (container: string) => ({
      ...HEAD,
      type: 'Sealed',
      lots: ['kokbulak/1'],
      seal: { number: 'S1' },
      container,
    });
    expect(problemsOf(sealed('CSQU3054383'))).toEqual([]);
    expect(problemsOf(sealed('CSQU3054384'))).toEqual(['bad-container /container']);
  });

  it('refuses a place of which the UN/LOCODE lies in another country than it says', () => {
    const sealed = (place: object) => ({
      ...HEAD,
      type: 'Sealed',
      lots: ['kokbulak/1'],
      seal: { number: 'S1' },
      place,
    });
    expect(problemsOf(sealed({ country: 'KR', unlocode: 'KRPUS' }))).toEqual([]);
    expect(problemsOf(sealed({ country: 'KR', unlocode: 'CNSHA' }))).toEqual([
      'place-elsewhere /place/unlocode',
    ]);
  });

  it('wants one decision for a lot without packages and one per package otherwise', () => {
    const [line] = RECEIVED.lots;
    expect(problemsOf(RECEIVED)).toEqual([]);
    expect(problemsOf({ ...RECEIVED, lots: [{ ...line, decision: undefined }] }).length).toBeGreaterThan(0);
    const both = { ...line, packages: [{ id: 'B1', decision: 'accepted' }] };
    expect(problemsOf({ ...RECEIVED, lots: [both] })).toEqual(['decision-missing /lots/0/decision']);
  });

  it('refuses the same lot or the same package twice in one list', () => {
    const [line] = RECEIVED.lots;
    expect(problemsOf({ ...RECEIVED, lots: [line, line] })).toEqual(['listed-twice /lots/1/lot']);
    const packages = [
      { id: 'B1', decision: 'accepted' },
      { id: 'B1', decision: 'refused' },
    ];
    const { decision: _, ...bare } = line as { decision: string };
    expect(problemsOf({ ...RECEIVED, lots: [{ ...bare, packages }] })).toEqual([
      'listed-twice /lots/0/packages/1/id',
    ]);
  });

  it('tells a later schema version from a malformed event', () => {
    expect(problemsOf({ ...CREATED, v: 2, whatever: true })).toEqual(['unknown-version /v']);
    expect(problemsOf({ ...CREATED, v: '2' })).toContain('not-in-list /v');
  });

  it('checks what a correction puts in place as strictly as an event', () => {
    const correction = {
      ...HEAD,
      type: 'Corrected',
      target: { eventId: HEAD.eventId, payload: 'b'.repeat(64) },
      reason: 'wrong scale',
      replacement: {
        type: 'LotCreated',
        lot: 'kokbulak/1',
        form: 'ORE',
        mass: { net: { value: '1', unit: 'kg' } },
        origin: { kind: 'mined' },
      },
    };
    expect(problemsOf(correction)).toEqual(['missing-field /replacement/origin/licence']);
    expect(problemsOf({ ...correction, replacement: null })).toEqual([]);
  });

  it('lets nothing but its own answers out, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...EVENT_TYPES), (json, type) => {
        const base =
          typeof json === 'object' && json !== null && !Array.isArray(json) ? json : { value: json };
        for (const input of [json, { ...HEAD, type, ...base }]) {
          const result = parseEvent(input);
          if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('the lots that an event names', () => {
  it('lists each once, sorted, and * where it concerns the whole facility', () => {
    const event = parseEvent(RECEIVED);
    expect(event.ok && lotsNamed(event.value)).toEqual(['kokbulak/2026-0017']);
    const count = parseEvent({
      ...HEAD,
      type: 'InventoryCounted',
      method: 'walk',
      complete: true,
      counted: [{ lot: 'kokbulak/2', mass: { net: { value: '0', unit: 'kg' } } }],
    });
    expect(count.ok && lotsNamed(count.value)).toEqual(['*', 'kokbulak/2']);
  });

  it('takes a report of campaigns as one about the whole facility, and refuses one that ends before it starts', () => {
    const run = {
      campaign: 'SX-2026-08',
      step: 'SEPARATE',
      startedAt: '2026-10-02T08:00:00Z',
      endedAt: '2026-10-09T08:00:00Z',
      forThirdParty: true,
      segregation: { method: 'circuit drained and counted empty' },
    };
    const report = {
      ...HEAD,
      type: 'CampaignsReported',
      steps: ['SEPARATE'],
      periodFrom: '2026-10-01T00:00:00Z',
      periodTo: '2026-10-24T00:00:00Z',
      complete: true,
      campaigns: [run],
    };
    const event = parseEvent(report);
    expect(event.ok && lotsNamed(event.value)).toEqual(['*']);
    const backwards = parseEvent({
      ...report,
      campaigns: [run, { ...run, endedAt: '2026-10-01T08:00:00Z' }],
    });
    expect(!backwards.ok && backwards.problems).toMatchObject([
      { code: 'ends-before-start', pointer: '/campaigns/1/endedAt' },
    ]);
  });

  it('counts the lots of the event that is corrected', () => {
    const target = parseEvent(RECEIVED);
    const correction = parseEvent({
      ...HEAD,
      type: 'Corrected',
      target: { eventId: HEAD.eventId, payload: 'b'.repeat(64) },
      reason: 'never came',
      replacement: null,
    });
    if (!target.ok || !correction.ok || correction.value.type !== 'Corrected')
      throw new Error('the fixtures must parse');
    expect(lotsNamed(correction.value, target.value)).toEqual(['kokbulak/2026-0017']);
    expect(withReplacement(target.value, correction.value)).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { changeBetween } from './change.js';
import { curesOf } from './cures.js';
import type { Finding, Outcome, Verdict } from './verdict.js';

const ENTRY = { facility: 'mine', index: 3, leaf: 'ab'.repeat(32) };

function finding(code: string, outcome: Finding['outcome'], more: Partial<Finding> = {}): Finding {
  return { rule: 'C06@1', outcome, code, facts: {}, entries: [], ...more };
}

function verdict(outcome: Outcome, findings: readonly Finding[]): Verdict {
  return {
    ...{ v: 1, lot: 'plant/1', policy: { id: 'WC-3', document: '00' }, question: {} },
    horizon: { size: 9, rootHash: '00', at: '2026-11-24T10:00:00.000Z' },
    ...{ outcome, scope: 'subject', judgedUnder: {}, findings, transitCountries: [] },
    stages: { mined: [], refinedIntoOxide: [], metalAndAlloy: [], sinteredAndMagnetized: [] },
    ...{ custodyModel: 'segregated', massBalance: [] },
  };
}

const ASK_FOR_ROUTE = { code: 'record-route', by: 'mine', what: 'record the countries of the route' };
const ASK_FOR_DATE = { code: 'delivery-date', by: 'asker', what: 'say when it is delivered' };
const ASK_FOR_OWNERS = { code: 'declare-ownership', by: 'acme', what: 'declare who holds acme' };

describe('curesOf', () => {
  it('names each missing thing once, facilities and organizations before the asker', () => {
    const route = finding('route-unknown', 'INSUFFICIENT', { cure: ASK_FOR_ROUTE });
    const gap = finding('custody-gap', 'INSUFFICIENT', { cure: ASK_FOR_ROUTE, entries: [ENTRY] });
    const date = finding('delivery-date-missing', 'INSUFFICIENT', { cure: ASK_FOR_DATE });
    const owners = finding('ownership-undeclared', 'INSUFFICIENT', { cure: ASK_FOR_OWNERS });
    const passed = finding('roots-accepted', 'PASS');
    expect(curesOf(verdict('INSUFFICIENT', [date, route, passed, gap, owners]))).toEqual({
      outcome: 'INSUFFICIENT',
      missing: [
        { ...ASK_FOR_OWNERS, findings: [owners] },
        { ...ASK_FOR_ROUTE, findings: [route, gap] },
        { ...ASK_FOR_DATE, findings: [date] },
      ],
      contradicted: [],
    });
  });

  it('does not offer evidence against what the evidence contradicts', () => {
    const against = finding('covered-country', 'FAIL', { cure: ASK_FOR_ROUTE });
    expect(curesOf(verdict('FAIL', [against]))).toEqual({
      ...{ outcome: 'FAIL', missing: [], contradicted: [against] },
    });
  });
});

describe('changeBetween', () => {
  it('says which findings went and which came, whatever their order', () => {
    const same = finding('roots-accepted', 'PASS', { facts: { a: '1', b: '2' } });
    const reordered = finding('roots-accepted', 'PASS', { facts: { b: '2', a: '1' } });
    const missing = finding('no-origin', 'INSUFFICIENT', { cure: ASK_FOR_ROUTE });
    const found = finding('rare-earths-reach-roots', 'PASS', { entries: [ENTRY] });
    const change = changeBetween(
      verdict('INSUFFICIENT', [same, missing]),
      verdict('PASS', [found, reordered]),
    );
    expect(change).toEqual({
      ...{ outcome: { from: 'INSUFFICIENT', to: 'PASS' }, gone: [missing], came: [found] },
    });
  });

  it('takes a finding that rests on other entries for another one', () => {
    const before = finding('weights-agree', 'PASS', { entries: [ENTRY] });
    const after = finding('weights-agree', 'PASS', { entries: [{ ...ENTRY, leaf: 'cd'.repeat(32) }] });
    expect(changeBetween(verdict('PASS', [before]), verdict('PASS', [after]))).toMatchObject({
      ...{ gone: [before], came: [after] },
    });
  });
});

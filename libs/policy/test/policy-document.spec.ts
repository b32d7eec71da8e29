import { describe, expect, it } from '@jest/globals';
import { parsePolicyDocument } from '../src/policy-document.js';
import { withValue, without, type Json } from './departures/paths.js';
import { shippedPolicy } from './scenario-evidence.js';

const shipped = shippedPolicy('WC-0').document as unknown as Json;

/** What is wrong with a shipped policy once something else stands at a path. */
const problemsWith = (path: string, value: Json) => problemsOf(withValue(shipped, path, value));

function problemsOf(document: Json) {
  const parsed = parsePolicyDocument(document);
  return parsed.ok ? [] : parsed.problems;
}

const codesWith = (path: string, value: Json) =>
  problemsWith(path, value).map(({ code, pointer }) => `${code} ${pointer}`);

describe('a policy document', () => {
  it('is taken as it is shipped', () => {
    expect(problemsOf(shipped)).toEqual([]);
  });

  it('is refused with every field that is not known, each by its own place', () => {
    const twice = withValue(withValue(shipped, 'parameters.colour', 'red'), 'parameters.shape/size', 'round');
    expect(problemsOf(twice)).toEqual([
      {
        code: 'unknown-field',
        pointer: '/parameters/colour',
        detail: 'the field "colour" is not known here',
      },
      {
        code: 'unknown-field',
        pointer: '/parameters/shape~1size',
        detail: 'the field "shape/size" is not known here',
      },
    ]);
  });

  it('is refused without a field that it needs', () => {
    const [problem, ...others] = problemsOf(without(shipped, 'parameters.coverageFactor'));
    expect(problem).toMatchObject({ code: 'missing-field', pointer: '/parameters/coverageFactor' });
    expect(problem?.detail).not.toBe('');
    expect(others).toEqual([]);
  });

  it('is refused with a number where a text belongs', () => {
    expect(codesWith('parameters.coverageFactor', 3)).toEqual(['wrong-type /parameters/coverageFactor']);
  });

  it('is refused with a word that is none of those to choose from', () => {
    expect(codesWith('parameters.defaultProfile', 'lenient')).toEqual([
      'not-in-list /parameters/defaultProfile',
    ]);
  });

  it('is refused with a number or a list beyond its limits', () => {
    expect(codesWith('parameters.custodyRung', 2)).toEqual([]);
    expect(codesWith('parameters.custodyRung', 3)).toEqual(['too-large /parameters/custodyRung']);
    expect(codesWith('parameters.custodyGapDays', 1)).toEqual([]);
    expect(codesWith('parameters.custodyGapDays', 0)).toEqual(['too-small /parameters/custodyGapDays']);
    expect(codesWith('rules', [])).toEqual(['too-small /rules']);
    expect(codesWith('title', 'a'.repeat(201))).toEqual(['too-large /title']);
  });

  it('is refused with a date that no calendar has, and with a country or a rule that is written otherwise', () => {
    expect(problemsWith('legalStatusDate', '2026-02-30')).toEqual([
      {
        code: 'bad-format',
        pointer: '/legalStatusDate',
        detail: 'not a calendar date YYYY-MM-DD that exists',
      },
    ]);
    expect(codesWith('parameters.coveredCountries.0.country', 'China')).toEqual([
      'bad-format /parameters/coveredCountries/0/country',
    ]);
    expect(codesWith('rules.0', 'C01')).toEqual(['bad-format /rules/0']);
    expect(codesWith('rules.0', 'R-TAX-PFE@1')).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  cosignerKey,
  formatCosignerKey,
  formatVerifierKey,
  parseTrustPolicy,
  verifierKey,
  type Ed25519PublicJwk,
} from '@lodemark/transparency';
import { chooseWitnesses } from './quorum.js';

/** Keys of RFC 8032, section 7.1. */
const KEYS = [
  '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw',
  '_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU',
].map((x): Ed25519PublicJwk => ({ kty: 'OKP', crv: 'Ed25519', x }));
const logKey = formatVerifierKey(verifierKey('n.example/root', KEYS[0]!));
const witness = (name: string, at: number) =>
  `witness ${name} ${formatCosignerKey(cosignerKey(`${name}.example`, KEYS[at]!))} https://${name}.example`;
const LISTED = `log ${logKey}\n${witness('buyer', 1)}\n${witness('union', 2)}\n`;
const PUBLISHED = `${LISTED}group both all buyer union\nquorum both\n`;

function chosen(published: string, quorum?: string) {
  const made = chooseWitnesses(published, { logKey, quorum });
  const policy = parseTrustPolicy(made.trustPolicy);
  if (!policy.ok) throw new Error('no trust policy');
  return { made, policy: policy.value };
}

describe('the witnesses of a trust file', () => {
  it('are those of the published policy, with its quorum', () => {
    const { made, policy } = chosen(PUBLISHED);
    expect([made.witnesses, made.quorum, made.trustPolicy]).toEqual([
      ...[['buyer', 'union'], '2 of 2 (both)', PUBLISHED],
    ]);
    expect(policy.quorum).toMatchObject({ name: 'both', threshold: 2 });
  });

  it.each([
    ['1', 1],
    ['any', 1],
    ['2', 2],
    ['all', 2],
  ])('are asked for as the auditor chooses: %s', (quorum, threshold) => {
    const { made, policy } = chosen(PUBLISHED, quorum);
    expect([policy.witnesses.map(({ name }) => name), made.quorum]).toEqual([
      ...[['buyer', 'union'], `${threshold} of 2`],
    ]);
    expect(policy.quorum).toMatchObject({ threshold, members: [{ name: 'buyer' }, { name: 'union' }] });
  });

  it('are none only where the auditor says so', () => {
    expect(chosen(PUBLISHED, 'none').made).toEqual({
      ...{ trustPolicy: `log ${logKey}\nquorum none\n`, witnesses: [], quorum: 'none' },
    });
    for (const published of [`log ${logKey}\nquorum none\n`, `${LISTED}quorum none\n`])
      expect(() => chosen(published)).toThrow('could show you one history');
  });

  it('are not more than there are, and no word for a number', () => {
    for (const quorum of ['3', '0', '01', 'most', ''])
      expect(() => chosen(PUBLISHED, quorum)).toThrow('no choice among');
    expect(() => chosen(`log ${logKey}\nquorum none\n`, 'all')).toThrow('no choice among');
  });

  it('are of the log that is asked about, whatever log the published policy names', () => {
    const other = PUBLISHED.replace(
      `log ${logKey}`,
      `log ${formatVerifierKey(verifierKey('o.example/root', KEYS[0]!))}`,
    );
    expect(chosen(other).made.trustPolicy).toBe(PUBLISHED);
  });
});

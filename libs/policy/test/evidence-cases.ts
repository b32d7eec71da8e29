import { fileURLToPath } from 'node:url';
import { loadScenario } from '../../../apps/standalone/src/scenario/load-scenario.js';
import type { Evidence, EvidenceEntry } from '../src/evidence.js';
import { judge } from '../src/judge.js';
import type { Policy } from '../src/policy-document.js';
import { ScenarioEvidence, shippedPolicy } from './scenario-evidence.js';
import type { ToldCase } from './told-case.js';

const GOLDEN = await loadScenario(
  fileURLToPath(new URL('../../../test/scenarios/golden-path.yaml', import.meta.url)),
);
const MAGNET = 'magnet-plant/MAG-0033';

/** The golden path, with one of its entries another than it was. */
class Golden {
  readonly told = new ScenarioEvidence(GOLDEN.startsAt, GOLDEN.steps);
  readonly evidence = this.told.evidence();

  with(event: string, change: (entry: EvidenceEntry) => EvidenceEntry): Evidence {
    const entry = this.told.named(event);
    const entries = this.evidence.entries.map((one) => (one === entry ? change(one) : one));
    return { ...this.evidence, entries };
  }

  and(event: string, change: (entry: EvidenceEntry, next: number) => EvidenceEntry): Evidence {
    const entry = this.told.named(event);
    const next = this.evidence.entries.filter(({ ref }) => ref.facility === entry.ref.facility).length;
    return { ...this.evidence, entries: [...this.evidence.entries, change(entry, next)] };
  }
}

/** The outcome, and by which checks and with which codes it is none of the better ones. */
function answer(evidence: Evidence, policy: Policy = shippedPolicy('WC-3'), lot = MAGNET): unknown {
  const { outcome, findings } = judge(evidence, policy, { lot, question: {} });
  const against = findings.filter((one) => one.outcome === 'FAIL' || one.outcome === 'INSUFFICIENT');
  return [outcome, ...new Set(against.map(({ rule, code }) => `${rule} ${code}`))];
}

function ruled(change: (rules: readonly string[]) => readonly string[]): Policy {
  const policy = shippedPolicy('WC-3');
  const document = { ...policy.document, rules: change(policy.document.rules) };
  return { ...policy, document } as Policy;
}

/** What is missing besides when nobody tells of the powder. */
const UNTOLD = [
  ...['C06@1 no-origin', 'C08@1 stage-missing', 'C09@1 no-origin', 'C22@1 party-not-screened'],
  'C32@1 not-measured',
];

const told = (name: string, found: () => unknown, expected: unknown): ToldCase => ({ name, found, expected });

export const EVIDENCE_CASES: readonly ToldCase[] = [
  told('passes as it is', () => answer(new Golden().evidence), ['PASS']),
  told(
    'does not count an entry whose signature does not verify',
    () => answer(new Golden().with('powder', (one) => ({ ...one, signatureValid: false }))),
    ['INSUFFICIENT', 'C01@1 signature-invalid', ...UNTOLD],
  ),
  told(
    'does not count an entry that saw another root log',
    () => answer(new Golden().with('powder', (one) => ({ ...one, seenRootMatches: false }))),
    ['INSUFFICIENT', 'C01@1 root-reference-wrong', ...UNTOLD],
  ),
  told(
    'does not count an attestation whose signature does not verify',
    () =>
      answer(
        new Golden().with('metal-import', (one) => ({
          ...one,
          attestations: one.attestations.map((voice) => ({ ...voice, signatureValid: false })),
        })),
      ),
    ['INSUFFICIENT', 'C29@1 border-grade-too-low'],
  ),
  told(
    'does not count an attestation about another dispatch',
    () =>
      answer(
        new Golden().with('metal-import', (one) => ({
          ...one,
          attestations: one.attestations.map((voice) => ({
            ...voice,
            attestation: { ...voice.attestation, dispatch: 'f'.repeat(64) } as never,
          })),
        })),
      ),
    ['INSUFFICIENT', 'C29@1 border-grade-too-low'],
  ),
  told(
    'counts the first entry under an eventId, and not one that repeats it',
    () =>
      answer(
        new Golden().and('powder', (one, next) => ({
          ...one,
          ref: { ...one.ref, index: next, leaf: 'e'.repeat(64) },
        })),
      ),
    ['INSUFFICIENT', 'C02@1 event-id-repeated'],
  ),
  told(
    'is the same in whatever order the entries come',
    () => {
      const { evidence } = new Golden();
      return answer({
        ...evidence,
        entries: [...evidence.entries].reverse(),
        root: [...evidence.root].reverse(),
      });
    },
    ['PASS'],
  ),
  told(
    'is in doubt when an entry that names the lot cannot be read',
    () => {
      const { evidence, told: golden } = new Golden();
      const { ref, covered } = golden.named('powder');
      const parked = [{ ref, lots: [MAGNET], reason: 'unknown type', covered }];
      return answer({ ...evidence, parked });
    },
    ['INSUFFICIENT', 'C02@1 entry-parked'],
  ),
  told(
    'cannot be judged by a rule that this software does not know',
    () =>
      answer(
        new Golden().evidence,
        ruled((rules) => [...rules, 'C99@1']),
      ),
    ['INSUFFICIENT', 'C99@1 unknown-rule'],
  ),
  told(
    'is judged by the seals as they were judged before, where a policy says so',
    () =>
      answer(
        new Golden().evidence,
        ruled((rules) => rules.map((one) => one.replace('C26@2', 'C26@1'))),
      ),
    ['PASS'],
  ),
  told(
    'does not pass for a form that the policy does not decide',
    () => answer(new Golden().evidence, shippedPolicy('DFARS-7052-phase2'), 'kokbulak/2026-0017'),
    ['INSUFFICIENT', 'C12@1 delivery-date-missing', 'C12@1 policy-not-applicable'],
  ),
];

import type { StatementOf } from '@lodemark/domain';
import {
  isTold,
  Lineage,
  RootFacts,
  sortEvidence,
  type Evidence,
  type Policy,
  type Told,
  type Verdict,
} from '@lodemark/policy';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';

/** A facility of the lineage, as the root log has it at the last thing that it says of the lineage. */
export interface CertifiedFacility {
  readonly facility: string;
  readonly name: string;
  readonly country: string;
  readonly organization: string;
  readonly organizationName: string;
  /** Direct holders declared for that day; empty when nothing is declared. */
  readonly holders: StatementOf<'OwnershipDeclared'>['holders'];
}

/** What a rule came to, with where it says so. */
export interface CertifiedRule {
  readonly rule: string;
  readonly outcomes: readonly string[];
  readonly codes: readonly string[];
  /** `facility index` of the entries that the findings point at. */
  readonly evidence: readonly string[];
}

/**
 * What a certificate says (domain.md 5.4). A function of evidence, policy and question: whoever holds the bundle works
 * it out again and compares every byte. Canonical JSON, so nothing may be `undefined`.
 */
export interface Certified {
  readonly v: 1;
  readonly lot: string;
  /** SHA-256 of the verdict's canonical bytes. */
  readonly verdict: string;
  readonly outcome: Verdict['outcome'];
  readonly scope: Verdict['scope'];
  readonly policy: Verdict['policy'] & { readonly legalStatusDate: string };
  readonly question: Verdict['question'];
  readonly judgedUnder: Verdict['judgedUnder'];
  readonly horizon: Verdict['horizon'];
  readonly material: {
    readonly form: string;
    readonly netMass: string;
    readonly assays: readonly string[];
  };
  readonly rules: readonly CertifiedRule[];
  readonly caveats: readonly string[];
  readonly exceptions: readonly string[];
  readonly stages: Verdict['stages'];
  readonly transitCountries: Verdict['transitCountries'];
  readonly custodyModel: string;
  readonly massBalance: Verdict['massBalance'];
  readonly facilities: readonly CertifiedFacility[];
}

export function verdictDigest(verdict: Verdict): string {
  return sha256Hex(canonicalBytes(verdict));
}

export function certify(evidence: Evidence, policy: Policy, verdict: Verdict): Certified {
  const facts = new RootFacts(evidence.root);
  const { told } = sortEvidence(evidence, facts);
  const lineage = new Lineage(told);
  const made = lineage.madeAs(verdict.lot);
  const net = made?.mass.net;
  return {
    v: 1,
    lot: verdict.lot,
    verdict: verdictDigest(verdict),
    outcome: verdict.outcome,
    scope: verdict.scope,
    policy: { ...verdict.policy, legalStatusDate: policy.document.legalStatusDate },
    question: verdict.question,
    judgedUnder: verdict.judgedUnder,
    horizon: verdict.horizon,
    material: {
      form: made?.form ?? 'unstated',
      netMass: net === undefined ? 'unstated' : `${net.value} ${net.unit}`,
      assays: assaysOf(told),
    },
    rules: rulesOf(verdict),
    caveats: codesOf(verdict, 'NOTE'),
    exceptions: codesOf(verdict, 'PASS_EXCEPTION'),
    stages: verdict.stages,
    transitCountries: verdict.transitCountries,
    custodyModel: verdict.custodyModel,
    massBalance: verdict.massBalance,
    facilities: facilitiesOf(evidence, told, facts),
  };
}

function rulesOf({ findings }: Verdict): readonly CertifiedRule[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.map((rule) => {
    const found = findings.filter((one) => one.rule === rule);
    return {
      rule,
      outcomes: sorted(found.map(({ outcome }) => outcome)),
      codes: sorted(found.map(({ code }) => code)),
      evidence: sorted(
        found.flatMap(({ entries }) => entries.map(({ facility, index }) => `${facility} ${String(index)}`)),
      ),
    };
  });
}

function codesOf({ findings }: Verdict, outcome: string): readonly string[] {
  return sorted(findings.filter((one) => one.outcome === outcome).map(({ rule, code }) => `${rule} ${code}`));
}

/** Numbers of the certificates that the compositions in the lineage rest on. */
function assaysOf(told: readonly Told[]): readonly string[] {
  return sorted(
    told.flatMap((one) => {
      if (isTold(one, 'Assayed')) return [one.event.certificate];
      return certificatesIn(one.event);
    }),
  );
}

function certificatesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(certificatesIn);
  return Object.entries(value).flatMap(([name, member]) => {
    if (name !== 'composition') return certificatesIn(member);
    const { certificate } = member as { readonly certificate?: unknown };
    return typeof certificate === 'string' ? [certificate] : [];
  });
}

function facilitiesOf(
  { horizon }: Evidence,
  told: readonly Told[],
  facts: RootFacts,
): readonly CertifiedFacility[] {
  const last = new Map<string, string>();
  for (const { event } of told) {
    const before = last.get(event.facility);
    if (before === undefined || Date.parse(before) < Date.parse(event.occurredAt)) {
      last.set(event.facility, event.occurredAt);
    }
  }
  const receivers = told.flatMap((one) => (isTold(one, 'Dispatched') ? [one.event.to] : []));
  return sorted([...receivers, ...last.keys()]).flatMap((facility) => {
    const at = last.get(facility) ?? horizon.at;
    const record = facts.facility(facility, at);
    if (record === undefined) return [];
    const day = new Date(at).toISOString().slice(0, 10);
    const holders = facts.ownership(record.organization, day)?.statement.holders ?? [];
    return [
      {
        ...{ facility, name: record.name, country: record.country, organization: record.organization },
        organizationName: facts.organization(record.organization)?.legalName ?? record.organization,
        holders,
      },
    ];
  });
}

function sorted(texts: Iterable<string>): readonly string[] {
  return [...new Set(texts)].sort();
}

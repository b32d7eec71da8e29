import { Network } from '@lodemark/domain';
import { systemClock } from '@lodemark/platform';
import { parsePolicyDocument } from '@lodemark/policy';
import { canonicalBytes, readCanonicalJson, sha256Hex } from '@lodemark/transparency';
import { provenancePool } from '../../apps/provenance/src/database/pool.js';
import { Closure } from '../../apps/provenance/src/evidence/closure.js';
import { EvidenceOfLot } from '../../apps/provenance/src/evidence/evidence-of-lot.js';
import { RootStatements } from '../../apps/provenance/src/evidence/root-statements.js';
import { StoredEntries } from '../../apps/provenance/src/evidence/stored-entries.js';
import { Horizons } from '../../apps/provenance/src/horizon/horizons.js';
import { findPolicy } from '../../apps/provenance/src/policies/published-policies.js';
import { VerdictStore } from '../../apps/provenance/src/verdicts/verdict-store.js';
import { Case } from '../../libs/policy/src/case.js';
import { judge } from '../../libs/policy/src/judge.js';
import { RULES } from '../../libs/policy/src/rules/registry.js';
import { disclosureStages, lineageBalance } from '../../libs/policy/src/tables.js';
import { median, say } from './figures.js';
import type { VerdictAsker } from './verdict-asker.js';
import type { VerdictNetwork } from './verdict-network.js';

type Spent = ReadonlyMap<string, readonly number[]>;

/**
 * Where the time of a verdict goes: the very parts of the service, run here one by one on its database, each lot for
 * the first time. `lots` that nobody asked here before; the first half of them warms the process up.
 */
export async function stagesOf(
  network: VerdictNetwork,
  asker: VerdictAsker,
  lots: readonly string[],
): Promise<Spent> {
  const pool = provenancePool(network.provenance.database.adminUrl);
  const spent = new Map<string, number[]>();
  const during = async <T>(stage: string, work: () => T | Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    spent.set(stage, [...(spent.get(stage) ?? []), performance.now() - begun]);
    return result;
  };
  const names = new Network('demo.lodemark.example');
  const size = await network.latestHorizon();
  const rootCheckpoints = { usableSizes: () => Promise.resolve([size]) } as never;
  const horizons = new Horizons({ pool, clock: systemClock, rootOrigin: names.rootOrigin, rootCheckpoints });
  const [root, closure, stored] = [
    new RootStatements(pool, names),
    new Closure(pool, names),
    new StoredEntries(pool, names),
  ];
  const evidences = new EvidenceOfLot(closure, stored, root);
  const store = new VerdictStore(pool);
  try {
    const policy = await policyOf(pool, findPolicy(await root.at(await horizons.latest()), 'WC-3').document);
    for (const lot of lots) {
      await during('HTTP alone', () => asker.nothing());
      const horizon = await during('horizon', () => horizons.latest());
      const { naming } = await during('evidence: lineage query', () => closure.upstream(horizon, lot));
      await during('evidence: entries, once read', () => stored.at(horizon, naming));
      const evidence = await evidences.at(horizon, lot);
      const asked = { lot, question: {} };
      const known = await during('graph, traces, hand-overs', () => new Case(evidence, policy, asked));
      for (const name of policy.document.rules) await during(`rule ${name}`, () => RULES.get(name)?.(known));
      await during('tables of the verdict', () => [disclosureStages(known), lineageBalance(known)]);
      const verdict = judge(evidence, policy, asked);
      const bytes = await during('canonical bytes, digest', () => sha256Hex(canonicalBytes(verdict)));
      await during('JSON of the answer', () => JSON.stringify({ id: bytes, verdict }));
      await during('verdict and question kept', () =>
        store.keep(verdict, { askedBy: 'bench', askedAt: new Date() }),
      );
    }
    return new Map([...spent].map(([stage, times]) => [stage, times.slice(times.length >> 1)]));
  } finally {
    await pool.end();
  }
}

async function policyOf(pool: ReturnType<typeof provenancePool>, digest: string) {
  const { rows } = await pool.query<{ bytes: Buffer }>(
    'SELECT bytes FROM policy_document WHERE digest = $1',
    [digest],
  );
  const json = readCanonicalJson(rows[0]?.bytes ?? new Uint8Array());
  const document = json.ok ? parsePolicyDocument(json.value) : json;
  if (!document.ok) throw new Error(`the policy ${digest} is not at hand`);
  return { document: document.value, digest };
}

const CHEAP_MS = 0.2;

/** Medians in microseconds; rules that cost next to nothing together. */
export function saySpent(spent: Spent): void {
  const medians = [...spent].map(([stage, times]) => [stage, median(times)] as const);
  const cheap = medians.filter(([stage, ms]) => stage.startsWith('rule') && ms < CHEAP_MS);
  const told = medians.filter((one) => !cheap.includes(one));
  const others = cheap.reduce((sum, [, ms]) => sum + ms, 0);
  say('where the time goes, microseconds (median):');
  for (const [stage, ms] of [...told, [`${String(cheap.length)} other rules`, others] as const])
    say(`  ${stage.padEnd(32)} ${(1_000 * ms).toFixed(0).padStart(8)}`);
}

import { audit, ledgerPool } from '@lodemark/ledger';
import { nodeSignatures } from '@lodemark/platform';
import { isAdmissible } from '@lodemark/transparency';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import type { Finding } from './finding.js';
import type { LogContent } from './log-content.js';
import { readRootStatements } from './root-statements.js';

/** The ledger's own audit of every facility log: tiles, lot states, each decision again, each event's signature. */
export async function auditLogs(network: NetworkUnderTest, root: LogContent): Promise<readonly Finding[]> {
  const { eventKeys } = readRootStatements(root);
  const checker = nodeSignatures(isAdmissible);
  const keyOf = (kid: string) => Promise.resolve(eventKeys.get(kid));
  const findings: Finding[] = [];
  for (const facility of FACILITIES) {
    const database = network.databaseOf(`custody-${facility}`);
    const pool = ledgerPool({ connectionString: network.postgres.urlOf(database), max: 1 });
    try {
      const found = await audit(pool, network.originOf(facility), { signatures: { checker, keyOf } });
      for (const { code, index, detail } of found)
        findings.push({ code: 'audit', where: `${facility}/${String(index)}`, detail: `${code}: ${detail}` });
    } finally {
      await pool.end();
    }
  }
  return findings;
}

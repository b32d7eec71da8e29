import { nodeSignatures } from '@lodemark/platform';
import { isAdmissible, verifyReceipt, type PublicJwk } from '@lodemark/transparency';
import type { History } from '../history.js';
import type { Finding } from './finding.js';

/** Every receipt is signed by the log's key and says in its signature what it says beside it. */
export async function checkReceiptSignatures(
  history: History,
  keys: ReadonlyMap<string, PublicJwk>,
): Promise<Finding[]> {
  const checker = nodeSignatures(isAdmissible);
  const findings: Finding[] = [];
  for (const { op, facility, receipts } of history.operations.values()) {
    const key = keys.get(facility);
    for (const { receipt, signed } of receipts) {
      const verified = key && (await verifyReceipt(signed, key, checker));
      if (verified?.ok === true && isSame(verified.value, receipt)) continue;
      findings.push({
        code: 'bad-signature',
        where: `operation ${op} at ${facility}`,
        detail: 'its receipt',
      });
    }
  }
  return findings;
}

function isSame(one: object, other: object): boolean {
  const sorted = (value: object) =>
    JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

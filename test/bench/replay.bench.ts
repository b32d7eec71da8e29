// Provenance, as it is deployed, applies a log from its first entry on with all signatures checked, against bare Ed25519
// verification of the same entries on one core.
// npm run bench -- replay [--entries 100000]
import { createPublicKey, verify } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ledgerPool, LedgerReader } from '@lodemark/ledger';
import { decodeFacilityLogEntry, parseJws } from '@lodemark/transparency';
import { conclude, perSecond, say } from './figures.js';
import { FilledNetwork } from './filled-network.js';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '100000' } } });
const size = Number(values.entries);

interface Signed {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

async function signaturesOf(network: FilledNetwork): Promise<readonly Signed[]> {
  const pool = ledgerPool({ connectionString: network.custody.database.serviceUrl, max: 1 });
  const reader = new LedgerReader({ pool });
  const signed: Signed[] = [];
  for (let next = 0; ;) {
    const page = await reader.entries(network.origin, next, 1_000);
    if (page.length === 0) break;
    next += page.length;
    for (const { data } of page) {
      const entry = decodeFacilityLogEntry(data);
      if (!entry.ok) throw new Error('an entry of the log cannot be read');
      if (entry.value.kind === 'heads') continue;
      const jws = parseJws(entry.value.jws, 'lodemark-event+jws');
      if (!jws.ok) throw new Error('the event of an entry cannot be read');
      signed.push({ message: jws.value.signingInput, signature: jws.value.signature });
    }
  }
  await pool.end();
  return signed;
}

function verifyAll(signed: readonly Signed[], network: FilledNetwork): Promise<void> {
  const key = createPublicKey({ key: { ...network.key.jwk }, format: 'jwk' });
  for (const { message, signature } of signed)
    if (!verify(null, message, key, signature)) throw new Error('a signature does not hold');
  return Promise.resolve();
}

const network = await FilledNetwork.start();
try {
  const filling = await perSecond(size, () => network.fillTo(size));
  say(`filled the log with ${size} entries, ${filling.toFixed(0)} entries/s`);
  const signed = await signaturesOf(network);
  const half = Math.floor(size / 2);
  const before = await perSecond(half, () => verifyAll(signed.slice(0, half), network));
  const databases = [network.site.registry, network.custody].map(({ database }) => database.serviceUrl);
  const provenance = await network.site.addProvenance({ PROVENANCE_LOG_DATABASES: databases.join(',') });
  await provenance.serve();
  const ours = (1_000 * size) / (await network.timeToHold(provenance));
  await provenance.stop();
  const after = await perSecond(size - half, () => verifyAll(signed.slice(half), network));
  say(`verification alone: ${before.toFixed(0)} entries/s before, ${after.toFixed(0)} after`);
  conclude({
    name: 'replay',
    ours,
    baseline: (before + after) / 2,
    unit: 'entries/s',
    wanted: '>= 0.7',
  });
} finally {
  await network.stop();
}

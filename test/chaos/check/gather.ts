import { randomBytes } from 'node:crypto';
import { inTransaction } from '@lodemark/ledger';
import { parseVerifierKey } from '@lodemark/transparency';
import { digestReadModel } from '../../../apps/provenance/src/ingest/read-model-digest.js';
import { maintenancePool } from '../../../apps/provenance/src/database/pool.js';
import { runService } from '../../../apps/standalone/src/cluster/supervised.js';
import { callOk, member } from '../../../apps/standalone/src/scenario/api.js';
import { provisionService } from '../../../apps/standalone/src/service-database.js';
import { BuiltService } from '../../support/built-service.js';
import { HistoryBuilder } from '../history.js';
import { journalLines } from '../journal.js';
import { FACILITIES, type NetworkUnderTest } from '../network/network-under-test.js';
import { within } from '../within.js';
import type { Evidence } from './check.js';
import type { Digests } from './check-digests.js';
import type { LogContent, SeenCheckpoint } from './log-content.js';
import { readStoredLog } from './read-logs.js';

const CATCH_UP_MS = 300_000;

/** Reads all that a settled network holds, as far as it can past the services themselves. */
export async function gather(
  network: NetworkUnderTest,
  journal: string,
  rootKeyText: string,
): Promise<Omit<Evidence, 'topics'>> {
  const rootKey = parseVerifierKey(rootKeyText);
  if (!rootKey.ok) throw new Error('the registry pinned no verifier key');
  const checkpoints: SeenCheckpoint[] = [];
  const read = async (service: string, origin: string): Promise<LogContent> => {
    const found = await readStoredLog(network.postgres.urlOf(network.databaseOf(service)), origin);
    checkpoints.push(...found.checkpoints);
    return found.log;
  };
  const root = await read('registry', network.rootOrigin);
  const logs = new Map<string, LogContent>();
  for (const facility of FACILITIES)
    logs.set(facility, await read(`custody-${facility}`, network.originOf(facility)));
  const history = new HistoryBuilder();
  for await (const line of journalLines(journal)) history.add(line);
  const digests = await digestsOf(network, [root, ...logs.values()]);
  return { history, logs, root, rootKey: rootKey.value, checkpoints, digests };
}

async function digestsOf(network: NetworkUnderTest, logs: readonly LogContent[]): Promise<Digests> {
  const own = network.postgres.urlOf(network.databaseOf('provenance'));
  await heldAll(network, network.databaseOf('provenance'), logs);
  const lived = await digestOf(own);
  const fresh = await freshDigest(network, logs);
  return { lived, rebuilt: await rebuiltDigest(network), fresh };
}

async function digestOf(url: string): Promise<string> {
  const pool = maintenancePool(url);
  try {
    return await inTransaction(pool, digestReadModel, 'REPEATABLE READ READ ONLY');
  } finally {
    await pool.end();
  }
}

/** Waits until a read model has applied all of the logs. */
async function heldAll(
  { postgres }: NetworkUnderTest,
  database: string,
  logs: readonly LogContent[],
): Promise<void> {
  const wanted = sizes(logs.map(({ origin, entries }) => ({ origin, next: entries.length })));
  let held = '';
  const isThere = await within(CATCH_UP_MS, async () => {
    const text = 'SELECT origin, next FROM provenance.log';
    held = sizes(await postgres.query<{ origin: string; next: string }>(database, text));
    return held === wanted;
  });
  if (!isThere) throw new Error(`${database} holds ${held}, the logs are ${wanted}`);
}

function sizes(logs: readonly { readonly origin: string; readonly next: string | number }[]): string {
  const lines = logs.map(({ origin, next }) => `${origin}:${next}`);
  return lines.toSorted((one, other) => (one < other ? -1 : 1)).join(' ');
}

/** Another provenance, on an empty database and without Kafka, reads the logs from their beginning. */
async function freshDigest(network: NetworkUnderTest, logs: readonly LogContent[]): Promise<string> {
  const { adminUrl } = network.postgres;
  const prefix = 'chaos_fresh';
  const access = await provisionService({ adminUrl, prefix, secret: randomBytes(32) }, 'provenance');
  const known = Object.entries(network.service('provenance').environment);
  const settings = {
    ...Object.fromEntries(known.filter(([name]) => !name.startsWith('KAFKA_'))),
    PROVENANCE_DATABASE_URL: access.serviceUrl,
    PROVENANCE_OWNER_URL: access.ownerUrl,
    PROVENANCE_SERVICE_ROLE: access.serviceRole,
    PROVENANCE_PORT: '0',
  };
  await runService('provenance', 'migrate', settings);
  const service = await BuiltService.serve('provenance', settings);
  try {
    await heldAll(network, access.serviceRole, logs);
  } finally {
    await service.stop();
  }
  return digestOf(network.postgres.urlOf(access.serviceRole));
}

async function rebuiltDigest({ cluster }: NetworkUnderTest): Promise<string> {
  const token = await cluster.token('chaos', [{ role: 'administrator' }]);
  const url = `${cluster.provenanceUrl}/v1/rebuilds`;
  const begun = await callOk(url, { method: 'POST', token, body: { source: 'logs' } });
  const id = String(member(begun, 'id'));
  let run: unknown = begun;
  const isEnded = await within(CATCH_UP_MS, async () => {
    run = await callOk(`${url}/${id}`, { token });
    return member(run, 'state') !== 'running';
  });
  if (!isEnded || member(run, 'state') !== 'done')
    throw new Error(`the rebuild was not done: ${JSON.stringify(run)}`);
  return String(member(member(run, 'rebuilt'), 'after'));
}

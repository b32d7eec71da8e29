import type { Backfill, FeedEntry } from '@lodemark/feed';
import { inTransaction, type LedgerReader } from '@lodemark/ledger';
import { createLogger, nodeSignatures, type Caller } from '@lodemark/platform';
import { judge } from '@lodemark/policy';
import {
  canonicalize,
  isAdmissible,
  parseVerifierKey,
  signCheckpoint,
  WHOLE_FACILITY,
} from '@lodemark/transparency';
import pg from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Visibility } from '../../src/access/visibility.js';
import { balanceOf } from '../../src/balance/balance-view.js';
import { migrateProvenance } from '../../src/database/migrate.js';
import { provenancePool } from '../../src/database/pool.js';
import { Closure } from '../../src/evidence/closure.js';
import { Dossiers } from '../../src/evidence/dossier.js';
import { EvidenceOfLot } from '../../src/evidence/evidence-of-lot.js';
import { RootStatements } from '../../src/evidence/root-statements.js';
import { StoredEntries } from '../../src/evidence/stored-entries.js';
import type { FilledHorizon } from '../../src/horizon/horizon.js';
import { Horizons } from '../../src/horizon/horizons.js';
import { InboundDispatches } from '../../src/inbound/inbound-dispatches.js';
import { Alarms } from '../../src/ingest/alarms.js';
import { LogIngest } from '../../src/ingest/log-ingest.js';
import { digestReadModel } from '../../src/ingest/read-model-digest.js';
import { RootCheckpoints } from '../../src/ingest/root-checkpoints.js';
import { SignedCheckpoints } from '../../src/ingest/signed-checkpoints.js';
import { undoEntries } from '../../src/ingest/undo-entries.js';
import { lineageView } from '../../src/lineage/lineage-view.js';
import { LotIndex } from '../../src/lots/lot-index.js';
import { entriesOf, parkedOf, summaryOf } from '../../src/lots/lot-view.js';
import { PolicyDocuments } from '../../src/policies/policy-documents.js';
import { Rejudgements } from '../../src/rejudging/rejudgements.js';
import { Rejudging } from '../../src/rejudging/rejudging.js';
import { Judging, type JudgingPorts } from '../../src/verdicts/judging.js';
import { VerdictStore } from '../../src/verdicts/verdict-store.js';
import { timelineOf } from '../../src/timeline/timeline-view.js';
import { Rational } from '@lodemark/domain';
import type { Policy, Question } from '@lodemark/policy';
import type { World } from './world.js';

const EVERYBODY: Caller = { subject: 'test', roles: [{ role: 'administrator' }] };
const LOTS = 500;

/** All entries of every log of a world, in log order. */
export async function allEntries({
  registry,
  custody,
}: World): Promise<ReadonlyMap<string, readonly FeedEntry[]>> {
  const logs = new Map<string, readonly FeedEntry[]>();
  for (const reader of [registry.reader, custody.reader]) {
    for (const origin of await reader.origins()) logs.set(origin, await entriesOfLog(reader, origin));
  }
  return logs;
}

async function entriesOfLog(reader: LedgerReader, origin: string): Promise<readonly FeedEntry[]> {
  const entries: FeedEntry[] = [];
  for (let page = await reader.entries(origin, 0, 1_000); page.length > 0;) {
    entries.push(...page.map(({ index, leaf, data }) => ({ origin, index, leafHash: leaf, bytes: data })));
    page = await reader.entries(origin, entries.length, 1_000);
  }
  return entries;
}

/** What a verdict is asked for, beside the horizon. */
export interface Asked {
  readonly lot: string;
  readonly policy: Policy;
  readonly question: Question;
}

/** Gives verdicts, as canonical JSON. */
export interface AskedProcess {
  horizon(size: number): Promise<FilledHorizon>;
  verdict(horizon: FilledHorizon, asked: Asked): Promise<string>;
}

/** A read model that a test feeds itself, entry by entry, and asks directly. */
export class FedReadModel {
  private note: string | undefined;
  private readonly ingests = new Map<string, LogIngest>();

  private constructor(
    private readonly world: World,
    readonly database: TestDatabase,
    readonly pool: pg.Pool,
    private readonly admin: pg.Client,
  ) {}

  static async open(world: World): Promise<FedReadModel> {
    const database = await createDatabase('prov_fed');
    await migrateProvenance({ ownerUrl: database.ownerUrl, serviceRole: database.serviceRole });
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    return new FedReadModel(world, database, provenancePool(database.serviceUrl), admin);
  }

  /** As it was before the first entry. */
  async empty(): Promise<void> {
    const { rows } = await this.admin.query<{ name: string }>(
      `SELECT format('provenance.%I', relname) AS name FROM pg_class
       WHERE relnamespace = 'provenance'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
         AND relname <> 'migration'`,
    );
    await this.admin.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`);
    this.ingests.clear();
  }

  async apply(batch: readonly FeedEntry[]): Promise<void> {
    const [first] = batch;
    if (first !== undefined) await this.ingestOf(first.origin).apply(batch);
  }

  /** Takes back the entries of a log from an index on. */
  async undo(origin: string, from: number): Promise<void> {
    const { registry, clock } = this.world;
    const kind = origin === registry.network.rootOrigin ? 'root' : 'facility';
    await inTransaction(this.pool, (client) =>
      undoEntries(client, { origin, kind }, { size: from, at: clock.now(), reason: 'the test says so' }),
    );
  }

  /** The registry publishes the root checkpoint of this size, of its own log or of another that was fed here. */
  async publish(size: number, ofHeld = false): Promise<void> {
    const { registry } = this.world;
    const origin = registry.network.rootOrigin;
    const root = ofHeld ? await this.heldRoot(origin, size) : await registry.reader.rootAt(origin, size);
    this.note = await signCheckpoint({ origin, size, root }, registry.logSigner);
    await this.reading().rootCheckpoints.refresh();
  }

  private async heldRoot(origin: string, size: number): Promise<string> {
    const { rows } = await this.pool.query<{ tree_root: Buffer }>(
      `SELECT tree_root FROM entry WHERE origin = $1 AND idx = $2`,
      [origin, size - 1],
    );
    return rows[0]!.tree_root.toString('hex');
  }

  digest(): Promise<string> {
    return inTransaction(this.pool, digestReadModel, 'REPEATABLE READ READ ONLY');
  }

  private ingestOf(origin: string): LogIngest {
    const known = this.ingests.get(origin);
    if (known !== undefined) return known;
    const { registry, clock } = this.world;
    const { pool, checkpoints, alarms, backfill, checker } = this.parts();
    const ingest = new LogIngest(origin, {
      ...{ pool, clock, checker, backfill, checkpoints, alarms },
      network: registry.network,
      genesis: registry.genesis,
      onApplied: () => undefined,
      onFork: () => undefined,
    });
    this.ingests.set(origin, ingest);
    return ingest;
  }

  private parts() {
    const { registry, clock } = this.world;
    const { pool } = this;
    const key = parseVerifierKey(registry.logKey);
    if (!key.ok) throw new Error('no verifier key');
    const checker = nodeSignatures(isAdmissible);
    const backfill: Backfill = {
      fetch: () => Promise.resolve([]),
      checkpoint: () => Promise.resolve(this.note),
    };
    const logger = createLogger({ service: 'fed', level: 'fatal' });
    const alarms = new Alarms({ pool, clock, logger });
    const { network } = registry;
    const checkpoints = new SignedCheckpoints({ pool, network, checker, backfill, rootLogKey: key.value });
    return { pool, checker, backfill, alarms, checkpoints };
  }

  private reading() {
    const { pool } = this;
    const { network } = this.world.registry;
    const { checkpoints, alarms } = this.parts();
    const rootOrigin = network.rootOrigin;
    const rootCheckpoints = new RootCheckpoints({ pool, rootOrigin, checkpoints, alarms });
    const horizons = new Horizons({ pool, clock: this.world.clock, rootOrigin, rootCheckpoints });
    const root = new RootStatements(pool, network);
    const closure = new Closure(pool, network);
    const stored = new StoredEntries(pool, network);
    const dossiers = new Dossiers(closure, stored, root);
    return {
      ...{ rootCheckpoints, horizons, root, closure, dossiers },
      evidence: new EvidenceOfLot(closure, stored, root),
      index: new LotIndex(pool, network),
      inbound: new InboundDispatches(pool, network, stored, dossiers),
    };
  }

  /** A process to ask, which keeps what it read; a new one has read nothing. */
  asked(): AskedProcess {
    const { horizons, evidence } = this.reading();
    return {
      horizon: (size) => horizons.at(size),
      verdict: async (horizon, { lot, policy, question }) =>
        canonicalize(judge(await evidence.at(horizon, lot), policy, { lot, question })),
    };
  }

  /** What re-judges, and the parts that it works with, under documents of the world's registry. */
  rejudging(apart?: JudgingPorts['apart']) {
    const { pool } = this;
    const { registry, clock } = this.world;
    const { horizons, evidence, root } = this.reading();
    const documents = new PolicyDocuments(pool, (digest) => Promise.resolve(registry.policies.get(digest)));
    const judging = new Judging({ horizons, evidence, root, documents, defaultPolicy: 'WC-3', apart });
    const store = new VerdictStore(pool);
    const logger = createLogger({ service: 'fed', level: 'fatal' });
    const { network } = registry;
    const ports = { pool, network, clock, logger, horizons, root, evidence, judging, store };
    const rejudging = new Rejudging(ports);
    return { rejudging, rejudgements: new Rejudgements(pool), judging, store, evidence, documents };
  }

  /** Every lot that an entry names which is held here, whether it counts or not. */
  async lots(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ lot: string }>(
      `SELECT DISTINCT lot FROM entry_lot WHERE lot <> $1 ORDER BY lot`,
      [WHOLE_FACILITY],
    );
    return rows.map(({ lot }) => lot);
  }

  /** Everything that is answered at a horizon about some lots and facilities, as text. */
  async answers(
    size: number,
    {
      pick,
      facilities,
      policy,
    }: {
      pick: (lots: readonly string[]) => readonly string[];
      facilities: readonly string[];
      policy: Policy;
    },
  ): Promise<string> {
    const { horizons, closure, dossiers, evidence, index, inbound, root } = this.reading();
    const horizon = await horizons.at(size);
    const visibility = new Visibility(EVERYBODY, this.world.clock.now());
    const lots = await index.find(horizon, { terms: {}, limit: LOTS }, visibility);
    const answers: unknown[] = [
      [...horizon.counted],
      horizon.rootHash,
      horizon.at,
      lots,
      await root.at(horizon),
    ];
    for (const lot of pick(lots)) {
      const dossier = await dossiers.ofLots(horizon, [lot], visibility);
      answers.push(summaryOf(dossier, lot), entriesOf(dossier), timelineOf(dossier, lot));
      answers.push((await evidence.doubts(horizon, lot)).map(parkedOf));
      for (const direction of ['up', 'down'] as const) {
        const reached = await closure.lots(horizon, lot, { direction });
        const lineage = await dossiers.ofLots(
          horizon,
          reached.map((one) => one.lot),
          visibility,
        );
        answers.push(lineageView(lineage, reached, { lot, direction, depth: 50 }));
        for (const producer of reached.flatMap((one) => lineage.lineage.producersOf(one.lot))) {
          if (producer.kind === 'process')
            answers.push(balanceOf(lineage, producer.process, Rational.fromInteger(2)));
        }
      }
      const asked = { lot, question: { deliveryDate: '2027-02-15' } };
      answers.push(canonicalize(judge(await evidence.at(horizon, lot), policy, asked)));
    }
    for (const facility of facilities) answers.push(await inbound.of(horizon, facility, visibility));
    return JSON.stringify(answers, null, 1);
  }

  /** Which logs keep the horizon from being answered at. */
  async missing(size: number): Promise<readonly string[]> {
    return (await this.reading().horizons.missing(size)).map(({ origin }) => origin);
  }

  async latest(): Promise<number> {
    return (await this.reading().horizons.latest()).size;
  }

  /** The same, when something arrives just before the published checkpoints are looked up. */
  async latestWhile(arriving: () => Promise<void>): Promise<number> {
    const { rootCheckpoints } = this.reading();
    const horizons = new Horizons({
      ...{ pool: this.pool, clock: this.world.clock, rootOrigin: this.world.registry.network.rootOrigin },
      rootCheckpoints: {
        usableSizes: async (limit) => {
          await arriving();
          return rootCheckpoints.usableSizes(limit);
        },
      },
    });
    return (await horizons.latest()).size;
  }

  async close(): Promise<void> {
    await this.admin.end();
    await this.pool.end();
    await this.database.drop();
  }
}

import { Network } from '@lodemark/domain';
import { LedgerReader, RootLog, type EntryReference } from '@lodemark/ledger';
import { sha256Hex, toUtf8, type StatusChange } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../ports.js';
import { toCount, type Queryable } from '../register/queryable.js';
import { RootSigning } from '../rounds/root-signing.js';

/** What the root log names by its digest. */
export type DocumentKind = 'certificate' | 'status';

/** A document and where the root log names it. */
export interface DocumentOnRecord extends EntryReference {
  readonly kind: DocumentKind;
  /** SHA-256 of its bytes, lowercase hex. */
  readonly digest: string;
}

/** A document that comes in, judged. */
export interface AuthenticDocument {
  readonly kind: DocumentKind;
  readonly text: string;
  /** Of a status list: what it changes and why, which its entry carries too. */
  readonly changes: readonly StatusChange[];
}

type Stored = Omit<DocumentOnRecord, 'leaf'>;

/** Certificates and status lists: kept under their digests, which the root log holds. */
@Injectable()
export class CertifiedDocuments {
  constructor(
    @Inject(DATABASE) private readonly database: Queryable,
    private readonly rootLog: RootLog,
    private readonly reader: LedgerReader,
    private readonly network: Network,
    private readonly signing: RootSigning,
  ) {}

  /** Keeps it and appends its entry, in one transaction; the same document again has the first one's place. */
  async record({ kind, text, changes }: AuthenticDocument): Promise<DocumentOnRecord> {
    this.signing.requireSound();
    const digest = sha256Hex(toUtf8(text));
    let stored = await this.stored(this.database, digest);
    if (stored === undefined) {
      await this.rootLog.append(async (context) => {
        // Somebody may have handed it in meanwhile.
        stored = await this.stored(context.client, digest);
        if (stored !== undefined) return [];
        const { client, head, recordedAt } = context;
        stored = { kind, digest, index: head.size, recordedAt };
        await writeDocument(client, stored, toUtf8(text));
        const named = { v: 1, recordedAt, digest } as const;
        const said = changes.length === 0 ? {} : { changes };
        return [{ entry: kind === 'status' ? { ...named, ...said, kind } : { ...named, kind } }];
      });
    }
    if (stored === undefined) throw new Error(`the ${kind} ${digest} was not recorded`);
    return this.onRecord(stored);
  }

  /** Keeps a document that the root log names already and that was lost; undefined when it is none of these. */
  async giveBack(kind: DocumentKind, bytes: Uint8Array): Promise<DocumentOnRecord | undefined> {
    const lacking = await findLacking(this.database, kind, sha256Hex(bytes));
    if (lacking === undefined) return undefined;
    await writeDocument(this.database, lacking, bytes);
    return this.onRecord(lacking);
  }

  /** Digests of documents that the root log names and that were lost with a database, in log order. */
  async lacking(limit: number): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ digest: Buffer }>(
      `SELECT digest FROM registry.lacking_document l
       WHERE NOT EXISTS (SELECT FROM registry.certified_document d WHERE d.digest = l.digest)
       ORDER BY root_index LIMIT $1`,
      [limit],
    );
    return rows.map(({ digest }) => digest.toString('hex'));
  }

  /** The document's text. */
  async find(kind: DocumentKind, digest: string): Promise<string | undefined> {
    return (await this.bytes(digest, [kind]))?.toString('utf8');
  }

  async bytes(
    digest: string,
    kinds: readonly DocumentKind[] = ['certificate', 'status'],
  ): Promise<Buffer | undefined> {
    const { rows } = await this.database.query<{ bytes: Buffer }>(
      `SELECT bytes FROM registry.certified_document WHERE digest = $1 AND kind = ANY ($2)`,
      [Buffer.from(digest, 'hex'), kinds],
    );
    return rows[0]?.bytes;
  }

  private async onRecord(stored: Stored): Promise<DocumentOnRecord> {
    const entry = await this.reader.entry(this.network.rootOrigin, stored.index);
    if (entry === undefined) throw new Error(`the ${stored.kind} ${stored.digest} has no entry`);
    return { ...stored, leaf: entry.leaf };
  }

  private async stored(database: Queryable, digest: string): Promise<Stored | undefined> {
    const { rows } = await database.query<PlaceRow>(
      `SELECT kind, root_index, recorded_at FROM registry.certified_document WHERE digest = $1`,
      [Buffer.from(digest, 'hex')],
    );
    return rows[0] && storedAs(digest, rows[0]);
  }
}

interface PlaceRow {
  kind: DocumentKind;
  root_index: string;
  recorded_at: Date;
}

function storedAs(digest: string, row: PlaceRow): Stored {
  const index = toCount(row.root_index);
  return { kind: row.kind, digest, index, recordedAt: row.recorded_at.toISOString() };
}

async function findLacking(
  database: Queryable,
  kind: DocumentKind,
  digest: string,
): Promise<Stored | undefined> {
  const { rows } = await database.query<PlaceRow>(
    `SELECT kind, root_index, recorded_at FROM registry.lacking_document l WHERE digest = $1 AND kind = $2
     AND NOT EXISTS (SELECT FROM registry.certified_document d WHERE d.digest = l.digest)`,
    [Buffer.from(digest, 'hex'), kind],
  );
  return rows[0] && storedAs(digest, rows[0]);
}

/** Keeps a document under its place; two that give the same one back at once keep it once. */
export async function writeDocument(
  database: Queryable,
  { kind, digest, index, recordedAt }: Stored,
  bytes: Uint8Array,
): Promise<void> {
  await database.query(
    `INSERT INTO registry.certified_document (digest, kind, bytes, root_index, recorded_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING`,
    [Buffer.from(digest, 'hex'), kind, Buffer.from(bytes), index, recordedAt],
  );
}

/** Remembers where the root log names a document that is not at hand. */
export async function writeLacking(
  database: Queryable,
  { kind, digest, index, recordedAt }: Stored,
): Promise<void> {
  await database.query(
    `INSERT INTO registry.lacking_document (digest, kind, root_index, recorded_at) VALUES ($1, $2, $3, $4)`,
    [Buffer.from(digest, 'hex'), kind, index, recordedAt],
  );
}

import { Network } from '@lodemark/domain';
import { LedgerReader, RootLog, type EntryReference, type RootAppendContext } from '@lodemark/ledger';
import { sha256Hex, toUtf8, type StatusChange } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../ports.js';
import { toCount, type Queryable } from '../register/queryable.js';

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
  ) {}

  /** Keeps it and appends its entry, in one transaction; the same document again has the first one's place. */
  async record({ kind, text, changes }: AuthenticDocument): Promise<DocumentOnRecord> {
    const digest = sha256Hex(toUtf8(text));
    let stored = await this.stored(this.database, digest);
    if (stored === undefined) {
      await this.rootLog.append(async (context) => {
        // Somebody may have handed it in meanwhile.
        stored = await this.stored(context.client, digest);
        if (stored !== undefined) return [];
        stored = await write(context, { kind, digest, text });
        const { recordedAt } = context;
        const named = { v: 1, recordedAt, digest } as const;
        const said = changes.length === 0 ? {} : { changes };
        return [{ entry: kind === 'status' ? { ...named, ...said, kind } : { ...named, kind } }];
      });
    }
    const entry = stored && (await this.reader.entry(this.network.rootOrigin, stored.index));
    if (stored === undefined || entry === undefined)
      throw new Error(`the ${kind} ${digest} was not recorded`);
    return { ...stored, leaf: entry.leaf };
  }

  /** The document's text. */
  async find(kind: DocumentKind, digest: string): Promise<string | undefined> {
    const { rows } = await this.database.query<{ bytes: Buffer }>(
      `SELECT bytes FROM registry.certified_document WHERE digest = $1 AND kind = $2`,
      [Buffer.from(digest, 'hex'), kind],
    );
    return rows[0]?.bytes.toString('utf8');
  }

  private async stored(database: Queryable, digest: string): Promise<Stored | undefined> {
    const { rows } = await database.query<{ kind: DocumentKind; root_index: string; recorded_at: Date }>(
      `SELECT kind, root_index, recorded_at FROM registry.certified_document WHERE digest = $1`,
      [Buffer.from(digest, 'hex')],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const index = toCount(row.root_index);
    return { kind: row.kind, digest, index, recordedAt: row.recorded_at.toISOString() };
  }
}

async function write(
  { client, head, recordedAt }: RootAppendContext,
  { kind, digest, text }: { readonly kind: DocumentKind; readonly digest: string; readonly text: string },
): Promise<Stored> {
  await client.query(
    `INSERT INTO registry.certified_document (digest, kind, bytes, root_index, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
    [Buffer.from(digest, 'hex'), kind, Buffer.from(text, 'utf8'), head.size, recordedAt],
  );
  return { kind, digest, index: head.size, recordedAt };
}

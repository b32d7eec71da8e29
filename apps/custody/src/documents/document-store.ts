import { sha256Hex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { CustodyConfig } from '../custody-config.js';
import { CONFIG, DATABASE } from '../ports.js';
import { DocumentFolder } from './document-folder.js';
import { sniffMediaType } from './sniff.js';

export interface StoredDocument {
  /** SHA-256, lowercase hex. */
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: number;
}

export interface FoundDocument extends StoredDocument {
  /** For whom it was put here, sorted. */
  readonly facilities: readonly string[];
  /** Where the content is: beside the row, or in the folder. */
  readonly content: Uint8Array | undefined;
}

interface DocumentRow {
  media_type: string;
  bytes: string;
  content: Buffer | null;
  facilities: string[];
}

/** Documents by the SHA-256 of their bytes, in the database or in a folder; written once, never changed. */
@Injectable()
export class DocumentStore {
  private readonly folder: DocumentFolder | undefined;

  constructor(
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CONFIG) { documentFolder }: CustodyConfig,
  ) {
    this.folder = documentFolder === undefined ? undefined : new DocumentFolder(documentFolder);
  }

  /** Durable when it resolves. */
  async put(content: Uint8Array, facility: string, at: Date): Promise<StoredDocument> {
    const digest = sha256Hex(content);
    const mediaType = sniffMediaType(content);
    await this.folder?.write(digest, content);
    await this.pool.query(
      `WITH document AS (
         INSERT INTO custody.document (digest, media_type, bytes, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
       )
       INSERT INTO custody.document_right (digest, facility, put_at) VALUES ($1, $5, $6) ON CONFLICT DO NOTHING`,
      [
        Buffer.from(digest, 'hex'),
        mediaType,
        content.length,
        this.folder === undefined ? Buffer.from(content) : null,
        facility,
        at,
      ],
    );
    return { digest, mediaType, bytes: content.length };
  }

  async find(digest: string): Promise<FoundDocument | undefined> {
    const { rows } = await this.pool.query<DocumentRow>(
      `SELECT media_type, bytes, content,
         array(SELECT facility FROM custody.document_right r WHERE r.digest = d.digest ORDER BY facility) AS facilities
       FROM custody.document d WHERE digest = $1`,
      [Buffer.from(digest, 'hex')],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const { media_type: mediaType, bytes, facilities, content } = row;
    return { digest, mediaType, bytes: Number(bytes), facilities, content: content ?? undefined };
  }

  /** The document's bytes, after comparing them with its digest. */
  async content({ digest, content }: FoundDocument): Promise<Uint8Array> {
    const bytes = content ?? (await this.read(digest));
    if (sha256Hex(bytes) !== digest) throw new Error(`document ${digest} is damaged where it is kept`);
    return bytes;
  }

  private read(digest: string): Promise<Uint8Array> {
    if (this.folder !== undefined) return this.folder.read(digest);
    throw new Error(`document ${digest} is kept in a folder, and none is configured`);
  }
}

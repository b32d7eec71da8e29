import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { CustodyConfig } from '../custody-config.js';
import { CONFIG, DATABASE } from '../ports.js';
import { sniffMediaType } from './sniff.js';

export interface StoredDocument {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: number;
}

export interface FoundDocument extends StoredDocument {
  readonly content: Uint8Array;
  /** Who put it here. */
  readonly facilities: readonly string[];
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
  private readonly folder: string | undefined;

  constructor(
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CONFIG) config: CustodyConfig,
  ) {
    this.folder = config.documentFolder;
  }

  async put(content: Uint8Array, facility: string, at: Date): Promise<StoredDocument> {
    const digest = sha256Hex(content);
    const mediaType = sniffMediaType(content);
    if (this.folder !== undefined) await writeDurably(this.folder, digest, content);
    const key = Buffer.from(digest, 'hex');
    await this.pool.query(
      `INSERT INTO custody.document (digest, media_type, bytes, content) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [key, mediaType, content.length, this.folder === undefined ? Buffer.from(content) : null],
    );
    await this.pool.query(
      `INSERT INTO custody.document_right (digest, facility, put_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [key, facility, at],
    );
    return { digest, mediaType, bytes: content.length };
  }

  async find(digest: string): Promise<FoundDocument | undefined> {
    const { rows } = await this.pool.query<DocumentRow>(
      `SELECT media_type, bytes, content, array(SELECT facility FROM custody.document_right r WHERE r.digest = d.digest ORDER BY facility) AS facilities
       FROM custody.document d WHERE digest = $1`,
      [Buffer.from(digest, 'hex')],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const content = row.content ?? (await this.read(digest));
    if (sha256Hex(content) !== digest) throw new Error(`document ${digest} is damaged where it is kept`);
    return {
      digest,
      mediaType: row.media_type,
      bytes: Number(row.bytes),
      content,
      facilities: row.facilities,
    };
  }

  private async read(digest: string): Promise<Uint8Array> {
    if (this.folder === undefined)
      throw new Error(`document ${digest} is kept in a folder, and none is configured`);
    return readFile(join(this.folder, digest.slice(0, 2), digest));
  }
}

// Written beside and renamed: a crash leaves a whole document or none.
async function writeDurably(folder: string, digest: string, content: Uint8Array): Promise<void> {
  const shard = join(folder, digest.slice(0, 2));
  await mkdir(shard, { recursive: true });
  const temporary = join(shard, `.${digest}.${randomUUID()}`);
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(shard, digest));
}

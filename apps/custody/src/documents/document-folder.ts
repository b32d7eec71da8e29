import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Files named by the SHA-256 of their bytes, in folders by its first two digits. */
export class DocumentFolder {
  constructor(private readonly root: string) {}

  /** On disk when it resolves. Written beside and renamed: a crash leaves a whole file or none. */
  async write(digest: string, content: Uint8Array): Promise<void> {
    const shard = this.shard(digest);
    await mkdir(shard, { recursive: true });
    const draft = join(shard, `.${digest}.${randomUUID()}`);
    try {
      await writeThrough(draft, content);
      await rename(draft, join(shard, digest));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    // The new names are durable once the folders that hold them are.
    await syncFolder(shard);
    await syncFolder(this.root);
  }

  read(digest: string): Promise<Uint8Array> {
    return readFile(join(this.shard(digest), digest));
  }

  private shard(digest: string): string {
    return join(this.root, digest.slice(0, 2));
  }
}

async function writeThrough(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; its file system keeps names by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

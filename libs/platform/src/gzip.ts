import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [compress, decompress] = [promisify(gzip), promisify(gunzip)];

/** Compression by node:zlib. */
export const nodeGzip = {
  async compress(bytes: Uint8Array): Promise<Uint8Array> {
    return compress(bytes, { level: 9 });
  },

  /** Rejects when more than `most` bytes come out, or for what is not gzip. */
  async decompress(bytes: Uint8Array, most: number): Promise<Uint8Array> {
    return decompress(bytes, { maxOutputLength: most });
  },
};

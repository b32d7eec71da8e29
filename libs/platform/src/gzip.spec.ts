import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { nodeGzip } from './gzip.js';

const TEXT = Buffer.from('a status list');
const PACKED = gzipSync(TEXT);

/** The same member with an extra field, a name, a comment and a checksum of the head. */
function withEverythingOptional(): Buffer {
  const head = Buffer.from(PACKED.subarray(0, 10));
  head[3] = 4 | 8 | 16;
  const optional = Buffer.from([2, 0, 1, 2, 0x6e, 0, 0x63, 0]);
  return Buffer.concat([head, optional, PACKED.subarray(10)]);
}

describe('decompression with node:zlib', () => {
  it('gives back what was packed', async () => {
    expect(await nodeGzip.decompress(await nodeGzip.compress(TEXT), 100)).toEqual(TEXT);
    expect(await nodeGzip.decompress(withEverythingOptional(), 100)).toEqual(TEXT);
    expect(await nodeGzip.inflate(deflateSync(TEXT), 100)).toEqual(TEXT);
  });

  // As a browser does: what verifies in one place must verify in the other.
  it.each([
    ['bytes after the end', Buffer.concat([PACKED, Buffer.of(0)])],
    ['a second member', Buffer.concat([PACKED, PACKED])],
    ['an empty member before it', Buffer.concat([gzipSync(''), PACKED])],
    ['an empty member after it', Buffer.concat([PACKED, gzipSync('')])],
    ['its end missing', PACKED.subarray(0, -1)],
    ['no gzip', TEXT],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_, bytes) => {
    await expect(nodeGzip.decompress(bytes, 100)).rejects.toThrow();
  });

  it('refuses bytes after the end of the zlib format too', async () => {
    await expect(nodeGzip.inflate(Buffer.concat([deflateSync(TEXT), TEXT]), 100)).rejects.toThrow();
  });

  it('stops where more comes out than may', async () => {
    await expect(nodeGzip.decompress(gzipSync(Buffer.alloc(1_000_000)), 1_000)).rejects.toThrow();
    await expect(nodeGzip.inflate(deflateSync(Buffer.alloc(1_000_000)), 1_000)).rejects.toThrow();
  });
});

import type { Gzip } from '@lodemark/certificate';

/** Compression by the browser. */
export const browserGzip: Gzip = {
  async compress(bytes) {
    return collected(bytes, new CompressionStream('gzip'), Infinity);
  },
  async decompress(bytes, most) {
    return collected(bytes, new DecompressionStream('gzip'), most);
  },
  async inflate(bytes, most) {
    return collected(bytes, new DecompressionStream('deflate'), most);
  },
};

/** Stops as soon as more than `most` bytes have come out. */
async function collected(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const output = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(transform);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = output.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error(`More than ${String(most)} bytes come out.`);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

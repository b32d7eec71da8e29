import { gunzip, gzip, inflate, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import { promisify } from 'node:util';

const compress = promisify(gzip);

/** Compression by node:zlib. */
export const nodeGzip = {
  async compress(bytes: Uint8Array): Promise<Uint8Array> {
    return compress(bytes, { level: 9 });
  },

  /** Rejects when more than `most` bytes come out, or for what is not one gzip member (RFC 1952) and nothing else. */
  async decompress(bytes: Uint8Array, most: number): Promise<Uint8Array> {
    const unpacked = await whole(gunzip, bytes, most);
    // Of several members this finds the end of the first before the end of all.
    await whole(inflateRaw, bytes.subarray(headLength(bytes), bytes.length - TRAILER), most);
    return unpacked;
  },

  /** The same for the zlib format (RFC 1950). */
  inflate(bytes: Uint8Array, most: number): Promise<Uint8Array> {
    return whole(inflate, bytes, most);
  },
};

/** Checksum and length at the end of a gzip member. */
const TRAILER = 8;

/** RFC 1952, section 2.3: what is optional comes after the first ten bytes. */
function headLength(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const text of [8, 16]) if ((flags & text) !== 0) at = bytes.indexOf(0, at) + 1;
  return (flags & 2) === 0 ? at : at + 2;
}

type Unpack = (
  bytes: InputType,
  options: ZlibOptions,
  done: (error: Error | null, result: Buffer) => void,
) => void;

/** Node passes over what follows the end, a browser refuses it: the answer must be the same. */
function whole(unpack: Unpack, bytes: Uint8Array, most: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    unpack(bytes, { maxOutputLength: most, info: true }, (error, result: unknown) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
      if (engine.bytesWritten === bytes.length) resolve(buffer);
      else reject(new Error(`Its end is at byte ${String(engine.bytesWritten)} of ${String(bytes.length)}.`));
    });
  });
}

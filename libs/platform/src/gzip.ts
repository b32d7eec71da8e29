import { gunzip, gzip, inflate, type InputType, type ZlibOptions } from 'node:zlib';
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
    const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(
      bytes.length - 4,
      true,
    );
    if (size !== unpacked.length) throw new Error('It is more than one gzip member.');
    return unpacked;
  },

  /** The same for the zlib format (RFC 1950). */
  inflate(bytes: Uint8Array, most: number): Promise<Uint8Array> {
    return whole(inflate, bytes, most);
  },
};

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

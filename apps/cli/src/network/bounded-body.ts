/**
 * The body of an answer, counted as it comes out: what is sent may be short and unpack to a lot, or never end. Undefined
 * when there is more than that.
 */
export async function boundedBody({ body }: Response, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

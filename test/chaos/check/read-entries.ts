import { createHash } from 'node:crypto';
import type { LogContent, ReadEntry, ReadHeads, StoredEntry } from './log-content.js';
import { leafHashOf } from './merkle-roots.js';

interface Envelope {
  readonly kind: 'event' | 'conflict' | 'heads';
  readonly recordedAt: string;
  readonly jws: string;
  readonly map: string;
}

/** Entries of a facility log as plain JSON has them; undefined for bytes that cannot be read as one. */
export function readEntries({ entries }: LogContent): readonly (ReadEntry | ReadHeads | undefined)[] {
  return entries.map(readEntry);
}

function readEntry({ index, bytes }: StoredEntry): ReadEntry | ReadHeads | undefined {
  try {
    const { kind, recordedAt, jws, map } = JSON.parse(Buffer.from(bytes).toString()) as Envelope;
    if (kind === 'heads') return /^[0-9a-f]{64}$/.test(map) ? { kind, recordedAt } : undefined;
    const payload = Buffer.from(jws.split('.')[1] ?? '', 'base64url');
    const { eventId, facility } = JSON.parse(payload.toString()) as { eventId: string; facility: string };
    const payloadDigest = createHash('sha256').update(payload).digest('hex');
    return { index, leaf: leafHashOf(bytes), kind, recordedAt, jws, eventId, payloadDigest, facility };
  } catch {
    return undefined;
  }
}

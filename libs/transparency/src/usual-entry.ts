import type { EventEntry, FacilityLogEntry, RootReference } from './entry.js';
import { compactJws, instant, lotName } from './field-shapes.js';
import { rootReference } from './entry-shapes.js';

/** What `encodeEntry` writes for an event that concerns few lots, none of them with a name that needs an escape. */
const EVENT =
  /^\{"jws":"([A-Za-z0-9_.-]+)","kind":"event","lots":\{([^{}\\]{1,1000})\},"recordedAt":"([0-9TZ:.-]{24})","root":\{"hash":"([0-9a-f]{64})","size":(0|[1-9][0-9]{0,14})\},"v":1\}$/;
const LOT = /^"([^"\\]+)":(0|[1-9][0-9]{0,14})$/;

/**
 * The entry that a canonical text is, if it is one of the usual form; undefined for any other, which says nothing
 * about it. Nearly every entry of every log is an event, so this saves four fifths of its decoding.
 */
export function usualEntry(text: string): FacilityLogEntry | undefined {
  const [whole, jws, members, recordedAt, hash, size] = EVENT.exec(text) ?? [];
  if (whole === undefined || members === undefined) return undefined;
  const lots = usualLots(members);
  const root: RootReference = { hash: hash ?? '', size: Number(size) };
  if (lots === undefined || !rootReference(root, [])) return undefined;
  return compactJws(jws, []) && instant(recordedAt, [])
    ? { jws, kind: 'event', lots, recordedAt, root, v: 1 }
    : undefined;
}

function usualLots(members: string): EventEntry['lots'] | undefined {
  const lots: Record<string, number> = {};
  let before = '';
  for (const member of members.split(',')) {
    const [, name, sequence] = LOT.exec(member) ?? [];
    // Canonical JSON orders names by UTF-16 code units, and has each once.
    if (name === undefined || name <= before || !lotName(name, [])) return undefined;
    lots[name] = Number(sequence);
    before = name;
  }
  return lots;
}

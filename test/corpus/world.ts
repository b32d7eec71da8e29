import { textOf } from './text.js';
import { parseVcJwt, parseBundle, type Bundle } from '@lodemark/certificate';
import {
  decodeFacilityLogEntry,
  decodeRootLogEntry,
  fromBase64,
  canonicalBytes,
  parseCheckpoint,
  parseJws,
  parseNote,
  readCanonicalJson,
  sha256Hex,
  thumbprint,
  toUtf8,
  type JsonObject,
} from '@lodemark/transparency';
import type { Recording } from './recording.js';

/** A signed statement before it is signed: `key` names the key that signs it, by its `kid` in the recording. */
export interface Stated {
  payload: JsonObject;
  key: string;
}

/** What stands in a facility log, before anything is signed or hashed. */
export type LogItem = { recordedAt: string; rootSize: number; rootHash?: string } & (
  | (Stated & {
      kind: 'event' | 'conflict';
      /** Lots that the envelope counts. */
      names: string[];
      /** Instead of counting them. */
      numbers?: Record<string, number>;
      with?: number;
      /** The JWS as it is to stand there, instead of one that is made. */
      jws?: (made: string) => string;
      /** Whether the bundle shows it. */
      shown: boolean;
    })
  | { kind: 'heads'; shown: boolean; map?: string }
);

/** A facility checkpoint in the root log. */
export interface Cover {
  facility: string;
  size: number;
  /** Name of the key that signs it. */
  key: string;
  /** The note as it is to stand there. */
  note?: (made: string) => string;
  /** Another tree of that size than the log has. */
  root?: string;
}

/** What stands in the root log, before anything is signed or hashed. */
export type RootItem = { recordedAt: string } & (
  | { kind: 'genesis'; network: string; registrars: string[] }
  | (Stated & { kind: 'statement'; jws?: (made: string) => string })
  | { kind: 'checkpoints'; covers: Cover[] }
  | { kind: 'certificate' | 'status'; document: number | string }
  | { kind: 'logFault'; origin: string; fault: 'fork' | 'withheld'; size: number; evidence: string[] }
  | { kind: 'raw'; bytes: Uint8Array }
);

export interface WorldLog {
  facility: string;
  items: LogItem[];
  /** Names of which the bundle proves the last sequence number. */
  heads: string[];
}

/** All that a bundle rests on, with nothing signed yet: what a forger alters, and then signs with every key there is. */
export interface World {
  network: string;
  root: RootItem[];
  logs: WorldLog[];
  horizon: number;
  policy: JsonObject;
  certificate: { credential: JsonObject; key: string };
  /** Newest first, as in the bundle. */
  statusLists: { credential: JsonObject; key: string }[];
  /** Sizes at which a root checkpoint is shown. */
  checkpoints: number[];
}

/** Takes a recording apart. @throws Error where it does not read, which a recording of a real run does */
export function worldOf(recording: Recording): World {
  const bundle = must(parseBundle(fromBase64(recording.bundle) ?? new Uint8Array()));
  const network = bundle.root.origin.slice(0, -'/root'.length);
  const certificate = opened(bundle.certificate);
  const statusLists = bundle.statusLists.map(opened);
  const documents = new Map<string, number>([
    [sha256Hex(toUtf8(bundle.certificate)), 0],
    ...bundle.statusLists.map((text, i): [string, number] => [sha256Hex(toUtf8(text)), i]),
  ]);
  const root = bundle.root.entries.map((entry) => {
    const bytes =
      'entry' in entry ? canonicalBytes(entry.entry) : (fromBase64(entry.bytes) ?? new Uint8Array());
    return rootItem(bytes, documents);
  });
  const keys = logKeys(root);
  for (const item of root) {
    if (item.kind !== 'checkpoints') continue;
    for (const cover of item.covers) cover.key = keys.get(cover.facility) ?? '';
  }
  const lodemark = (certificate.credential['credentialSubject'] as JsonObject)['lodemark'] as JsonObject;
  return {
    network,
    root,
    logs: bundle.logs.map((log) => worldLog(log, recording)),
    horizon: (lodemark['horizon'] as { size: number }).size,
    policy: bundle.policy as JsonObject,
    certificate,
    statusLists,
    checkpoints: bundle.root.checkpoints.map((note) => {
      const read = must(parseCheckpoint(must(parseNote(note)).text));
      return read.size;
    }),
  };
}

function worldLog({ origin, entries, heads }: Bundle['logs'][number], { logs }: Recording): WorldLog {
  const facility = origin.slice(origin.lastIndexOf('/') + 1);
  const shown = new Set(entries.map(({ index }) => index));
  const items = (logs[facility] ?? []).map((text, index) => logItem(text, shown.has(index)));
  return { facility, items, heads: heads.map(({ name }) => name) };
}

function logItem(text: string, shown: boolean): LogItem {
  const entry = must(decodeFacilityLogEntry(fromBase64(text) ?? new Uint8Array()));
  const place = { recordedAt: entry.recordedAt, rootSize: entry.root.size, shown };
  if (entry.kind === 'heads') return { kind: 'heads', ...place };
  const stated = statedIn(entry.jws, 'lodemark-event+jws');
  const names = Object.keys(entry.lots);
  if (entry.kind === 'event') return { kind: 'event', ...place, ...stated, names };
  return { kind: 'conflict', ...place, ...stated, names, with: entry.with.index };
}

function rootItem(bytes: Uint8Array, documents: ReadonlyMap<string, number>): RootItem {
  const entry = must(decodeRootLogEntry(bytes));
  const { recordedAt } = entry;
  switch (entry.kind) {
    case 'genesis':
      return {
        kind: 'genesis',
        recordedAt,
        network: entry.network,
        registrars: entry.registrarKeys.map(thumbprint),
      };
    case 'statement': {
      const stated = statedIn(entry.jws, 'lodemark-statement+jws');
      return { kind: 'statement', recordedAt, ...stated };
    }
    case 'checkpoints':
      return {
        kind: 'checkpoints',
        recordedAt,
        covers: entry.checkpoints.map((note) => {
          const { origin, size } = must(parseCheckpoint(must(parseNote(note)).text));
          return { facility: origin.slice(origin.lastIndexOf('/') + 1), size, key: '' };
        }),
      };
    case 'certificate':
    case 'status':
      return { kind: entry.kind, recordedAt, document: documents.get(entry.digest) ?? entry.digest };
    case 'logFault': {
      const { origin, fault, size, evidence } = entry;
      return { kind: 'logFault', recordedAt, origin, fault, size, evidence: [...evidence] };
    }
  }
}

/** The last key that was registered for each facility's log. */
function logKeys(root: readonly RootItem[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const item of root) {
    if (item.kind !== 'statement' || item.payload['purpose'] !== 'log') continue;
    const { facility } = item.payload['owner'] as { facility: string };
    keys.set(facility, textOf(item.payload['kid']));
  }
  return keys;
}

function statedIn(text: string, typ: 'lodemark-event+jws' | 'lodemark-statement+jws'): Stated {
  const jws = must(parseJws(text, typ));
  return { payload: must(readCanonicalJson(jws.payload)) as JsonObject, key: jws.header.kid };
}

function opened(text: string): { credential: JsonObject; key: string } {
  const jwt = parseVcJwt(text);
  if ('problem' in jwt) throw new Error(jwt.problem);
  return { credential: jwt.credential, key: jwt.kid.slice(jwt.kid.lastIndexOf('#') + 1) };
}

function must<T>(
  read:
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly unknown[] },
): T {
  if (read.ok) return read.value;
  throw new Error(JSON.stringify(read.problems));
}

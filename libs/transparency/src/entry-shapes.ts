import { toHex } from './bytes.js';
import type {
  CertificateEntry,
  CheckpointsEntry,
  ConflictEntry,
  EventEntry,
  FacilityLogEntry,
  GenesisEntry,
  HeadsEntry,
  LogFaultEntry,
  RootLogEntry,
  RootReference,
  StatementEntry,
  StatusChange,
  StatusEntry,
} from './entry.js';
import {
  compactJws,
  count,
  hash,
  instant,
  keyName,
  lotName,
  publicJwk,
  signedNote,
  text,
} from './field-shapes.js';
import { EMPTY_ROOT } from './merkle.js';
import { isJsonObject } from './json-value.js';
import { exactly, listOf, mapOf, objectOf, valueThat, type Shape } from './shape.js';

/** The `lots` member of every entry of a facility log that names lots, whatever its version. */
export const lotsShape = mapOf(lotName, count);

const sizeAndHash = objectOf<RootReference>({ hash, size: count });
const emptyRoot = exactly(toHex(EMPTY_ROOT));

/** What an entry's author had verified. */
export const rootReference: Shape<RootReference> = (value, problems, path = []): value is RootReference => {
  if (!sizeAndHash(value, problems, path)) return false;
  return value.size > 0 || emptyRoot(value.hash, problems, [...path, 'hash']);
};
const version = exactly(1);
const facilityEnvelope = {
  v: version,
  jws: compactJws,
  lots: lotsShape,
  recordedAt: instant,
  root: rootReference,
};
const rootEnvelope = { v: version, recordedAt: instant };

const event = objectOf<EventEntry>({ ...facilityEnvelope, kind: exactly('event') });
const conflict = objectOf<ConflictEntry>({
  ...facilityEnvelope,
  kind: exactly('conflict'),
  with: objectOf<ConflictEntry['with']>({ index: count, leaf: hash }),
});
const heads = objectOf<HeadsEntry>({
  v: version,
  kind: exactly('heads'),
  map: hash,
  recordedAt: instant,
  root: rootReference,
});

const genesis = objectOf<GenesisEntry>({
  ...rootEnvelope,
  kind: exactly('genesis'),
  network: keyName,
  registrarKeys: listOf(publicJwk),
});
const statement = objectOf<StatementEntry>({ ...rootEnvelope, kind: exactly('statement'), jws: compactJws });
const checkpoints = objectOf<CheckpointsEntry>({
  ...rootEnvelope,
  kind: exactly('checkpoints'),
  checkpoints: listOf(signedNote),
});
const certificate = objectOf<CertificateEntry>({
  ...rootEnvelope,
  kind: exactly('certificate'),
  digest: hash,
});
const statusChange = objectOf<StatusChange>({
  certificate: hash,
  purpose: exactly('revocation', 'suspension'),
  set: valueThat((value): value is boolean => typeof value === 'boolean', 'true or false'),
  verdict: hash,
  cause: objectOf<StatusChange['cause']>({ index: count, origin: keyName }),
});
const statusChanges = listOf(statusChange);
const unchangedStatus = { ...rootEnvelope, kind: exactly('status'), digest: hash };
const statusWithout = objectOf<Omit<StatusEntry, 'changes'>>(unchangedStatus);
const statusWith = objectOf<Required<StatusEntry>>({ ...unchangedStatus, changes: statusChanges });
const status: Shape<StatusEntry> = (value, problems, path = []): value is StatusEntry =>
  isJsonObject(value) && Object.hasOwn(value, 'changes')
    ? statusWith(value, problems, path)
    : statusWithout(value, problems, path);
const logFault = objectOf<LogFaultEntry>({
  ...rootEnvelope,
  kind: exactly('logFault'),
  origin: keyName,
  fault: exactly('fork', 'withheld'),
  size: count,
  evidence: listOf(text),
});

/** Whether these are changes as a status entry carries them: the list itself carries the same. */
export function areStatusChanges(value: unknown): value is readonly StatusChange[] {
  return statusChanges(value, []);
}

/** The shape of each kind of entry in a facility log. */
export const facilityLogShapes: ReadonlyMap<string, Shape<FacilityLogEntry>> = new Map<
  string,
  Shape<FacilityLogEntry>
>(
  Object.entries({ event, conflict, heads } satisfies Record<
    FacilityLogEntry['kind'],
    Shape<FacilityLogEntry>
  >),
);

/** The shape of each kind of entry in the root log. */
export const rootLogShapes: ReadonlyMap<string, Shape<RootLogEntry>> = new Map<string, Shape<RootLogEntry>>(
  Object.entries({ genesis, statement, checkpoints, certificate, status, logFault } satisfies Record<
    RootLogEntry['kind'],
    Shape<RootLogEntry>
  >),
);

import {
  castsDoubt,
  custodiansOf,
  involvedIn,
  type Evidence,
  type EvidenceEntry,
  type ParkedEntry,
} from '@lodemark/policy';
import {
  algorithmOf,
  EMPTY_ROOT,
  signatureOfJws,
  toHex,
  WHOLE_FACILITY,
  type Jws,
  type SignatureChecker,
} from '@lodemark/transparency';
import { edgesOf, isLotId } from '../reading/edges.js';
import { evidenceEntry } from '../reading/evidence-entry.js';
import type { AppliedEntry } from '../reading/facility-entry.js';
import type { ProvenEntry, ShownLog } from './facility-log.js';
import type { RootPrefix, RootView } from './root-prefix.js';

export interface ShownEvidence {
  readonly prefix: RootPrefix;
  readonly view: RootView;
  readonly logs: readonly ShownLog[];
  readonly checker: SignatureChecker;
}

/** The evidence about one lot that proven entries hold, and what would have to be shown for it to be all there is. */
export interface LineageEvidence {
  readonly evidence: Evidence;
  /** The lot and every lot that its material may come from. */
  readonly lots: readonly string[];
  /** Facilities that may have had custody of one of them. */
  readonly involved: readonly string[];
  /** The entries that the verdict is about, among all that are shown. */
  readonly about: ReadonlySet<ProvenEntry>;
}

interface NamedEntry {
  readonly log: ShownLog;
  readonly entry: ProvenEntry;
  /** Lots that it is about, and `*`. */
  readonly names: ReadonlySet<string>;
}

/** Gathers what a verdict on the lot is a function of, exactly as the service does from everything it holds. */
export async function gatherEvidence(shown: ShownEvidence, lot: string): Promise<LineageEvidence> {
  const { view } = shown;
  const named = shown.logs.flatMap(namesOf);
  const reached = closureOf(named, lot);
  const lots = [...reached];
  const naming = named.filter(({ names }) => [...names].some((one) => reached.has(one)));
  const signatures = await checkedSignatures(shown, named);
  const asEvidence = (one: NamedEntry) => entryOf(shown, one, signatures);
  const entries = naming.flatMap(asEvidence);
  const custodians = custodiansOf(lots, entries);
  const involved = involvedIn(custodians);
  const wide = named.filter(({ log, names }) => names.has(WHOLE_FACILITY) && involved.includes(log.facility));
  const chosen = [...new Set([...naming, ...wide])];
  const doubtful = chosen.flatMap(parkedOf).filter((entry) => castsDoubt(entry, custodians));
  // A root entry that cannot be read may be about anything at all: it leaves the lot itself in doubt.
  const unread = view.parked.map((entry) => ({ ...entry, lots: [lot] }));
  return {
    evidence: {
      horizon: view.horizon,
      root: view.statements,
      faults: view.faults,
      entries: chosen.flatMap(asEvidence),
      parked: [...unread, ...doubtful],
    },
    lots,
    involved,
    about: new Set(chosen.map(({ entry }) => entry)),
  };
}

/** What each entry is about: a correction also of what it corrects, a contradiction of what it contradicts. */
function namesOf(log: ShownLog): readonly NamedEntry[] {
  const byIndex = new Map<number, NamedEntry>();
  const byEvent = new Map<string, NamedEntry[]>();
  for (const entry of log.entries) {
    const names = new Set(entry.read.lots.map((lot) => (isLotId(lot) ? lot : WHOLE_FACILITY)));
    const { read } = entry;
    if (read.kind === 'applied') {
      const about = [
        ...(read.event.type === 'Corrected' ? (byEvent.get(read.event.target.eventId) ?? []) : []),
        ...(read.entry.kind === 'conflict' ? [byIndex.get(read.entry.with.index)] : []),
      ];
      for (const one of about) one?.names.forEach((name) => names.add(name));
    }
    const named = { log, entry, names };
    byIndex.set(entry.index, named);
    if (read.kind !== 'applied') continue;
    byEvent.set(read.event.eventId, [...(byEvent.get(read.event.eventId) ?? []), named]);
  }
  return [...byIndex.values()];
}

function closureOf(named: readonly NamedEntry[], lot: string): ReadonlySet<string> {
  const inputs = new Map<string, Set<string>>();
  for (const { entry } of named) {
    if (entry.read.kind !== 'applied') continue;
    for (const { input, output } of edgesOf(entry.read.event)) {
      inputs.set(output, (inputs.get(output) ?? new Set()).add(input));
    }
  }
  const reached = new Set([lot]);
  for (const one of reached) inputs.get(one)?.forEach((input) => reached.add(input));
  return reached;
}

type Signatures = ReadonlyMap<Jws, boolean>;

/** A signature counts as valid under a key that the root log has registered at the horizon, by its thumbprint. */
async function checkedSignatures(
  { view, checker }: ShownEvidence,
  named: readonly NamedEntry[],
): Promise<Signatures> {
  const all = named.flatMap(({ entry: { read } }) => (read.kind === 'applied' ? jwsOf(read) : []));
  const checkable = all.flatMap((jws) => {
    const key = view.keys.get(jws.header.kid)?.jwk;
    return key !== undefined && algorithmOf(key) === jws.header.alg ? [{ jws, key }] : [];
  });
  const answers = await checker.check(checkable.map(({ jws, key }) => signatureOfJws(jws, key)));
  return new Map(checkable.map(({ jws }, i) => [jws, answers[i] === true]));
}

function jwsOf(read: AppliedEntry): readonly Jws[] {
  return [read.jws, ...read.attestations.map(({ jws }) => jws)];
}

function entryOf(
  { prefix, view }: ShownEvidence,
  { log, entry }: NamedEntry,
  signatures: Signatures,
): readonly EvidenceEntry[] {
  const { read, index, leaf, covered } = entry;
  if (read.kind !== 'applied') return [];
  const all = jwsOf(read);
  const { size, hash } = read.entry.root;
  const root = size === 0 ? toHex(EMPTY_ROOT) : size <= view.horizon.size ? prefix.rootAt(size) : undefined;
  return [
    evidenceEntry(read, {
      ref: { facility: log.facility, index, leaf },
      covered,
      seenRootMatches: root === hash,
      signatureValid: (part) => {
        const jws = all[part];
        return jws !== undefined && signatures.get(jws) === true;
      },
    }),
  ];
}

function parkedOf({ log, entry, names }: NamedEntry): readonly ParkedEntry[] {
  const { read, index, leaf, covered } = entry;
  if (read.kind !== 'parked') return [];
  const ref = { facility: log.facility, index, leaf };
  return [{ ref, lots: [...names].sort(), reason: read.reason, covered }];
}

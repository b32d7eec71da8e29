import { type Network, parseStatement, type Statement } from '@lodemark/domain';
import {
  decodeRootLogEntry,
  openCheckpoint,
  parseCheckpoint,
  parseJws,
  parseNote,
  readCanonicalJson,
  signatureOfJws,
  thumbprint,
  toHex,
  EMPTY_ROOT,
  verifierKey,
  type Jws,
  type LogFaultEntry,
  type PublicJwk,
  type RootLogEntry,
  type SignatureChecker,
  type StatusChange,
} from '@lodemark/transparency';
import { RegisteredKeys } from './registered-keys.js';

/** Why a statement of the root log counts for nothing. */
export type StatementFault = 'signature-invalid' | 'not-authorized' | 'key-unsound';
/** Why a facility checkpoint in the root log covers nothing. */
export type CoverageFault = 'malformed' | 'foreign-origin' | 'no-log-key' | 'signature-invalid';

export interface ReadCoverage {
  readonly origin: string;
  readonly size: number;
  /** Lowercase hex. */
  readonly root: string;
  readonly fault: CoverageFault | null;
  /** Larger than every checkpoint of this log before it. */
  readonly advances: boolean;
}

/** What one root log entry says, judged by the entries before it and by nothing else. */
export type RootLeaf = { readonly recordedAt: string } & (
  | { readonly kind: 'genesis' }
  | { readonly kind: 'certificate'; readonly digest: string }
  | { readonly kind: 'status'; readonly digest: string; readonly changes: readonly StatusChange[] }
  | {
      readonly kind: 'statement';
      readonly statement: Statement;
      readonly kid: string;
      readonly fault: StatementFault | null;
      /** For a key that counts: it, as checked. */
      readonly key?: PublicJwk;
    }
  | { readonly kind: 'checkpoints'; readonly coverage: readonly ReadCoverage[] }
  | {
      readonly kind: 'logFault';
      readonly origin: string;
      readonly fault: LogFaultEntry['fault'];
      readonly size: number;
    }
  | { readonly kind: 'parked'; readonly reason: string; readonly detail: string }
);

type StatementLeaf = Extract<RootLeaf, { kind: 'statement' }>;

/** The root log read up to some index: which keys it has registered, and how far its checkpoints reach. */
export class RootState {
  private readonly registrars = new Map<string, PublicJwk>();
  private readonly keys = new RegisteredKeys();
  private readonly facilities = new Set<string>();
  private readonly reach = new Map<string, number>();
  private latest = '1970-01-01T00:00:00.000Z';
  private begun = false;

  constructor(
    private readonly network: Network,
    private readonly checker: SignatureChecker,
  ) {}

  /** Reads the next entry and takes in what it says. */
  async read(bytes: Uint8Array): Promise<RootLeaf> {
    const decoded = decodeRootLogEntry(bytes);
    if (!decoded.ok) {
      return this.parked(`entry-${decoded.reason}`, decoded.problems[0]?.detail ?? 'it cannot be decoded');
    }
    const entry = decoded.value;
    this.latest = entry.recordedAt;
    // Whoever could write a second genesis would be registrar from there on.
    if (entry.kind === 'genesis' && this.begun)
      return this.parked('genesis-misplaced', 'a genesis is entry 0');
    this.begun = true;
    return this.readEntry(entry);
  }

  /** How far the checkpoints read so far reach, by log, and when the last entry was recorded. */
  restoreReach(reach: ReadonlyMap<string, number>, latest: string | undefined): void {
    for (const [origin, size] of reach) this.reach.set(origin, size);
    if (latest !== undefined) this.latest = latest;
  }

  private async readEntry(entry: RootLogEntry): Promise<RootLeaf> {
    const { recordedAt } = entry;
    switch (entry.kind) {
      case 'genesis':
        entry.registrarKeys.forEach((key) => this.registrars.set(thumbprint(key), key));
        return { kind: 'genesis', recordedAt };
      case 'statement':
        return this.readStatement(entry.jws, recordedAt);
      case 'checkpoints':
        return { kind: 'checkpoints', recordedAt, coverage: await this.readCheckpoints(entry.checkpoints) };
      case 'logFault':
        return { kind: 'logFault', recordedAt, origin: entry.origin, fault: entry.fault, size: entry.size };
      case 'certificate':
        return { kind: entry.kind, recordedAt, digest: entry.digest };
      case 'status':
        return { kind: entry.kind, recordedAt, digest: entry.digest, changes: entry.changes ?? [] };
    }
  }

  private parked(reason: string, detail: string): RootLeaf {
    return { kind: 'parked', reason, detail, recordedAt: this.latest };
  }

  private async readStatement(text: string, recordedAt: string): Promise<RootLeaf> {
    const jws = parseJws(text, 'lodemark-statement+jws');
    if (!jws.ok) return this.parked('jws-malformed', jws.problems[0]?.detail ?? 'no JWS');
    const json = readCanonicalJson(jws.value.payload);
    const statement = json.ok ? parseStatement(json.value) : json;
    if (!statement.ok)
      return this.parked('statement-unsupported', statement.problems[0]?.detail ?? 'no statement');
    const leaf = await this.judged(statement.value, jws.value, recordedAt);
    this.take(leaf);
    return leaf;
  }

  private async judged(statement: Statement, jws: Jws, recordedAt: string): Promise<StatementLeaf> {
    const leaf = { kind: 'statement' as const, recordedAt, statement, kid: jws.header.kid };
    const fault = await this.faultOf(statement, jws, recordedAt);
    if (fault !== null || (statement.type !== 'KeyAdded' && statement.type !== 'KeyRotated')) {
      return { ...leaf, fault };
    }
    const key = this.registrars.has(statement.kid) ? undefined : this.keys.soundKey(statement);
    return key === undefined ? { ...leaf, fault: 'key-unsound' } : { ...leaf, fault, key };
  }

  private async faultOf(statement: Statement, jws: Jws, at: string): Promise<StatementFault | null> {
    const { kid } = jws.header;
    const registrar = this.registrars.get(kid);
    const key = registrar ?? this.keys.usable(kid, at);
    if (key === undefined) return 'not-authorized';
    const [valid] = await this.checker.check([signatureOfJws(jws, key)]);
    if (valid !== true) return 'signature-invalid';
    return registrar !== undefined || this.keys.entitles(kid, statement) ? null : 'not-authorized';
  }

  private take({ statement, fault, key }: StatementLeaf): void {
    if (fault !== null) return;
    switch (statement.type) {
      case 'FacilityRegistered':
        this.facilities.add(statement.facility);
        return;
      case 'KeyAdded':
      case 'KeyRotated':
        if (key !== undefined) this.keys.register(statement, key);
        return;
      case 'KeyRevoked':
        this.keys.revoke(statement.kid);
        return;
      default:
        return;
    }
  }

  private async readCheckpoints(notes: readonly string[]): Promise<readonly ReadCoverage[]> {
    const coverage: ReadCoverage[] = [];
    for (const note of notes) coverage.push(await this.readCheckpoint(note));
    return coverage;
  }

  private async readCheckpoint(text: string): Promise<ReadCoverage> {
    const note = parseNote(text);
    const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
    if (!checkpoint.ok) {
      return { origin: '', size: 0, root: toHex(EMPTY_ROOT), fault: 'malformed', advances: false };
    }
    const { origin, size } = checkpoint.value;
    const fault = await this.coverageFault(text, origin);
    const advances = fault === null && size > (this.reach.get(origin) ?? 0);
    if (advances) this.reach.set(origin, size);
    return { ...checkpoint.value, fault, advances };
  }

  private async coverageFault(note: string, origin: string): Promise<CoverageFault | null> {
    const facility = this.network.facilityOf(origin);
    if (facility === undefined || !this.facilities.has(facility)) return 'foreign-origin';
    // A signed note is signed with Ed25519 (C2SP signed-note); an ES256 key cannot speak for a log.
    const keys = this.keys
      .logKeys(facility, this.latest)
      .flatMap((jwk) => (jwk.kty === 'OKP' ? [verifierKey(origin, jwk)] : []));
    if (keys.length === 0) return 'no-log-key';
    const opened = await openCheckpoint(note, keys, this.checker);
    return opened.ok ? null : 'signature-invalid';
  }
}

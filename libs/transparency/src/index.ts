/** One thing that is wrong with an input, with an RFC 6901 pointer to it. */
export interface Problem<Code extends string = string> {
  readonly code: Code;
  readonly pointer: string;
  readonly detail: string;
}

/** What a parser gives back: the value, or every problem it could find. */
export type Parsed<T, Code extends string = string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem<Code>[] };

export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

export interface JsonLimits {
  readonly bytes: number;
  readonly depth: number;
  readonly members: number;
  readonly items: number;
  readonly keyLength: number;
  readonly problems: number;
}
export declare const DEFAULT_JSON_LIMITS: JsonLimits;
export declare function readJson(input: Uint8Array | string, limits?: Partial<JsonLimits>): Parsed<JsonValue>;
/** As readJson, and the bytes must already be the canonical form (code `not-canonical`). */
export declare function readCanonicalJson(
  input: Uint8Array | string,
  limits?: Partial<JsonLimits>,
): Parsed<JsonValue>;
export declare function isCanonical(input: Uint8Array | string, limits?: Partial<JsonLimits>): boolean;
export declare function canonicalize(value: unknown): string;
export declare function canonicalBytes(value: unknown): Uint8Array;

export declare function toUtf8(text: string): Uint8Array;
export declare function fromUtf8(bytes: Uint8Array): string | undefined;
export declare function toHex(bytes: Uint8Array): string;
export declare function fromHex(text: string): Uint8Array | undefined;
export declare function toBase64(bytes: Uint8Array): string;
export declare function fromBase64(text: string): Uint8Array | undefined;
export declare function toBase64Url(bytes: Uint8Array): string;
export declare function fromBase64Url(text: string): Uint8Array | undefined;
export declare function equalBytes(a: Uint8Array, b: Uint8Array): boolean;
export declare function concatBytes(...parts: readonly Uint8Array[]): Uint8Array;
export declare function sha256(bytes: Uint8Array): Uint8Array;
/** Lowercase hex of SHA-256. */
export declare function sha256Hex(bytes: Uint8Array): string;

export interface Ed25519PublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}
export interface P256PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}
export type PublicJwk = Ed25519PublicJwk | P256PublicJwk;
export declare function parsePublicJwk(value: unknown): Parsed<PublicJwk>;
/** RFC 7638, base64url. */
export declare function thumbprint(key: PublicJwk): string;
export declare function algorithmOf(key: PublicJwk): SignatureAlgorithm;

export type SignatureAlgorithm = 'EdDSA' | 'ES256';
export interface SignatureToCheck {
  readonly alg: SignatureAlgorithm;
  readonly publicKey: PublicJwk;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}
export interface SignatureChecker {
  /** One answer per element, in order; never rejects because of a bad signature. */
  check(batch: readonly SignatureToCheck[]): Promise<readonly boolean[]>;
}
export interface Signer {
  readonly kid: string;
  readonly alg: SignatureAlgorithm;
  readonly publicKey: PublicJwk;
  sign(message: Uint8Array): Promise<Uint8Array>;
}
/** Every SignatureChecker must call this first: length, S < L, low s, key fits alg. */
export declare function isAdmissible(signature: SignatureToCheck): boolean;
/** r||s with s replaced by n - s when it is high. */
export declare function toLowS(signature: Uint8Array): Uint8Array;
export declare const webCryptoSignatures: SignatureChecker;

export type JwsTyp =
  | 'lodemark-event+jws'
  | 'lodemark-statement+jws'
  | 'lodemark-attestation+jws'
  | 'lodemark-pop+jws'
  | 'lodemark-receipt+jws';
export interface JwsHeader {
  readonly alg: SignatureAlgorithm;
  readonly kid: string;
  readonly typ: JwsTyp;
}
export interface Jws {
  readonly text: string;
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}
export declare function parseJws(text: string, expectedTyp: JwsTyp): Parsed<Jws>;
/** The payload must be canonical JSON, else it throws. */
export declare function buildJws(payload: Uint8Array, signer: Signer, typ: JwsTyp): Promise<string>;
export declare function signatureOfJws(jws: Jws, publicKey: PublicJwk): SignatureToCheck;
/** Lowercase hex SHA-256 of the payload bytes. */
export declare function payloadDigest(payload: Uint8Array): string;

export declare function leafHash(entry: Uint8Array): Uint8Array;
export declare function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array;
/** Root of a tree over leaf hashes. */
export declare function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array;
/** Root of the empty tree: SHA-256 of nothing. */
export declare const EMPTY_ROOT: Uint8Array;

/** A full tile that an append completed; `root` is the hash of the subtree that it spans. */
export interface CompletedTile {
  readonly level: number;
  readonly index: number;
  readonly root: Uint8Array;
}
/** Compact range [0, size): mutable, cheap to clone. */
export declare class Frontier {
  private constructor();
  static empty(): Frontier;
  static parse(size: number, bytes: Uint8Array): Frontier;
  get size(): number;
  append(leafHash: Uint8Array): readonly CompletedTile[];
  root(): Uint8Array;
  serialize(): Uint8Array;
  clone(): Frontier;
}

/** A perfect subtree: hash of leaves [index * 2^level, (index + 1) * 2^level). */
export interface NodeCoordinate {
  readonly level: number;
  readonly index: number;
}
export interface NodeReader {
  /** One hash per coordinate, in order. */
  readNodes(nodes: readonly NodeCoordinate[]): Promise<readonly Uint8Array[]>;
}
export declare function inclusionProof(
  index: number,
  size: number,
  reader: NodeReader,
): Promise<readonly Uint8Array[]>;
export declare function consistencyProof(
  oldSize: number,
  newSize: number,
  reader: NodeReader,
): Promise<readonly Uint8Array[]>;
export interface InclusionClaim {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}
export declare function verifyInclusion(claim: InclusionClaim): boolean;
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}
export declare function verifyConsistency(claim: ConsistencyClaim): boolean;

export interface TileCoordinate {
  /** 0..63, or `entries` for an entry bundle. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1..256; below 256 it is a partial tile. */
  readonly width: number;
}
export interface TileReader {
  readTile(tile: TileCoordinate): Promise<Uint8Array>;
}
export declare function tilePath(tile: TileCoordinate): string;
export declare function parseTilePath(path: string): TileCoordinate | undefined;
/** Hashes that tile (level, index) holds in a log of this size: 0..256. */
export declare function tileWidth(level: number | 'entries', index: number, size: number): number;
export declare function partialTiles(size: number): readonly TileCoordinate[];
export declare function tileNodes(size: number, tiles: TileReader): NodeReader;
export declare function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array;
export declare function decodeEntryBundle(bytes: Uint8Array): Parsed<readonly Uint8Array[]>;

export interface NoteSignature {
  readonly name: string;
  /** 8 lowercase hex digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
}
export interface SignedNote {
  /** With its final newline; what was signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}
export interface VerifierKey {
  readonly name: string;
  readonly keyId: string;
  readonly publicKey: Ed25519PublicJwk;
}
export declare function parseNote(note: Uint8Array | string): Parsed<SignedNote>;
export declare function formatNote(note: SignedNote): string;
export declare function signNote(text: string, name: string, signer: Signer): Promise<string>;
export declare function parseVerifierKey(vkey: string): Parsed<VerifierKey>;
export declare function formatVerifierKey(key: VerifierKey): string;
export declare function verifierKey(name: string, publicKey: Ed25519PublicJwk): VerifierKey;
/** The keys that signed the note: at least one known, and no known one fails. */
export declare function verifyNote(
  note: SignedNote,
  keys: readonly VerifierKey[],
  checker: SignatureChecker,
): Promise<Parsed<readonly VerifierKey[]>>;

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly root: string;
}
export declare function formatCheckpoint(checkpoint: Checkpoint): string;
export declare function parseCheckpoint(noteText: string): Parsed<Checkpoint>;
/** Signed-note text of the checkpoint; the key name is the origin. */
export declare function signCheckpoint(checkpoint: Checkpoint, signer: Signer): Promise<string>;
/** Parses the note, checks that a log key named as the origin signed it. */
export declare function openCheckpoint(
  note: Uint8Array | string,
  keys: readonly VerifierKey[],
  checker: SignatureChecker,
): Promise<Parsed<Checkpoint>>;

/** Size and root hash of a root log checkpoint: an entry's causal past. */
export interface RootReference {
  readonly hash: string;
  readonly size: number;
}
interface FacilityEntryEnvelope {
  readonly v: 1;
  readonly jws: string;
  readonly lots: Readonly<Record<string, number>>;
  readonly recordedAt: string;
  readonly root: RootReference;
}
export interface EventEntry extends FacilityEntryEnvelope {
  readonly kind: 'event';
}
export interface ConflictEntry extends FacilityEntryEnvelope {
  readonly kind: 'conflict';
  readonly with: { readonly index: number; readonly leaf: string };
}
export type FacilityLogEntry = EventEntry | ConflictEntry;
interface RootEntryEnvelope {
  readonly v: 1;
  readonly recordedAt: string;
}
export interface GenesisEntry extends RootEntryEnvelope {
  readonly kind: 'genesis';
  readonly network: string;
  readonly registrarKeys: readonly PublicJwk[];
}
export interface StatementEntry extends RootEntryEnvelope {
  readonly kind: 'statement';
  readonly jws: string;
}
export interface CheckpointsEntry extends RootEntryEnvelope {
  readonly kind: 'checkpoints';
  readonly checkpoints: readonly string[];
}
export interface CertificateEntry extends RootEntryEnvelope {
  readonly kind: 'certificate';
  readonly digest: string;
}
export interface StatusEntry extends RootEntryEnvelope {
  readonly kind: 'status';
  readonly digest: string;
}
export interface LogFaultEntry extends RootEntryEnvelope {
  readonly kind: 'logFault';
  readonly origin: string;
  readonly fault: 'fork' | 'withheld';
  /** How many entries of that log still count. */
  readonly size: number;
  /** Signed notes, receipts. */
  readonly evidence: readonly string[];
}
export type RootLogEntry =
  GenesisEntry | StatementEntry | CheckpointsEntry | CertificateEntry | StatusEntry | LogFaultEntry;
export type LogEntry = FacilityLogEntry | RootLogEntry;
/** Why an entry cannot be applied: broken, or of a version or kind that this code does not know. */
export type DecodedEntry<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: 'malformed' | 'unsupported';
      readonly problems: readonly Problem[];
      /** Lots named in the envelope as far as it could be read; `*` if it could not. */
      readonly lots: readonly string[];
    };
export declare const MAX_ENTRY_BYTES: 65535;
export declare function encodeEntry(entry: LogEntry): Uint8Array;
export declare function decodeFacilityLogEntry(bytes: Uint8Array): DecodedEntry<FacilityLogEntry>;
export declare function decodeRootLogEntry(bytes: Uint8Array): DecodedEntry<RootLogEntry>;

export interface Receipt {
  readonly v: 1;
  readonly origin: string;
  readonly index: number;
  readonly leaf: string;
  readonly eventId: string;
  readonly payloadDigest: string;
  readonly recordedAt: string;
}
export declare function buildReceipt(receipt: Receipt, signer: Signer): Promise<string>;
export declare function parseReceipt(text: string): Parsed<{ receipt: Receipt; jws: Jws }>;
export declare function verifyReceipt(
  text: string,
  publicKey: PublicJwk,
  checker: SignatureChecker,
): Promise<Parsed<Receipt>>;

/** A contract broken by the caller or by stored data; `code` is stable. */
export declare class TransparencyError extends Error {
  readonly code: string;
}

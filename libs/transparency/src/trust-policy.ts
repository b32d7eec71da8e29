import { fromUtf8, isWellFormed, toUtf8 } from './bytes.js';
import { keyMaterial, parseCosignerKey, type CosignerKey } from './cosigner-key.js';
import { failed, parsed, type Parsed, type Problem } from './problem.js';
import { parseVerifierKey, type VerifierKey, type VerifierKeyProblemCode } from './verifier-key.js';

/** Whom somebody trusts to say what a log holds (C2SP tlog-policy): logs, witnesses, and how many of them. */
export interface TrustPolicy {
  readonly logs: readonly TrustedLog[];
  readonly witnesses: readonly TrustedWitness[];
  readonly quorum: Quorum;
}

export interface TrustedLog {
  /** Its name is the log's origin. */
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface TrustedWitness {
  /** A name of this file alone. */
  readonly name: string;
  readonly key: CosignerKey;
  readonly url?: string;
}

/** What must have cosigned a checkpoint: nobody, one witness, or so many members of a group. */
export type Quorum = 'none' | QuorumMember;
export type QuorumMember = TrustedWitness | WitnessGroup;

export interface WitnessGroup {
  readonly name: string;
  /** From 1 up to the number of members. */
  readonly threshold: number;
  readonly members: readonly QuorumMember[];
}

export type TrustPolicyProblemCode =
  | VerifierKeyProblemCode
  | 'bad-threshold'
  | 'control-character'
  | 'duplicate-key'
  | 'duplicate-name'
  | 'duplicate-quorum'
  | 'in-two-groups'
  | 'malformed-line'
  | 'no-quorum'
  | 'not-well-formed'
  | 'too-large'
  | 'too-many-lines'
  | 'undefined-name';

/** Room for 32 ML-DSA-44 keys (which must be taken) and as much again. */
const MAX_LENGTH = 256 * 1024;
const MAX_LINES = 4096;
const NONE = 'none';
// eslint-disable-next-line no-control-regex -- tab and newline alone are allowed
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const THRESHOLD = /^[1-9][0-9]{0,3}$/;

/**
 * Reads a trust policy. Octets above 127 are opaque: names are compared as octets, and only verifier keys must be
 * UTF-8. Pointers are `/lines/<i>`, from 0; a file whose last line lacks its newline is taken.
 */
export function parseTrustPolicy(file: Uint8Array | string): Parsed<TrustPolicy, TrustPolicyProblemCode> {
  if (file.length > MAX_LENGTH) return failed('too-large', `At most ${MAX_LENGTH} bytes may be.`);
  if (typeof file === 'string' && !isWellFormed(file))
    return failed('not-well-formed', 'The text holds half a character.');
  const octets = toOctets(typeof file === 'string' ? toUtf8(file) : file);
  const lines = octets.split('\n');
  if (lines.length > MAX_LINES) return failed('too-many-lines', `At most ${MAX_LINES} lines may be.`);
  const reader = new PolicyReader();
  for (const [i, line] of lines.entries()) reader.readLine(line, i);
  return reader.result();
}

/** Whether the witnesses that cosigned are enough. */
export function isQuorumMet(quorum: Quorum, cosigned: ReadonlySet<TrustedWitness>): boolean {
  if (quorum === NONE) return true;
  if (!('members' in quorum)) return cosigned.has(quorum);
  return quorum.members.filter((member) => isQuorumMet(member, cosigned)).length >= quorum.threshold;
}

/** Reads line by line: a name means what a line before defined. Names in here are octets. */
class PolicyReader {
  private readonly problems: Problem<TrustPolicyProblemCode>[] = [];
  private readonly logs: TrustedLog[] = [];
  private readonly witnesses: TrustedWitness[] = [];
  private readonly logKeys = new Set<string>();
  private readonly witnessKeys = new Set<string>();
  private readonly named = new Map<string, QuorumMember>();
  private readonly grouped = new Set<string>();
  private quorum: Quorum | undefined;
  private quorumLines = 0;
  private pointer = '';

  readLine(line: string, i: number): void {
    this.pointer = `/lines/${i}`;
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    const [keyword, ...rest] = words;
    if (CONTROL.test(line))
      this.note('control-character', 'Of control characters a policy has tab and newline.');
    else if (keyword === undefined || keyword.startsWith('#')) return;
    else if (keyword === 'log') this.readLog(rest);
    else if (keyword === 'witness') this.readWitness(rest);
    else if (keyword === 'group') this.readGroup(rest);
    else if (keyword === 'quorum') this.readQuorum(rest);
    else this.note('malformed-line', 'A line begins with log, witness, group or quorum.');
  }

  result(): Parsed<TrustPolicy, TrustPolicyProblemCode> {
    this.pointer = '';
    if (this.quorumLines === 0)
      this.note('no-quorum', 'A policy has one quorum line; "quorum none" asks for none.');
    const { logs, witnesses, quorum, problems } = this;
    return problems.length > 0 || quorum === undefined
      ? { ok: false, problems }
      : parsed({ logs, witnesses, quorum });
  }

  private readLog([vkey, url, ...more]: readonly string[]): void {
    if (vkey === undefined || more.length > 0) {
      this.note('malformed-line', 'Needed: log <vkey> [<url>].');
      return;
    }
    const key = parseVerifierKey(utf8Of(vkey));
    if (!key.ok) {
      this.noteAll(key.problems);
      return;
    }
    if (!this.isNew(this.logKeys, key.value.publicKey.x)) return;
    this.logs.push({ key: key.value, ...urlOf(url) });
  }

  private readWitness([name, vkey, url, ...more]: readonly string[]): void {
    if (name === undefined || vkey === undefined || more.length > 0) {
      this.note('malformed-line', 'Needed: witness <name> <vkey> [<url>].');
      return;
    }
    const key = parseCosignerKey(utf8Of(vkey));
    if (!key.ok) {
      this.noteAll(key.problems);
      return;
    }
    if (!this.isNew(this.witnessKeys, keyMaterial(key.value))) return;
    const witness = { name: textOf(name), key: key.value, ...urlOf(url) };
    if (this.define(name, witness)) this.witnesses.push(witness);
  }

  private readGroup([name, needed, ...names]: readonly string[]): void {
    if (name === undefined || needed === undefined || names.length === 0) {
      this.note('malformed-line', 'Needed: group <name> all|any|<k> <name>….');
      return;
    }
    const threshold = thresholdOf(needed, names.length);
    if (threshold === undefined) {
      this.note('bad-threshold', `Needed: all, any, or a number from 1 to ${names.length}.`);
      return;
    }
    const members: QuorumMember[] = [];
    for (const one of names) {
      const member = this.named.get(one);
      if (member === undefined) {
        this.note('undefined-name', `${textOf(one)} is not defined on a line before.`);
        return;
      }
      if (this.grouped.has(one)) {
        this.note('in-two-groups', `${textOf(one)} is a member of a group already.`);
        return;
      }
      this.grouped.add(one);
      members.push(member);
    }
    this.define(name, { name: textOf(name), threshold, members });
  }

  private readQuorum([name, ...more]: readonly string[]): void {
    if (name === undefined || more.length > 0) {
      this.note('malformed-line', 'Needed: quorum <name|none>.');
      return;
    }
    this.quorumLines += 1;
    if (this.quorumLines > 1) {
      this.note('duplicate-quorum', 'A policy has one quorum line.');
      return;
    }
    this.quorum = name === NONE ? NONE : this.named.get(name);
    if (this.quorum === undefined)
      this.note('undefined-name', `${textOf(name)} is not defined on a line before.`);
  }

  private define(name: string, member: QuorumMember): boolean {
    const isFree = name !== NONE && !this.named.has(name);
    if (isFree) this.named.set(name, member);
    else this.note('duplicate-name', `${textOf(name)} is defined already.`);
    return isFree;
  }

  /** A key counts once, whatever names it goes by: else one witness would be a quorum of two. */
  private isNew(keys: Set<string>, key: string): boolean {
    const isNew = !keys.has(key);
    if (isNew) keys.add(key);
    else this.note('duplicate-key', 'The public key stands on a line before, perhaps under another name.');
    return isNew;
  }

  private note(code: TrustPolicyProblemCode, detail: string): void {
    this.problems.push({ code, pointer: this.pointer, detail });
  }

  private noteAll(problems: readonly Problem<TrustPolicyProblemCode>[]): void {
    for (const { code, detail } of problems) this.note(code, detail);
  }
}

function thresholdOf(needed: string, members: number): number | undefined {
  if (needed === 'all') return members;
  if (needed === 'any') return 1;
  const threshold = THRESHOLD.test(needed) ? Number(needed) : 0;
  return threshold >= 1 && threshold <= members ? threshold : undefined;
}

function urlOf(url: string | undefined): { readonly url?: string } {
  return url === undefined ? {} : { url: textOf(url) };
}

/** One character per octet, so that texts are compared as the octets that they are. */
function toOctets(bytes: Uint8Array): string {
  let octets = '';
  for (const byte of bytes) octets += String.fromCharCode(byte);
  return octets;
}

/** The octets as UTF-8 if they are that, else one character each. */
function textOf(octets: string): string {
  return fromUtf8(bytesOf(octets)) ?? octets;
}

/** The octets as UTF-8; empty, which is no verifier key, if they are not that. */
function utf8Of(octets: string): string {
  return fromUtf8(bytesOf(octets)) ?? '';
}

function bytesOf(octets: string): Uint8Array {
  return Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
}

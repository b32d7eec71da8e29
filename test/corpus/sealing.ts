import { textOf } from './text.js';
import { embed, signVcJwt, verdictDigest, type Bundle } from '@lodemark/certificate';
import {
  buildJws,
  canonicalBytes,
  EMPTY_ROOT,
  Frontier,
  HeadsMap,
  leafHash,
  sha256Hex,
  signCheckpoint,
  toHex,
  toUtf8,
  type JsonObject,
} from '@lodemark/transparency';
import { Keyring, type HeldSigner } from './keyring.js';
import { Restating } from './restating.js';
import { signRootCheckpoint, trustOf, type CheckpointOptions } from './root-checkpoint.js';
import { SealedLog } from './sealed-log.js';
import { verifySealed, withCertified, type Sealed } from './sealed.js';
import { Tree } from './tree.js';
import type { Cover, LogItem, RootItem, World, WorldLog } from './world.js';

/** What a forger may do otherwise than the services while it signs. */
export interface SealOptions extends CheckpointOptions {
  readonly keyring?: Keyring;
  /** The claims of the certificate before it is signed. */
  readonly claims?: (credential: JsonObject) => JsonObject;
  /** How the certificate is signed. */
  readonly sign?: (credential: JsonObject, kid: string, signer: HeldSigner) => Promise<string>;
  /** The key that signs the certificate, by name. */
  readonly issuer?: string;
  readonly statusList?: (credential: JsonObject, i: number) => JsonObject | Promise<JsonObject>;
  readonly statusIssuer?: string;
  /** The lists name the issuer's key, whoever signs them. */
  readonly statusImpersonates?: boolean;
  readonly rootOrigin?: string;
  /** The digest that the root log names instead of the certificate's. */
  readonly logged?: (digest: string) => string;
}

/** Signs a world from its genesis to its bundle with the keys of a keyring, as the services would. */
export class Sealing {
  private readonly keyring: Keyring;
  private readonly rootLeaves: Uint8Array[] = [];
  private readonly rootRoots: string[] = [toHex(EMPTY_ROOT)];
  private readonly frontier = Frontier.empty();
  private readonly rootBytes: Uint8Array[] = [];
  private readonly sealedLogs = new Map<string, SealedLog>();
  private restating: Restating | undefined;
  private certificate = '';
  private statusLists: string[] = [];

  constructor(
    private readonly world: World,
    private readonly options: SealOptions = {},
  ) {
    this.keyring = options.keyring ?? new Keyring();
    for (const log of world.logs) this.sealedLogs.set(log.facility, new SealedLog(log));
  }

  async seal(): Promise<Sealed> {
    this.statusLists = await this.signStatusLists();
    this.restating = await Restating.of(this.world.logs, this.keyring);
    for (const item of this.world.root) await this.addRoot(item);
    const tree = new Tree(this.rootLeaves);
    return {
      trust: trustOf(this.world, this.keyring, this.rootLeaves[0] ?? new Uint8Array()),
      bundle: {
        v: 1,
        kind: 'lodemark-bundle',
        certificate: this.certificate,
        root: {
          origin: this.rootOrigin,
          entries: this.rootBytes.map(embed),
          checkpoints: await Promise.all(
            this.world.checkpoints.map((size) => this.rootCheckpoint(size, tree.root(size))),
          ),
        },
        logs: (await Promise.all(this.world.logs.map((log) => this.bundleLog(log)))).flat(),
        policy: this.world.policy,
        statusLists: this.statusLists,
      },
    };
  }

  private get rootOrigin(): string {
    return this.options.rootOrigin ?? `${this.world.network}/root`;
  }

  private rootCheckpoint(size: number, root: string): Promise<string> {
    const recordedAt = this.world.root[size - 1]?.recordedAt ?? '';
    const checkpoint = { origin: this.rootOrigin, size, root };
    return signRootCheckpoint(checkpoint, { ...this.options, keyring: this.keyring, recordedAt });
  }

  private async signStatusLists(): Promise<string[]> {
    return Promise.all(
      this.world.statusLists.map(async ({ credential, key }, i) => {
        const claims = await (this.options.statusList?.(credential, i) ?? credential);
        const signer = this.keyring.signer(this.options.statusIssuer ?? key);
        const named = this.options.statusImpersonates === true ? this.keyring.signer(key) : signer;
        return signVcJwt(claims, `${issuerOf(claims)}#${named.kid}`, signer);
      }),
    );
  }

  private async addRoot(item: RootItem): Promise<void> {
    const bytes = item.kind === 'raw' ? item.bytes : canonicalBytes(await this.rootEntry(item));
    this.rootBytes.push(bytes);
    this.rootLeaves.push(leafHash(bytes));
    this.frontier.append(leafHash(bytes));
    this.rootRoots.push(toHex(this.frontier.root()));
  }

  private async rootEntry(item: Exclude<RootItem, { kind: 'raw' }>): Promise<JsonObject> {
    const envelope = { v: 1, kind: item.kind, recordedAt: item.recordedAt };
    switch (item.kind) {
      case 'genesis': {
        const registrarKeys = item.registrars.map((name) => ({ ...this.keyring.signer(name).publicKey }));
        return { ...envelope, network: item.network, registrarKeys };
      }
      case 'statement': {
        const payload = canonicalBytes(await this.statement(item.payload));
        const jws = await buildJws(payload, this.keyring.signer(item.key), 'lodemark-statement+jws');
        return { ...envelope, jws: item.jws?.(jws) ?? jws };
      }
      case 'checkpoints': {
        const notes: string[] = [];
        for (const cover of item.covers) notes.push(await this.facilityCheckpoint(cover));
        return { ...envelope, checkpoints: notes };
      }
      case 'certificate':
      case 'status':
        return { ...envelope, digest: await this.digestOf(item) };
      case 'logFault': {
        const { origin, fault, size, evidence } = item;
        return { ...envelope, origin, fault, size, evidence };
      }
    }
  }

  private async digestOf({ kind, document }: Extract<RootItem, { document: unknown }>): Promise<string> {
    if (typeof document === 'string') return document;
    if (kind === 'status') return sha256Hex(toUtf8(this.statusLists[document] ?? ''));
    this.certificate = await this.signCertificate();
    const digest = sha256Hex(toUtf8(this.certificate));
    return this.options.logged?.(digest) ?? digest;
  }

  private async statement(payload: JsonObject): Promise<JsonObject> {
    const rootOf = (facility: string, size: number): string =>
      this.sealedLogs.get(facility)?.tree.root(size) ?? '';
    return (await this.restating?.statement(payload, rootOf)) ?? payload;
  }

  private async facilityCheckpoint({ facility, size, key, note, root }: Cover): Promise<string> {
    const log = this.sealedLogs.get(facility);
    if (log === undefined) return note?.('') ?? '';
    for (let index = log.leaves.length; index < size; index += 1) await this.addEntry(log, index);
    log.sizes.push(size);
    const origin = `${this.world.network}/log/${facility}`;
    const made = await signCheckpoint(
      { origin, size, root: root ?? log.tree.root(size) },
      this.keyring.signer(key),
    );
    return note?.(made) ?? made;
  }

  private async addEntry(log: SealedLog, index: number): Promise<void> {
    const item = log.world.items[index];
    if (item === undefined) throw new Error(`${log.world.facility} has no entry ${String(index)}`);
    const bytes = canonicalBytes(await this.logEntry(log, item));
    log.bytes.push(bytes);
    log.leaves.push(leafHash(bytes));
  }

  private async logEntry(log: SealedLog, item: LogItem): Promise<JsonObject> {
    const root = {
      size: item.rootSize,
      hash: item.rootHash ?? this.rootRoots[item.rootSize] ?? '0'.repeat(64),
    };
    const envelope = { v: 1, kind: item.kind, recordedAt: item.recordedAt, root };
    if (item.kind === 'heads') return { ...envelope, map: item.map ?? log.map.root() };
    const payload = this.restating?.event(item.payload) ?? item.payload;
    const jws = await buildJws(canonicalBytes(payload), this.keyring.signer(item.key), 'lodemark-event+jws');
    const lots = item.numbers ?? log.count(item.names);
    for (const [name, number] of Object.entries(lots)) log.map.set(name, number);
    const contradicted =
      item.with === undefined
        ? {}
        : { with: { index: item.with, leaf: toHex(log.leaves[item.with] ?? new Uint8Array(32)) } };
    return { ...envelope, jws: item.jws?.(jws) ?? jws, lots: { ...lots }, ...contradicted };
  }

  private async signCertificate(): Promise<string> {
    const { credential, key } = this.world.certificate;
    const { horizon: size } = this.world;
    const horizon = {
      size,
      rootHash: this.rootRoots[size] ?? '',
      at: this.world.root[size - 1]?.recordedAt ?? '',
    };
    const honest = withCertified(credential, { horizon });
    const claims = this.options.claims?.(honest) ?? honest;
    const signer = this.keyring.signer(this.options.issuer ?? key);
    const kid = `${issuerOf(claims)}#${signer.kid}`;
    return (this.options.sign ?? signVcJwt)(claims, kid, signer);
  }

  private async bundleLog({ facility, items, heads }: WorldLog): Promise<Bundle['logs']> {
    const log = this.sealedLogs.get(facility);
    const counted = this.countedAt(facility);
    if (log === undefined || counted === undefined) return [];
    const shown = items
      .slice(0, counted)
      .flatMap((item, index) => (item.shown || index === counted - 1 ? [index] : []));
    const entries = await Promise.all(
      shown.map(async (index) => ({
        index,
        proof: await log.tree.inclusion(index, counted),
        ...embed(log.bytes[index] ?? new Uint8Array()),
      })),
    );
    const smaller = [
      ...new Set(shown.map((index) => log.sizes.find((size) => size > index) ?? counted)),
    ].filter((size) => size < counted);
    const consistency = await Promise.all(
      smaller
        .sort((a, b) => a - b)
        .map(async (size) => ({ size, proof: await log.tree.consistency(size, counted) })),
    );
    const map = new HeadsMap();
    const counting = new SealedLog({ facility, items, heads });
    for (const item of items.slice(0, counted)) {
      if (item.kind === 'heads') continue;
      for (const [name, last] of Object.entries(item.numbers ?? counting.count(item.names)))
        map.set(name, last);
    }
    const proofs = heads.map((name) => ({ name, proof: map.prove(name) }));
    return [
      {
        origin: `${this.world.network}/log/${facility}`,
        size: counted,
        entries,
        consistency,
        heads: proofs as Bundle['logs'][number]['heads'],
      },
    ];
  }

  private countedAt(facility: string): number | undefined {
    const origin = `${this.world.network}/log/${facility}`;
    const before = this.world.root.slice(0, this.world.horizon);
    const ends = before.flatMap((item) =>
      item.kind === 'logFault' && item.origin === origin ? [item.size] : [],
    );
    const sizes = before
      .flatMap((item) => (item.kind === 'checkpoints' ? item.covers : []))
      .flatMap((cover) => (cover.facility === facility ? [cover.size] : []));
    const counted = sizes.filter((size) => ends.every((end) => size <= end));
    return counted.length === 0 ? undefined : Math.max(...counted);
  }
}

/** Signs a world whose certificate says what its evidence gives: what an honest issuer would have signed. */
export async function sealHonestly(world: World, at: Date, options: SealOptions = {}): Promise<Sealed> {
  const first = await new Sealing(world, options).seal();
  const { verdict } = await verifySealed(first, at);
  if (verdict === undefined) throw new Error('the world has no verdict');
  world.certificate.credential = withCertified(world.certificate.credential, {
    verdict: verdictDigest(verdict),
  });
  return new Sealing(world, options).seal();
}

function issuerOf(credential: JsonObject): string {
  return textOf((credential['issuer'] as JsonObject | undefined)?.['id']);
}

import { RootState, type ReadCoverage } from '@lodemark/certificate';
import type { Network, Statement } from '@lodemark/domain';
import {
  decodeRootLogEntry,
  leafHash,
  thumbprint,
  toHex,
  type SignatureChecker,
} from '@lodemark/transparency';
import type { Alarm } from './alarm.js';
import type { SignedTree } from './watched-log.js';

/** What whoever runs the monitor knows to be in order; undefined: it is not looked at. */
export interface Expected {
  /** Leaf hash of entry 0, lowercase hex. */
  readonly genesis?: string;
  /** RFC 7638 thumbprints of keys. */
  readonly keys?: ReadonlySet<string>;
  /** Digests of certificates, lowercase hex. */
  readonly certificates?: ReadonlySet<string>;
}

/**
 * What the root log says, entry by entry: keys, certificates and faults for whoever has to know of them, and how far
 * each facility log is covered. Keys that the registry took from nobody with authority count for nothing here either.
 */
export class RootAnnouncements {
  /** The last checkpoint of each facility log, by origin. */
  readonly covered = new Map<string, SignedTree>();
  private readonly state: RootState;
  private readonly alarms: Alarm[] = [];

  constructor(
    private readonly network: Network,
    private readonly expected: Expected,
    checker: SignatureChecker,
  ) {
    this.state = new RootState(network, checker);
  }

  /** What is wrong with the entry itself. */
  async read(entry: Uint8Array, index: number): Promise<string | undefined> {
    const { genesis } = this.expected;
    const hash = toHex(leafHash(entry));
    if (index === 0 && genesis !== undefined && genesis !== hash)
      this.say('genesis-differs', index, `the root log begins with ${hash}, and ${genesis} is pinned`);
    const leaf = await this.state.read(entry);
    switch (leaf.kind) {
      case 'parked':
        return leaf.reason.endsWith('unsupported') ? undefined : `${leaf.reason}: ${leaf.detail}`;
      case 'statement':
        if (leaf.fault !== null)
          this.say(
            'statement-without-authority',
            index,
            `${leaf.statement.type} by ${leaf.kid}: ${leaf.fault}`,
          );
        else if (leaf.key !== undefined) this.key(thumbprint(leaf.key), index, ownerOf(leaf.statement));
        break;
      case 'certificate':
        if (this.expected.certificates?.has(leaf.digest) === false)
          this.say('certificate-unasked', index, `a certificate ${leaf.digest} is recorded`);
        break;
      case 'logFault':
        this.say(
          'log-fault',
          index,
          `the registrar says: ${leaf.fault} of ${leaf.origin} from entry ${leaf.size} on`,
        );
        break;
      case 'checkpoints':
        this.cover(entry, leaf.coverage);
        break;
      case 'genesis':
      case 'status':
    }
    return undefined;
  }

  /** What was announced since this was last asked. */
  taken(): readonly Alarm[] {
    return this.alarms.splice(0);
  }

  private cover(entry: Uint8Array, coverage: readonly ReadCoverage[]): void {
    const decoded = decodeRootLogEntry(entry);
    const notes = decoded.ok && decoded.value.kind === 'checkpoints' ? decoded.value.checkpoints : [];
    for (const [at, { origin, size, root, fault, advances }] of coverage.entries())
      if (fault === null && advances) this.covered.set(origin, { size, root, note: notes[at] ?? '' });
  }

  private key(kid: string, index: number, owner: string): void {
    if (this.expected.keys?.has(kid) !== false) return;
    this.say('key-unannounced', index, `a key ${kid} is registered for ${owner}`);
  }

  private say(code: Alarm['code'], at: number, detail: string): void {
    this.alarms.push({ code, origin: this.network.rootOrigin, at, detail });
  }
}

function ownerOf(statement: Statement): string {
  if (statement.type !== 'KeyAdded' && statement.type !== 'KeyRotated') return 'nobody';
  return Object.values(statement.owner).join(' ');
}

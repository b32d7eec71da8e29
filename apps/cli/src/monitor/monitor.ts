import { Network } from '@lodemark/domain';
import { nodeSignatures } from '@lodemark/platform/light';
import { fromUtf8, isAdmissible, openWitnessed, type TrustPolicy } from '@lodemark/transparency';
import type { VouchedTrees } from '@lodemark/witness';
import { Failure } from '../failure.js';
import { FacilityEntries } from '../log/facility-entries.js';
import type { LogSource } from '../log/log-source.js';
import type { Alarm, AlarmCode } from './alarm.js';
import {
  checkpointPath,
  compareViews,
  seenBy,
  witnessesAsked,
  type Onlooker,
  type Seen,
} from './onlookers.js';
import { RootAnnouncements, type Expected } from './root-announcements.js';
import { WatchedLog, type SignedTree } from './watched-log.js';

export interface MonitorParts {
  readonly network: Network;
  readonly policy: TrustPolicy;
  readonly expected: Expected;
  readonly root: LogSource;
  /** Undefined for a facility whose log is not looked at. */
  readonly logOf: (facility: string) => LogSource | undefined;
  /** What was seen, beyond this run. */
  readonly trees: VouchedTrees;
  /** With whom the root log is compared, beside the witnesses of the policy. */
  readonly others: readonly Onlooker[];
  readonly now: () => Date;
  /** Seconds after which a root log without a newer checkpoint is stale. */
  readonly staleAfter: number;
}

/** One look at everything. */
export interface Round {
  readonly alarms: readonly Alarm[];
  readonly root: { readonly size: number; readonly root: string };
  /** Facility logs that were read, by origin, and how far. */
  readonly logs: Readonly<Record<string, number>>;
  /** What could not be read this time, and why. */
  readonly unreadable: readonly string[];
}

const SIGNATURES = nodeSignatures(isAdmissible);

/** Follows the root log and the facility logs that it may read, and believes nothing that does not follow from them. */
export class Monitor {
  private readonly announcements: RootAnnouncements;
  private readonly logs = new Map<string, WatchedLog>();
  private readonly said = new Set<string>();

  constructor(private readonly parts: MonitorParts) {
    this.announcements = new RootAnnouncements(parts.network, parts.expected, SIGNATURES);
  }

  /** What was seen last of the root log, for monitors that compare theirs with it. */
  get seen(): Seen {
    const { network, trees } = this.parts;
    return {
      path: checkpointPath(network.rootOrigin),
      note: async () => (await trees.last(network.rootOrigin))?.note,
    };
  }

  /** @throws Failure when the root log cannot be read */
  async round(): Promise<Round> {
    const { network, root, policy, others } = this.parts;
    const alarms: Alarm[] = [];
    const unreadable: string[] = [];
    // Asked first: whoever was shown more than is shown here afterwards was shown what is kept from here.
    const views = await seenBy([...witnessesAsked(policy), ...others], network.rootOrigin);
    const signed = await this.signedRoot(await root.checkpoint(), alarms);
    const watched = await this.watched(network.rootOrigin, root);
    if (signed !== undefined) {
      alarms.push(...(await watched.advance(signed)), ...this.announcements.taken());
      await this.remember(network.rootOrigin, watched, signed);
      alarms.push(...(await compareViews(views, { watched, signed, policy, checker: SIGNATURES })));
    }
    const logs: Record<string, number> = {};
    for (const [origin, covered] of this.announcements.covered) {
      const source = this.parts.logOf(network.facilityOf(origin) ?? '');
      if (source === undefined) continue;
      try {
        const log = await this.watched(origin, source);
        alarms.push(...(await log.advance(covered)));
        await this.remember(origin, log, covered);
        logs[origin] = covered.size;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        unreadable.push(`${origin}: ${error.message}`);
      }
    }
    const size = signed?.size ?? 0;
    return { alarms: this.unsaid(alarms), root: { size, root: signed?.root ?? '' }, logs, unreadable };
  }

  private async signedRoot(bytes: Uint8Array, alarms: Alarm[]): Promise<SignedTree | undefined> {
    const { network, policy, now, staleAfter } = this.parts;
    const note = fromUtf8(bytes) ?? '';
    const say = (code: AlarmCode, at: number, detail: string) =>
      alarms.push({ code, origin: network.rootOrigin, at, detail, evidence: [note] });
    const opened = await openWitnessed(bytes, policy, SIGNATURES);
    if (!opened.ok || opened.value.checkpoint.origin !== network.rootOrigin) {
      say('checkpoint-untrusted', 0, opened.ok ? 'it is of another log' : (opened.problems[0]?.detail ?? ''));
      return undefined;
    }
    const { checkpoint, quorumMet, cosignatures } = opened.value;
    const { size, root } = checkpoint;
    if (!quorumMet) say('quorum-missing', size, 'too few witnesses cosigned the root checkpoint');
    const latest = Math.max(...cosignatures.map(({ time = 0 }) => time));
    const age = now().getTime() / 1000 - latest;
    if (cosignatures.length > 0 && age > staleAfter)
      say('stale', size, `no witness cosigned a root checkpoint for ${Math.round(age)} seconds`);
    return { size, root, note };
  }

  private async watched(origin: string, source: LogSource): Promise<WatchedLog> {
    const known = this.logs.get(origin);
    if (known !== undefined) return known;
    const last = await this.parts.trees.last(origin);
    const before = last && { size: last.checkpoint.size, root: last.checkpoint.root, note: last.note };
    const entries = new FacilityEntries();
    const read =
      origin === this.parts.network.rootOrigin
        ? (entry: Uint8Array, index: number) => this.announcements.read(entry, index)
        : (entry: Uint8Array) => entries.follow(entry);
    const log = new WatchedLog(origin, source, read, before);
    this.logs.set(origin, log);
    return log;
  }

  /** So that the next run knows what this one saw. */
  private async remember(origin: string, log: WatchedLog, { size, root, note }: SignedTree): Promise<void> {
    if (log.rootAt(size) !== root) return;
    await this.parts.trees.advance(origin, (last) => {
      const isNews = last === undefined || last.checkpoint.size < size;
      return Promise.resolve(isNews ? { checkpoint: { origin, size, root }, note } : last);
    });
  }

  /** Each thing is said once, however often it is seen. */
  private unsaid(alarms: readonly Alarm[]): readonly Alarm[] {
    return alarms.filter(({ code, origin, at, detail }) => {
      const name = code === 'stale' ? `${code} ${origin} ${at}` : `${code} ${origin} ${at} ${detail}`;
      const isNew = !this.said.has(name);
      this.said.add(name);
      return isNew;
    });
  }
}

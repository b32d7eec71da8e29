import {
  bundleBytes,
  embed,
  parseVcJwt,
  readCertificate,
  type Bundle,
  type BundleLog,
} from '@lodemark/certificate';
import type { Network } from '@lodemark/domain';
import { custodiansOf, involvedIn } from '@lodemark/policy';
import { readCanonicalJson, toBase64, WHOLE_FACILITY } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import { Closure } from '../evidence/closure.js';
import { StoredEntries, type EntryPlace } from '../evidence/stored-entries.js';
import type { HeadsProofs } from '../heads/heads-proofs.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';
import type { PolicyDocuments } from '../policies/policy-documents.js';
import type { RegistryClient } from '../registry-client.js';
import type { IssuedCertificate } from './certificate-store.js';
import { LogTrees } from './log-trees.js';

export interface BundlePorts {
  readonly pool: Pool;
  readonly network: Network;
  readonly closure: Closure;
  readonly stored: StoredEntries;
  readonly documents: PolicyDocuments;
  readonly heads: HeadsProofs;
  readonly registry: RegistryClient;
}

interface PublishedNote {
  readonly size: number;
  readonly note: string;
}

/** Everything that somebody needs to judge anew what a certificate says, in one file. */
export class Bundles {
  private readonly trees: LogTrees;

  constructor(private readonly ports: BundlePorts) {
    this.trees = new LogTrees(ports.pool);
  }

  /** Canonical bytes. @throws ReadRefusal `certificate-not-covered` until a published checkpoint covers its entry */
  async of(certificate: IssuedCertificate, horizon: FilledHorizon): Promise<Uint8Array> {
    const { documents } = this.ports;
    const checkpoints = await this.checkpoints(certificate, horizon);
    const size = checkpoints.at(-1)?.size ?? 0;
    const policy = readCanonicalJson(await documents.bytes(certificate.policy));
    if (!policy.ok) throw new Error(`policy ${certificate.policy} is not canonical`);
    const bundle: Bundle = {
      v: 1,
      kind: 'lodemark-bundle',
      certificate: certificate.jwt,
      root: {
        origin: this.ports.network.rootOrigin,
        entries: (await this.bytesOf(this.ports.network.rootOrigin, size)).map(embed),
        checkpoints: checkpoints.map(({ note }) => note),
      },
      logs: await this.logs(certificate.lot, horizon),
      policy: policy.value as Bundle['policy'],
      statusLists: await this.statusLists(size, certificate),
    };
    return bundleBytes(bundle);
  }

  /** The newest published checkpoint, which must cover the certificate, and those that bracket its horizon. */
  private async checkpoints(
    { rootIndex }: IssuedCertificate,
    { size: horizon }: FilledHorizon,
  ): Promise<readonly PublishedNote[]> {
    const last = await this.published('c.size >= $2 ORDER BY c.size DESC', 0);
    if (rootIndex === undefined || last === undefined || last.size <= rootIndex) {
      throw new ReadRefusal({
        code: 'certificate-not-covered',
        detail: 'No published root checkpoint covers the certificate yet; ask again in a second or two.',
      });
    }
    const first = await this.published('c.size >= $2 ORDER BY c.size', horizon);
    return first === undefined || first.size === last.size ? [last] : [first, last];
  }

  /** Of the published checkpoints that the root log held here fits, the first in this order. */
  private async published(order: string, from: number): Promise<PublishedNote | undefined> {
    const { rows } = await this.ports.pool.query<{ size: string; note: string }>(
      `SELECT c.size, c.note FROM root_checkpoint c
       JOIN entry e ON e.origin = $1 AND e.idx = c.size - 1 AND e.tree_root = c.root WHERE ${order} LIMIT 1`,
      [this.ports.network.rootOrigin, from],
    );
    return rows[0] && { size: toCount(rows[0].size), note: rows[0].note };
  }

  private async bytesOf(origin: string, size: number): Promise<readonly Uint8Array[]> {
    const { rows } = await this.ports.pool.query<{ bytes: Buffer }>(
      `SELECT bytes FROM entry WHERE origin = $1 AND idx < $2 ORDER BY idx`,
      [origin, size],
    );
    return rows.map(({ bytes }) => bytes);
  }

  private async logs(lot: string, horizon: FilledHorizon): Promise<BundleLog[]> {
    const { network, closure, stored } = this.ports;
    const { lots, naming } = await closure.upstream(horizon, lot);
    const { entries } = await stored.at(horizon, naming);
    const involved = involvedIn(custodiansOf(lots, entries));
    const wide = await closure.facilityWide(horizon, involved);
    const places = groupedByOrigin([...naming, ...wide]);
    const logs: BundleLog[] = [];
    for (const [origin, size] of [...horizon.counted].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (size === 0) continue;
      const names = [
        ...lots,
        ...(involved.includes(network.facilityOf(origin) ?? '') ? [WHOLE_FACILITY] : []),
      ].sort();
      logs.push(await this.log({ origin, size }, places.get(origin) ?? new Set(), names));
    }
    return logs;
  }

  private async log(
    { origin, size }: { readonly origin: string; readonly size: number },
    places: ReadonlySet<number>,
    names: readonly string[],
  ): Promise<BundleLog> {
    const indexes = [...new Set([...places, size - 1])].sort((a, b) => a - b);
    const { rows } = await this.ports.pool.query<{
      idx: string;
      bytes: Buffer;
      covered: string;
      root: string;
    }>(
      `SELECT e.idx, e.bytes, encode(l.tree_root, 'hex') AS root, (
         SELECT min(c.size) FROM coverage c WHERE c.origin = e.origin AND c.advances AND c.size > e.idx
       ) AS covered
       FROM entry e JOIN entry l ON l.origin = e.origin AND l.idx = $3
       WHERE e.origin = $1 AND e.idx = ANY ($2::bigint[]) ORDER BY e.idx`,
      [origin, indexes, size - 1],
    );
    const tree = await this.trees.of(origin, size, rows[0]?.root ?? '');
    const entries = await Promise.all(
      rows.map(async ({ idx, bytes }) => {
        const index = toCount(idx);
        return { index, proof: (await tree.inclusion(index)).map(toBase64), ...embed(bytes) };
      }),
    );
    const sizes = [...new Set(rows.map(({ covered }) => toCount(covered)))].filter((one) => one < size);
    const consistency = await Promise.all(
      sizes
        .sort((a, b) => a - b)
        .map(async (one) => ({ size: one, proof: (await tree.consistency(one)).map(toBase64) })),
    );
    const heads = await this.ports.heads.at(origin, size, names);
    return { origin, size, entries, consistency, heads: heads as BundleLog['heads'] };
  }

  /** From the newest that the root log names back to those that hold the certificate's bits. */
  private async statusLists(size: number, certificate: IssuedCertificate): Promise<string[]> {
    const { pool, network, registry } = this.ports;
    const { rows } = await pool.query<{ bytes: Buffer }>(
      `SELECT e.bytes FROM root_leaf l JOIN entry e ON e.origin = $1 AND e.idx = l.idx
       WHERE l.kind = 'status' AND l.idx < $2 ORDER BY l.idx DESC`,
      [network.rootOrigin, size],
    );
    const lists: string[] = [];
    const open = new Set(statusUrls(certificate.jwt));
    for (const { bytes } of rows) {
      const { digest } = JSON.parse(bytes.toString('utf8')) as { digest: string };
      const text = await this.statusList(digest, registry);
      if (text === undefined) break;
      lists.push(text);
      open.delete(urlOfList(text) ?? '');
      if (open.size === 0) break;
    }
    return lists;
  }

  private async statusList(digest: string, registry: RegistryClient): Promise<string | undefined> {
    const { rows } = await this.ports.pool.query<{ jwt: string }>(
      `SELECT jwt FROM asked.status_list WHERE digest = $1`,
      [digest],
    );
    return rows[0]?.jwt ?? (await registry.document('status-lists', digest));
  }
}

/** The lists that a certificate of our own is on. */
function statusUrls(jwt: string): readonly string[] {
  const read = parseVcJwt(jwt);
  const certificate = 'problem' in read ? read : readCertificate(read.credential);
  return 'problem' in certificate ? [] : certificate.status.map(({ list }) => list);
}

function urlOfList(jwt: string): string | undefined {
  const read = parseVcJwt(jwt);
  const id = 'problem' in read ? undefined : read.credential['id'];
  return typeof id === 'string' ? id : undefined;
}

function groupedByOrigin(places: readonly EntryPlace[]): ReadonlyMap<string, Set<number>> {
  const byOrigin = new Map<string, Set<number>>();
  for (const { origin, idx } of places) byOrigin.set(origin, (byOrigin.get(origin) ?? new Set()).add(idx));
  return byOrigin;
}

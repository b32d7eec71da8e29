import type { Network } from '@lodemark/domain';
import { toHex } from '@lodemark/transparency';
import type { Pool } from 'pg';
import { toCount } from '../database/tables.js';
import type { RootStatements } from '../evidence/root-statements.js';
import { facilityRecords } from '../facilities/root-views.js';

export interface LogAddressPorts {
  readonly pool: Pool;
  readonly network: Network;
  readonly root: RootStatements;
  readonly registryUrl: string;
}

/** Where each log is served over HTTP: the root log by the registry, a facility's where the root log last said. */
export class LogAddresses {
  constructor(private readonly ports: LogAddressPorts) {}

  async of(origin: string): Promise<string | undefined> {
    const { network, registryUrl, root } = this.ports;
    if (origin === network.rootOrigin) return `${trimmed(registryUrl)}/v1/root`;
    const facility = network.facilityOf(origin);
    const head = await this.head();
    if (facility === undefined || head === undefined) return undefined;
    const record = facilityRecords(await root.at(head)).find((one) => one.facility === facility);
    return record === undefined ? undefined : `${trimmed(record.custodyUrl)}/v1/logs/${facility}`;
  }

  private async head(): Promise<{ size: number; rootHash: string } | undefined> {
    const { rows } = await this.ports.pool.query<{ next: string; tree_root: Buffer }>(
      `SELECT l.next, e.tree_root FROM log l JOIN entry e ON e.origin = l.origin AND e.idx = l.next - 1
       WHERE l.origin = $1`,
      [this.ports.network.rootOrigin],
    );
    const [row] = rows;
    return row && { size: toCount(row.next), rootHash: toHex(row.tree_root) };
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

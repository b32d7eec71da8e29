import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, DrivenClock } from '@lodemark/platform';
import { EmbeddedPostgres } from '@lodemark/standalone';
import { buildJws, canonicalBytes } from '@lodemark/transparency';
import { Network } from '../../apps/standalone/src/network.js';
import { Parties } from '../../apps/standalone/src/scenario/parties.js';
import { trustFileOf } from '../corpus/recording.js';
import { FLOAT, lastOf, layersOf, REGISTERED, REVIEWED, type Cloth } from './woven-network.js';

const FACILITY = 'kokbulak';
const STARTS = new Date('2026-11-20T08:00:00Z');
const BATCH = 500;
const HOUR_MS = 3_600_000;

interface Certificate {
  readonly id: string;
  readonly outcome: string;
}

/** Registry, custody, provenance and two witnesses in this process, with one facility whose lots are woven. */
export class CertifiedNetwork {
  private readonly parties: Parties;
  private serial = 0;

  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly folder: string,
    readonly network: Network,
    readonly clock: DrivenClock,
  ) {
    this.parties = new Parties({
      ...{
        name: network.name,
        registryUrl: network.registryUrl,
        provenanceUrl: network.provenanceUrl,
        clock,
      },
      custodyOf: () => network.custodyUrl,
      token: (...asked) => network.token(...asked),
      settle: () => network.settle(),
    });
  }

  static async start(): Promise<CertifiedNetwork> {
    const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
    const folder = await mkdtemp(join(tmpdir(), 'lodemark-bench-'));
    const clock = new DrivenClock(STARTS);
    const network = await Network.start({
      ...{ adminUrl: server.adminUrl, folder, name: 'bench.lodemark.example', clock, roundMs: 0 },
      logger: createLogger({ service: 'bench', level: 'fatal' }),
    });
    const certified = new CertifiedNetwork(server, folder, network, clock);
    await certified.join();
    return certified;
  }

  /** Lots that descend from one another layer by layer, each layer under a checkpoint of its own. */
  async weave(width: number, layers: number): Promise<readonly string[]> {
    this.serial += 1;
    const cloth: Cloth = { facility: FACILITY, name: `C${this.serial}`, width, layers };
    for (const events of layersOf(cloth)) await this.post(events);
    return lastOf(cloth);
  }

  async issue(lot: string): Promise<Certificate> {
    const answer = await this.ask('/v1/certificates', { lot, policy: 'WC-3', refusal: true });
    const { certificates } = (await answer.json()) as { readonly certificates: readonly Certificate[] };
    const [certificate] = certificates;
    if (certificate === undefined) throw new Error(`no certificate on ${lot}`);
    return certificate;
  }

  async judge(lot: string): Promise<void> {
    await (await this.ask('/v1/verdicts', { lot, policy: 'WC-3', question: {} })).body?.cancel();
  }

  async bundle(id: string): Promise<Uint8Array> {
    await this.network.settle();
    return new Uint8Array(await (await this.ask(`/v1/certificates/${id}/bundle`)).arrayBuffer());
  }

  trustFile(): Promise<string> {
    return trustFileOf(this.network);
  }

  /** Something new in the root log, whatever it is. */
  async say(): Promise<void> {
    this.serial += 1;
    await this.parties.organization(
      `org-${this.serial}`,
      { legalName: 'X', kind: 'other', incorporatedIn: 'CA' },
      false,
    );
  }

  async stop(): Promise<void> {
    await this.network.stop();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async join(): Promise<void> {
    const organization = `${FACILITY}-co`;
    await this.parties.organization(
      organization,
      { legalName: 'X', kind: 'operator', incorporatedIn: 'CA' },
      false,
    );
    await this.parties.ownership(organization, { from: '2020-01-01', holders: [FLOAT] });
    await this.parties.facility(
      FACILITY,
      { organization, name: 'X', country: 'CA', operating: { from: '2020-01-01' }, ...REGISTERED },
      'own',
    );
    await this.network.settle();
    this.clock.advance(HOUR_MS);
    await this.post([REVIEWED]);
  }

  /** Signed by the facility, in batches, and then covered. */
  private async post(events: readonly object[]): Promise<void> {
    const occurredAt = this.clock.now().toISOString();
    const payloads = events.map((event) =>
      canonicalBytes({ v: 1, facility: FACILITY, eventId: randomUUID(), occurredAt, ...event }),
    );
    const signer = this.parties.eventSigner(FACILITY, undefined);
    if (signer === undefined) throw new Error('the facility signs itself');
    for (let at = 0; at < payloads.length; at += BATCH) {
      const batch = payloads.slice(at, at + BATCH);
      await this.postBatch(
        await Promise.all(batch.map((one) => buildJws(one, signer, 'lodemark-event+jws'))),
      );
    }
    await this.network.settle();
    this.clock.advance(HOUR_MS);
  }

  private async postBatch(lines: readonly string[]): Promise<void> {
    const answer = await fetch(`${this.network.custodyUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    });
    const text = await answer.text();
    if (!answer.ok || /"outcome":"(refused|failed)"/.test(text)) throw new Error(text.slice(0, 2_000));
  }

  private async ask(path: string, body?: object): Promise<Response> {
    const token = await this.network.token('auditor', [{ role: 'administrator' }]);
    const answer = await fetch(`${this.network.provenanceUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer;
  }
}

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { lotCreated } from '../../apps/custody/test/support/parties.js';
import { EmbeddedPostgres } from '@lodemark/standalone';
import { buildJws, canonicalBytes, payloadDigest } from '@lodemark/transparency';
import { Parties } from '../../apps/standalone/src/scenario/parties.js';
import type { DrivenNetwork } from '../../apps/standalone/src/scenario/network.js';
import type { EventStep, ScenarioStep } from '../../apps/standalone/src/scenario/scenario-file.js';
import { shippedPolicies } from '../../apps/standalone/src/publish-policies.js';
import { BuiltSite } from '../support/built-site.js';
import type { Environment } from '../support/built-service.js';
import type { Installation } from '../support/installation.js';
import { until } from '../support/until.js';
import { ProcessorTime } from './processor-time.js';
import { wideLineage, type WideLineage } from './wide-lineage.js';

const BATCH = 250;

const LATE_HOURS = 100_000;

/** The facilities of the golden path on built services, into whose logs whole lineages are posted. */
export class VerdictNetwork {
  private readonly digests = new Map<string, string>();
  private readonly lastEntries = new Map<string, string>();
  private readonly parties: Parties;
  private joined = false;

  private constructor(
    readonly server: EmbeddedPostgres,
    readonly site: BuiltSite,
    readonly custody: Installation,
    readonly provenance: Installation,
  ) {
    this.parties = new Parties(this.driven());
  }

  static async start(environment: Environment = {}): Promise<VerdictNetwork> {
    const server = await EmbeddedPostgres.start({ settings: { max_connections: '300' } });
    process.env['TEST_POSTGRES_URL'] = server.adminUrl;
    const site = await BuiltSite.start({ label: 'bench', environment });
    const custody = await site.addCustody();
    const provenance = await site.addProvenance();
    await provenance.serve();
    return new VerdictNetwork(server, site, custody, provenance);
  }

  /** Posts a lineage of its own with so many ancestors, and waits until verdicts can be given on it. */
  async addLineage(serial: string, ancestors: number): Promise<WideLineage> {
    const lineage = await wideLineage({ ancestors, serial, now: new Date() });
    if (!this.joined) await this.join(lineage.parties);
    const sent = new Map<string, string[]>();
    // Signed in the order of the story, as later events name earlier ones by their digest; posted log by log.
    for (const step of lineage.events) {
      const lines = sent.get(step.facility) ?? [];
      sent.set(step.facility, lines);
      lines.push(await this.signed(step));
    }
    for (const [facility, lines] of sent) await this.post(facility, lines);
    await this.covered();
    return lineage;
  }

  /** Events of lots that have nothing to do with any lineage, signed by one of its facilities. */
  async otherLots(count: number): Promise<readonly string[]> {
    const signer = this.parties.eventSigner('kokbulak', undefined);
    if (signer === undefined) throw new Error('kokbulak has no key of its own');
    const lines: string[] = [];
    for (let made = 0; made < count; made += 1)
      lines.push(await buildJws(canonicalBytes(lotCreated('kokbulak')), signer, 'lodemark-event+jws'));
    return lines;
  }

  /** What client, services and database use of the processors. */
  processorTime(): ProcessorTime {
    return new ProcessorTime([
      { name: 'client', pid: process.pid },
      { name: 'custody', pid: this.custody.pid },
      { name: 'provenance', pid: this.provenance.pid },
      { name: 'registry', pid: this.site.registry.pid },
      { name: 'Postgres', pid: this.server.pid, withChildren: true },
    ]);
  }

  /** Entries that provenance has applied, of all facilities. */
  async applied(): Promise<number> {
    const client = new pg.Client({ connectionString: this.provenance.database.adminUrl });
    await client.connect();
    const text = `SELECT sum(next)::int AS held FROM provenance.log WHERE kind = 'facility'`;
    const { rows } = await client.query<{ held: number | null }>(text);
    await client.end();
    return rows[0]?.held ?? 0;
  }

  /** Waits until a horizon that covers everything can be answered at. */
  async covered(): Promise<void> {
    for (const entry of this.lastEntries.values()) await this.site.covered(entry);
    const size = await this.site.rootSize();
    await until(async () => (await this.latestHorizon()) >= size);
  }

  async latestHorizon(): Promise<number> {
    const token = await this.site.identity.token('bench', { role: 'administrator' });
    const response = await fetch(`${this.provenance.url}/v1/horizons/latest`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { horizon } = (await response.json()) as { horizon?: { size: number } };
    return horizon?.size ?? 0;
  }

  /** As autovacuum does soon after so many entries came in. */
  async analyze(): Promise<void> {
    const client = new pg.Client({ connectionString: this.provenance.database.adminUrl });
    await client.connect();
    await client.query('VACUUM ANALYZE');
    await client.end();
  }

  async stop(): Promise<void> {
    await this.provenance.stop();
    await this.custody.stop();
    await this.site.remove();
    await this.server.stop();
  }

  private async join(steps: readonly ScenarioStep[]): Promise<void> {
    for (const step of steps) {
      if ('organization' in step)
        await this.parties.organization(step.organization, step.fields, step.attestationKey ?? false);
      else if ('ownership' in step) await this.parties.ownership(step.ownership, step.fields);
      else if ('facility' in step && 'fields' in step && 'key' in step)
        await this.parties.facility(step.facility, step.fields ?? {}, 'own');
    }
    // Somebody made sure of the law today, so that it is the lot that is judged and not the date of a file; and it is
    // posted in minutes what happened over months, which these policies do not hold against it.
    const legalStatusDate = new Date().toISOString().slice(0, 10);
    for (const document of await shippedPolicies()) {
      const { latenessHours, ...parameters } = document.parameters;
      const late = Object.fromEntries(Object.keys(latenessHours ?? {}).map((kind) => [kind, LATE_HOURS]));
      await this.site.publishPolicy(document.id, {
        ...{ ...document, legalStatusDate },
        parameters: latenessHours === undefined ? parameters : { ...parameters, latenessHours: late },
      });
    }
    await this.site.settled(this.custody);
    this.joined = true;
  }

  private async signed({ event, at, type, facility, fields, attestations = [] }: EventStep): Promise<string> {
    const attested = await Promise.all(
      attestations.map(({ by, ...words }) =>
        buildJws(
          canonicalBytes({ v: 1, organization: by, statedAt: at, ...(this.resolved(words) as object) }),
          this.parties.attestationSigner(by),
          'lodemark-attestation+jws',
        ),
      ),
    );
    const bytes = canonicalBytes({
      ...{ v: 1, type, facility, eventId: randomUUID(), occurredAt: at },
      ...(attested.length > 0 ? { attestations: attested } : {}),
      ...(this.resolved(fields ?? {}) as object),
    });
    this.digests.set(event, payloadDigest(bytes));
    const signer = this.parties.eventSigner(facility, undefined);
    if (signer === undefined) throw new Error(`${facility} has no key of its own`);
    return buildJws(bytes, signer, 'lodemark-event+jws');
  }

  /** Puts digests of earlier events where `{of: name}` stands. */
  private resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolved(item));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value);
    const [only] = members;
    if (members.length === 1 && only?.[0] === 'of' && typeof only[1] === 'string')
      return this.digests.get(only[1]) ?? only[1];
    return Object.fromEntries(members.map(([name, member]) => [name, this.resolved(member)]));
  }

  private async post(facility: string, lines: readonly string[]): Promise<void> {
    for (let at = 0; at < lines.length; at += BATCH) {
      const response = await fetch(`${this.custody.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.slice(at, at + BATCH).join('\n'),
      });
      const text = await response.text();
      if (!response.ok || text.includes('"refused"'))
        throw new Error(`${facility}: a batch was answered with ${response.status}: ${text.slice(0, 800)}`);
      const indexes = [...text.matchAll(/"index":(\d+)/g)].map(([, index]) => Number(index));
      this.lastEntries.set(facility, `${facility}/${String(Math.max(...indexes))}`);
    }
  }

  private driven(): DrivenNetwork {
    const { custody, provenance } = this;
    const { registry, identity } = this.site;
    return {
      name: 'demo.lodemark.example',
      registryUrl: registry.url,
      provenanceUrl: provenance.url,
      custodyOf: () => custody.url,
      // Keys hold from yesterday on: the services' clocks are the machine's.
      clock: { now: () => new Date(Date.now() - 60_000), set: () => undefined },
      token: (subject, roles) => identity.token(subject, ...roles),
      settle: () => this.site.rootSize(),
    };
  }
}

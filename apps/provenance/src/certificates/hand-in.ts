import { STATUS_ENTRIES } from '@lodemark/certificate';
import type { Logger } from '@lodemark/platform';
import type { ProvenanceMetrics } from '../provenance-metrics.js';
import { RegistryRefusal, type RegistryClient } from '../registry-client.js';
import type { CertificateIssuer } from './certificate-issuer.js';
import type { CertificateStore, IssuedCertificate } from './certificate-store.js';
import type { StatusLists } from './status-lists.js';

export interface HandInPorts {
  readonly store: CertificateStore;
  readonly lists: StatusLists;
  readonly registry: RegistryClient;
  readonly issuer: CertificateIssuer | undefined;
  readonly metrics: Pick<ProvenanceMetrics, 'handIns'>;
  readonly logger: Logger;
}

const AT_ONCE = 100;
/** Milliseconds until the first new try, and between tries at most. */
const BACKOFF = { first: 1_000, most: 60_000 };

/**
 * Brings what was signed into the root log: status lists that say less than is known, and certificates that the registry
 * did not take when they were issued. While the registry does not answer it is asked ever more seldom.
 */
export class HandIn {
  private failures = 0;
  private notBefore = 0;

  constructor(
    private readonly ports: HandInPorts,
    /** Milliseconds that only ever grow; no scenario drives them. */
    private readonly elapsed: () => number = () => performance.now(),
  ) {}

  /** One certificate; its lists first: one whose status nobody can look up is none. */
  async one(certificate: IssuedCertificate): Promise<IssuedCertificate> {
    const { issuer, metrics } = this.ports;
    if (issuer === undefined) return certificate;
    try {
      const rootIndex = await this.record(certificate, issuer);
      metrics.handIns.inc({ outcome: 'taken' });
      return { ...certificate, rootIndex };
    } catch (error) {
      metrics.handIns.inc({ outcome: error instanceof RegistryRefusal ? 'refused' : 'failed' });
      throw error;
    }
  }

  private async record(certificate: IssuedCertificate, issuer: CertificateIssuer): Promise<number> {
    const { store, lists, registry } = this.ports;
    await lists.publish(issuer, Math.floor(certificate.number / STATUS_ENTRIES));
    const { index } = await registry.record('certificates', certificate.jwt);
    await store.recorded(certificate.id, index);
    return index;
  }

  /** All that waits. */
  async advance(): Promise<void> {
    if (this.ports.issuer === undefined || this.elapsed() < this.notBefore) return;
    try {
      await this.ports.lists.publishAll(this.ports.issuer);
      const refused = await this.certificates();
      if (refused === undefined) this.failures = 0;
      else this.putOff(refused);
    } catch (error) {
      this.putOff(error);
    }
  }

  /** What the registry refuses for what it is holds up no other; gives the last refusal. */
  private async certificates(): Promise<RegistryRefusal | undefined> {
    let refused: RegistryRefusal | undefined;
    for (let after = -1; ;) {
      const waiting = await this.ports.store.unrecorded(after, AT_ONCE);
      const last = waiting.at(-1);
      if (last === undefined) return refused;
      after = last.number;
      for (const certificate of waiting) {
        try {
          await this.one(certificate);
        } catch (error) {
          if (!(error instanceof RegistryRefusal)) throw error;
          refused = error;
        }
      }
    }
  }

  private putOff(err: unknown): void {
    const pause = Math.min(BACKOFF.first * 2 ** this.failures, BACKOFF.most);
    this.failures += 1;
    this.notBefore = this.elapsed() + pause;
    this.ports.logger.warn(
      { err, pause },
      'certificates or status lists are not in the root log yet; it is tried again',
    );
  }
}

import { VC_JWT_MEDIA_TYPE } from '@lodemark/certificate';
import type { FetchPolicyDocument } from './policies/policy-documents.js';
import type { ReportFault } from './ingest/fork-reports.js';

/** Where the root log names a document. */
export interface RecordedDocument {
  readonly digest: string;
  readonly index: number;
}

/** The registry does not take a document for what it is, and would not take it the next time. */
export class RegistryRefusal extends Error {
  override readonly name = 'RegistryRefusal';
}

export type ServiceToken = (url: string) => Promise<string>;

const TIMEOUT_MS = 10_000;
const MAX_DOCUMENT = 4 * 1024 * 1024;

/** What provenance asks of the registry beside the root log: policy documents, and to record a fork. */
export class RegistryClient {
  private readonly base: string;

  constructor(
    registryUrl: string,
    private readonly token: ServiceToken | undefined,
  ) {
    this.base = registryUrl.replace(/\/+$/, '');
  }

  readonly policyDocument: FetchPolicyDocument = async (digest) => {
    const response = await this.send(`/v1/policies/${digest}`, { headers: { accept: 'application/json' } });
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`the registry answered ${response.status} for policy ${digest}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes.length > MAX_DOCUMENT) throw new Error(`policy ${digest} has ${bytes.length} bytes`);
    return bytes;
  };

  readonly reportFault: ReportFault = async (fault) => {
    const path = '/v1/log-faults';
    const response = await this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await this.authorization(path)) },
      body: JSON.stringify(fault),
    });
    if (response.ok) return;
    throw new Error(`the registry answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  };

  /** Hands in a certificate or status list, which the key that signed it authenticates. */
  async record(collection: 'certificates' | 'status-lists', jwt: string): Promise<RecordedDocument> {
    const path = `/v1/${collection}`;
    const headers = { 'content-type': VC_JWT_MEDIA_TYPE };
    const response = await this.send(path, { method: 'POST', headers, body: jwt });
    if (!response.ok) {
      const detail = `the registry answered ${response.status}: ${(await response.text()).slice(0, 500)}`;
      const isForWhatItIs = [400, 403, 413, 422].includes(response.status);
      throw isForWhatItIs ? new RegistryRefusal(detail) : new Error(detail);
    }
    const { digest, index } = (await response.json()) as RecordedDocument;
    return { digest, index };
  }

  /** A document that the root log names, by its digest; undefined when the registry does not keep it. */
  async document(collection: 'certificates' | 'status-lists', digest: string): Promise<string | undefined> {
    const response = await this.send(`/v1/${collection}/${digest}`, {});
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`the registry answered ${response.status} for ${digest}`);
    return response.text();
  }

  private send(path: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(`${this.base}${path}`, { ...init, redirect: 'error', signal });
  }

  private async authorization(path: string): Promise<Record<string, string>> {
    if (this.token === undefined) return {};
    return { authorization: `Bearer ${await this.token(`${this.base}${path}`)}` };
  }
}

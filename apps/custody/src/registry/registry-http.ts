import { Inject, Injectable } from '@nestjs/common';
import type { CustodyConfig } from '../custody-config.js';
import { CONFIG } from '../ports.js';

/** Long enough for a registry that waits for its witnesses on a busy machine; the next round asks again. */
const TIMEOUT_MS = 30_000;

/** Longest answer that is read, in bytes: a page of full entries in base64, and room beside. */
const MAX_ANSWER = 128 * 1024 * 1024;

/** Requests to the configured registry and to nobody else; they end when the service stops. */
@Injectable()
export class RegistryHttp {
  private readonly stopping = new AbortController();

  constructor(@Inject(CONFIG) private readonly config: CustodyConfig) {}

  get(path: string): Promise<Response> {
    return this.send(path, {});
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Ends requests under way; none succeeds afterwards. */
  stop(): void {
    this.stopping.abort(new Error('the service is stopping'));
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const base = this.config.registryUrl.replace(/\/+$/, '');
    const response = await fetch(`${base}${path}`, { ...init, signal, redirect: 'error' });
    if (Number(response.headers.get('content-length') ?? 0) > MAX_ANSWER)
      throw new Error(`the registry's answer to ${path} is too long`);
    return response;
  }
}

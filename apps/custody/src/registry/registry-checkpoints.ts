import { Injectable } from '@nestjs/common';
import { RegistryHttp } from './registry-http.js';

/** The registry did not take a checkpoint, for a reason that may pass: the next round tries again. */
export class CheckpointNotTaken extends Error {
  override readonly name = 'CheckpointNotTaken';

  constructor(
    facility: string,
    readonly code: string,
  ) {
    super(`The registry did not take the checkpoint of ${facility}: ${code}.`);
  }
}

/** The last checkpoint of a facility log that the registry accepted. */
export interface AcceptedCheckpoint {
  readonly size: number;
  /** Lowercase hex. */
  readonly root: string;
}

/** The registry's side of facility checkpoints. */
@Injectable()
export class RegistryCheckpoints {
  constructor(private readonly http: RegistryHttp) {}

  /** Undefined before the first. */
  async last(facility: string): Promise<AcceptedCheckpoint | undefined> {
    const response = await this.http.get(`/v1/checkpoints/${facility}`);
    const body = await bodyOf(response);
    if (response.status === 404) return undefined;
    const { size, root } = body;
    if (response.ok && typeof size === 'number' && typeof root === 'string') return { size, root };
    throw new Error(`The registry answered ${response.status} for the last checkpoint of ${facility}.`);
  }

  /** Hands a checkpoint in; it is accepted and durable afterwards. @throws CheckpointNotTaken */
  async handIn(facility: string, note: string, consistencyProof: readonly string[]): Promise<void> {
    const response = await this.http.post('/v1/checkpoints', { checkpoint: note, consistencyProof });
    const body = await bodyOf(response);
    if (response.ok) return;
    const type = typeof body['type'] === 'string' ? body['type'].split('/').at(-1) : undefined;
    throw new CheckpointNotTaken(facility, type ?? String(response.status));
  }
}

async function bodyOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

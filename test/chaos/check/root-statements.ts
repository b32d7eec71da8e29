import { parsePublicJwk, verifierKey, type PublicJwk, type VerifierKey } from '@lodemark/transparency';
import type { LogContent, SeenCheckpoint } from './log-content.js';

/** What the root log says about the facility logs. */
export interface RootStatements {
  /** Keys that sign checkpoints and receipts, by facility. */
  readonly logKeys: ReadonlyMap<string, PublicJwk>;
  /** Keys that sign events, by their id. */
  readonly eventKeys: ReadonlyMap<string, PublicJwk>;
  /** Facility checkpoints that became evidence: what everybody relies on. */
  readonly checkpoints: readonly SeenCheckpoint[];
}

interface Entry {
  readonly kind: string;
  readonly jws?: string;
  readonly checkpoints?: readonly string[];
}

interface Statement {
  readonly owner?: { readonly facility?: string };
  readonly purpose?: string;
  readonly kid?: string;
  readonly jwk?: object;
}

export function readRootStatements({ entries }: LogContent): RootStatements {
  const logKeys = new Map<string, PublicJwk>();
  const eventKeys = new Map<string, PublicJwk>();
  const checkpoints: SeenCheckpoint[] = [];
  for (const { bytes } of entries) {
    const entry = JSON.parse(Buffer.from(bytes).toString()) as Entry;
    for (const note of entry.checkpoints ?? []) checkpoints.push({ from: 'the root log', note });
    if (entry.jws === undefined) continue;
    const payload = Buffer.from(entry.jws.split('.')[1] ?? '', 'base64url').toString();
    const { owner, purpose, kid, jwk } = JSON.parse(payload) as Statement;
    if (owner?.facility === undefined || kid === undefined || jwk === undefined) continue;
    const key = parsePublicJwk(jwk);
    if (!key.ok) continue;
    if (purpose === 'log') logKeys.set(owner.facility, key.value);
    else eventKeys.set(kid, key.value);
  }
  return { logKeys, eventKeys, checkpoints };
}

/** The key of a log for its notes. @throws Error for a key that notes cannot be signed with */
export function noteKey(origin: string, key: PublicJwk | undefined): VerifierKey {
  if (key?.kty !== 'OKP') throw new Error(`${origin} has no registered log key`);
  return verifierKey(origin, key);
}

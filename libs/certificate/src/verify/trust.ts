import type { Parsed } from '@lodemark/domain';
import { Network, pointer } from '@lodemark/domain';
import { parseTrustPolicy, readJson, type TrustPolicy } from '@lodemark/transparency';
import { z } from 'zod';

/**
 * Whom an auditor trusts, in a file of his own. Nothing in a bundle adds to it. `trustPolicy` is the text of a C2SP
 * tlog-policy: the root log's key, witnesses and quorum.
 */
export interface Trust {
  readonly trustPolicy: TrustPolicy;
  /** The network's name, from the one log of the policy. */
  readonly network: Network;
  /** Leaf hash of the root log's entry 0, lowercase hex. */
  readonly genesis: string;
  /** RFC 7638 thumbprints of the keys whose certificates are taken. */
  readonly issuers: readonly string[];
  /** Digests of the policy documents that are accepted; undefined: any that the root log published. */
  readonly policies: readonly string[] | undefined;
  /** How old the last checkpoint may be when the status is looked at. */
  readonly maxStatusAgeDays: number;
}

const shape = z.strictObject({
  v: z.literal(1),
  trustPolicy: z
    .string()
    .min(1)
    .max(256 * 1024),
  genesis: z.string().regex(/^[0-9a-f]{64}$/),
  issuers: z
    .array(z.string().regex(/^[A-Za-z0-9_-]{43}$/))
    .min(1)
    .max(1_000),
  policies: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .max(10_000)
    .optional(),
  maxStatusAgeDays: z.number().int().min(0).max(36_500).optional(),
});

/** Bytes; whoever reads a trust file reads nothing beyond. */
export const TRUST_LIMIT = 4 * 1024 * 1024;

const DEFAULT_STATUS_AGE_DAYS = 30;

/** Reads a trust file. Never throws. */
export function parseTrust(bytes: Uint8Array): Parsed<Trust> {
  const json = readJson(bytes, { length: TRUST_LIMIT });
  if (!json.ok) return { ok: false, problems: json.problems };
  const read = shape.safeParse(json.value);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => ({
      ...{ code: 'malformed', pointer: pointer(path), detail: message },
    }));
    return { ok: false, problems };
  }
  const { trustPolicy: text, genesis, issuers, policies, maxStatusAgeDays } = read.data;
  const trustPolicy = parseTrustPolicy(text);
  if (!trustPolicy.ok) {
    const problems = trustPolicy.problems.map((one) => ({ ...one, pointer: '/trustPolicy' }));
    return { ok: false, problems };
  }
  const origins = new Set(trustPolicy.value.logs.map(({ key }) => key.name));
  const [origin = ''] = origins;
  if (origins.size !== 1 || !origin.endsWith('/root')) {
    const detail = 'The policy must name one root log: a key whose name ends in /root.';
    return { ok: false, problems: [{ code: 'malformed', pointer: '/trustPolicy', detail }] };
  }
  const network = new Network(origin.slice(0, -'/root'.length));
  return {
    ok: true,
    value: {
      ...{ trustPolicy: trustPolicy.value, network, genesis, issuers, policies },
      maxStatusAgeDays: maxStatusAgeDays ?? DEFAULT_STATUS_AGE_DAYS,
    },
  };
}

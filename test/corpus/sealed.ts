import {
  bundleBytes,
  parseTrust,
  verifyBundle,
  type Bundle,
  type Verification,
  type VerifierPorts,
} from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform';
import { canonicalBytes, isAdmissible, type JsonObject } from '@lodemark/transparency';

/** What a forger writes, with what an auditor of the forged network would trust. */
export interface Sealed {
  readonly bundle: Bundle;
  readonly trust: TrustFile;
}

export interface TrustFile {
  readonly v: 1;
  readonly trustPolicy: string;
  readonly genesis: string;
  readonly issuers: readonly string[];
  readonly policies?: readonly string[];
  readonly maxStatusAgeDays?: number;
}

const checker = nodeSignatures(isAdmissible);

export function portsOf(trust: TrustFile, now: Date): VerifierPorts {
  const parsed = parseTrust(canonicalBytes(trust));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { trust: parsed.value, checker, gzip: nodeGzip, now };
}

export async function verifySealed({ bundle, trust }: Sealed, now: Date): Promise<Verification> {
  return verifyBundle(bundleBytes(bundle), portsOf(trust, now));
}

/** A credential that says otherwise what can be worked out again. */
export function withCertified(credential: JsonObject, changed: object): JsonObject {
  const subject = credential['credentialSubject'] as JsonObject;
  const lodemark = { ...(subject['lodemark'] as JsonObject), ...changed };
  return { ...credential, credentialSubject: { ...subject, lodemark } };
}

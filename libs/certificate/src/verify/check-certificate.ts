import { sha256Hex, toUtf8, type PublicJwk, type SignatureChecker } from '@lodemark/transparency';
import { readCertificate, type Certificate } from '../credential/certificate.js';
import { keyNamed, parseVcJwt, verifyVcJwt, type VcJwt } from '../credential/vc-jwt.js';
import { finding, SKEW_MS, type Report } from './finding.js';
import type { NamedDocument, RootPrefix, RootView } from './root-prefix.js';
import type { Trust } from './trust.js';

/** A certificate as it was signed as a JWT: what the root log names. */
export interface ReadJwt {
  readonly jwt: VcJwt;
  readonly certificate: Certificate;
}

/** Takes a certificate apart; undefined when it is none. */
export function openCertificate(text: string, where: string, report: Report): ReadJwt | undefined {
  const jwt = parseVcJwt(text);
  const certificate = 'problem' in jwt ? jwt : readCertificate(jwt.credential);
  if ('problem' in certificate || 'problem' in jwt) {
    const detail = 'problem' in certificate ? certificate.problem : 'it is none';
    report(finding('certificate-malformed', where, detail));
    return undefined;
  }
  return { jwt, certificate };
}

export function claimedIn({ jwt, certificate }: ReadJwt, where: string): Claimed {
  return { certificate, signedBy: keyNamed(jwt), where };
}

interface Claimed {
  readonly certificate: Certificate;
  readonly signedBy: { readonly did: string; readonly thumbprint: string };
  readonly where: string;
}

/** Dates, and whether the auditor takes this issuer's word; the signature itself needs the root log's key. */
export function checkClaims(
  { certificate, signedBy: { did, thumbprint }, where }: Claimed,
  { trust, now }: { readonly trust: Trust; readonly now: Date },
  report: Report,
): void {
  if (!trust.issuers.includes(thumbprint)) {
    report(
      finding(
        'certificate-issuer',
        where,
        `the key ${thumbprint} is not among the issuers of the trust file`,
      ),
    );
  }
  if (did !== certificate.issuer.id) {
    report(
      finding('certificate-issuer', where, `it is signed for ${did} and names ${certificate.issuer.id}`),
    );
  }
  const [from, until] = [Date.parse(certificate.validFrom), Date.parse(certificate.validUntil ?? '')];
  if (from > now.getTime() + SKEW_MS) {
    report(finding('certificate-dates', where, `it is valid from ${certificate.validFrom} on`));
  }
  if (from < Date.parse(certificate.horizon.at) || (!Number.isNaN(until) && until <= from)) {
    report(
      finding('certificate-dates', where, 'it is valid from before its horizon, or until before it begins'),
    );
  }
  if (until < now.getTime()) {
    report(finding('certificate-expired', where, `it was valid until ${certificate.validUntil ?? ''}`));
  }
  if (trust.policies?.includes(certificate.policy.document) === false) {
    const detail = `the policy document ${certificate.policy.document} is not among those of the trust file`;
    report(finding('policy-not-accepted', where, detail));
  }
}

/**
 * Whether the root log knows it: its leaf comes after all that it rests on, and its key was registered for
 * certificates and not revoked by then.
 */
export async function checkLogged(
  { jwt, certificate }: ReadJwt,
  { prefix, checker }: { readonly prefix: RootPrefix; readonly checker: SignatureChecker },
  report: Report,
): Promise<void> {
  const where = '/certificate';
  const digest = sha256Hex(toUtf8(jwt.text));
  const leaf = prefix.documents('certificate').find((one) => one.digest === digest);
  if (leaf === undefined) {
    report(
      finding('certificate-not-logged', where, `no entry of the root log names the certificate ${digest}`),
    );
  } else if (leaf.index < certificate.horizon.size) {
    report(
      finding('certificate-not-logged', where, 'its entry in the root log comes before its own horizon'),
    );
  }
  const { thumbprint } = keyNamed(jwt);
  const key = certifyingKey(prefix, thumbprint, leaf);
  if (key === undefined) {
    const detail = `the root log has registered no key ${thumbprint} that might sign certificates then`;
    report(finding('certificate-issuer', where, detail));
  } else if (!(await verifyVcJwt(jwt, key, checker))) {
    report(finding('certificate-signature', where, 'the signature does not hold'));
  }
  const suspect = leaf && suspectSince(prefix, thumbprint, leaf.at);
  if (suspect !== undefined) {
    const detail = `its key was revoked since, and what it signed from ${suspect} on may be anybody's`;
    report(finding('key-suspect', where, detail));
  }
}

/** The key, if it might sign certificates and status lists just before this entry of the root log, or now. */
export function certifyingKey(
  prefix: RootPrefix,
  kid: string,
  entry: Pick<NamedDocument, 'index' | 'at'> | undefined,
): PublicJwk | undefined {
  const view = prefix.at(entry?.index ?? prefix.size);
  const key = view?.keys.get(kid)?.jwk;
  return view !== undefined && isCertifying(view, kid, entry?.at) ? key : undefined;
}

/** From when on a key is suspect, where that is not later than a time. */
function suspectSince(prefix: RootPrefix, kid: string, at: string): string | undefined {
  const all = prefix.at(prefix.size)?.statements ?? [];
  const from = all.flatMap(({ statement: one }) =>
    one.type === 'KeyRevoked' && one.kid === kid ? [one.suspectFrom] : [],
  );
  return from.find((time) => Date.parse(time) <= Date.parse(at));
}

function isCertifying({ statements }: RootView, kid: string, at: string | undefined): boolean {
  const added = statements.find(
    ({ statement: one }) => (one.type === 'KeyAdded' || one.type === 'KeyRotated') && one.kid === kid,
  )?.statement;
  if (added?.type !== 'KeyAdded' && added?.type !== 'KeyRotated') return false;
  const time = Date.parse(at ?? '');
  const ends = Date.parse(added.validUntil ?? '');
  const revoked = statements.some(({ statement: one }) => one.type === 'KeyRevoked' && one.kid === kid);
  const inTime = Number.isNaN(time) || (Date.parse(added.validFrom) <= time && !(ends <= time));
  return added.purpose === 'certificate' && !revoked && inTime;
}

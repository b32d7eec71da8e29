import { sha256Hex, toUtf8, type SignatureChecker } from '@lodemark/transparency';
import { readCertificate, type Certificate } from '../credential/certificate.js';
import { keyNamed, parseVcJwt, verifyVcJwt, type VcJwt } from '../credential/vc-jwt.js';
import { finding, type Report } from './finding.js';
import type { RootPrefix, RootView } from './root-prefix.js';
import type { Trust } from './trust.js';

/** A certificate as it was signed. */
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

/** Dates, and whether the auditor takes this issuer's word; the signature itself needs the root log's key. */
export function checkClaims(
  { jwt, certificate }: ReadJwt,
  { trust, now }: { readonly trust: Trust; readonly now: Date },
  report: Report,
): void {
  const { did, thumbprint } = keyNamed(jwt);
  const where = '/certificate';
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

const SKEW_MS = 300_000;

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
  const view = prefix.at(leaf?.index ?? prefix.size);
  const { thumbprint } = keyNamed(jwt);
  const key = view?.keys.get(thumbprint)?.jwk;
  if (view === undefined || key === undefined || !isCertifying(view, thumbprint, leaf?.at)) {
    const detail = `the root log has registered no key ${thumbprint} that might sign certificates then`;
    report(finding('certificate-issuer', where, detail));
  } else if (!(await verifyVcJwt(jwt, key, checker))) {
    report(finding('certificate-signature', where, 'the signature does not hold'));
  }
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

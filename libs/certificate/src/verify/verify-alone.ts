import { thumbprint } from '@lodemark/transparency';
import { readCertificate, type Certificate } from '../credential/certificate.js';
import { parseProvenCredential, verifyProvenCredential } from '../credential/data-integrity.js';
import { checkClaims, claimedIn, openCertificate } from './check-certificate.js';
import { finding, type Report, type VerificationFinding } from './finding.js';
import { result, type Verification, type VerifierPorts } from './verify-bundle.js';

/**
 * A certificate by itself, as a JWT or with a proof inside. It shows no evidence: at best it is not known to be wrong.
 */
export async function verifyAlone(text: string, ports: VerifierPorts): Promise<Verification> {
  const findings: VerificationFinding[] = [];
  const report: Report = (one) => findings.push(one);
  const certificate = text.trimStart().startsWith('{')
    ? await openProven(text, ports, report)
    : openJwt(text.trim(), ports, report);
  const detail = 'a certificate alone shows neither evidence nor status: ask for its bundle';
  report(finding('evidence-missing', '', detail));
  return result(findings, ports, { certificate });
}

/** Its signature needs the key that the root log has for its kid, which stands in a bundle. */
function openJwt(text: string, ports: VerifierPorts, report: Report): Certificate | undefined {
  const opened = openCertificate(text, '', report);
  if (opened !== undefined) checkClaims(claimedIn(opened, ''), ports, report);
  return opened?.certificate;
}

/** The key that the proof names stands in its name, so that the signature can be checked at once. */
async function openProven(
  text: string,
  ports: VerifierPorts,
  report: Report,
): Promise<Certificate | undefined> {
  const proven = parseProvenCredential(text);
  const certificate = 'problem' in proven ? proven : readCertificate(proven.credential);
  if ('problem' in proven || 'problem' in certificate) {
    const detail = 'problem' in certificate ? certificate.problem : 'it is none';
    report(finding('certificate-malformed', '', detail));
    return undefined;
  }
  const signedBy = { did: proven.did, thumbprint: thumbprint(proven.key) };
  checkClaims({ certificate, signedBy, where: '' }, ports, report);
  if (!(await verifyProvenCredential(proven, ports.checker))) {
    report(finding('certificate-signature', '/proof', 'the signature does not hold'));
  }
  return certificate;
}

import { canonicalize, sha256Hex, toUtf8, type SignatureChecker } from '@lodemark/transparency';
import type { Certificate, StatusPlace } from '../credential/certificate.js';
import {
  readStatusList,
  STATUS_PURPOSES,
  statusAt,
  type Gzip,
  type StatusList,
} from '../credential/status-list.js';
import { keyNamed, parseVcJwt, verifyVcJwt } from '../credential/vc-jwt.js';
import { certifyingKey } from './check-certificate.js';
import { finding, SKEW_MS, type Report, type VerificationFinding } from './finding.js';
import type { NamedDocument, RootPrefix } from './root-prefix.js';
import type { Trust } from './trust.js';

interface StatusInput {
  readonly texts: readonly string[];
  readonly prefix: RootPrefix;
  readonly certificate: Certificate;
  /** SHA-256 of the certificate. */
  readonly digest: string;
  readonly trust: Trust;
  readonly checker: SignatureChecker;
  readonly gzip: Gzip;
  readonly now: Date;
}

/**
 * The root log names every status list. The newest of each that the certificate is on is the one that holds, and it is
 * the newest only if nothing that the root log names after it is another of the same: so all of those must be shown.
 */
export async function checkStatus(input: StatusInput, report: Report): Promise<void> {
  const { certificate, digest, prefix, texts } = input;
  const byDigest = new Map(
    texts.map((text, i) => [sha256Hex(toUtf8(text)), { text, where: `/statusLists/${i}` }]),
  );
  const logged = [...prefix.documents('status')].reverse();
  for (const purpose of STATUS_PURPOSES) {
    if (certificate.status.some((place) => place.purpose === purpose)) continue;
    const detail = `the certificate says nowhere where its ${purpose} would be shown`;
    report(finding('status-missing', '/certificate', detail));
  }
  const open = new Set(certificate.status);
  const set: VerificationFinding[] = [];
  const looked = new Set<string>();
  for (const document of logged) {
    if (open.size === 0) break;
    const shown = byDigest.get(document.digest);
    if (shown === undefined) {
      const detail = `the status list that entry ${document.index} of the root log names is not shown`;
      report(finding('status-missing', '/statusLists', detail));
      return;
    }
    looked.add(shown.where);
    const list = await openList(input, document, { ...shown, report });
    if (list === undefined) continue;
    for (const place of open) {
      if (place.list !== list.url || list.issuer !== certificate.issuer.id) continue;
      open.delete(place);
      const found = apply(
        { place, list, where: shown.where, reason: reasonOf(place, digest, logged) },
        report,
      );
      if (found !== undefined) set.push(found);
    }
  }
  // Of a certificate that is revoked both bits are set, for good: it is one finding.
  const isRevoked = set.some(({ code }) => code === 'revoked');
  for (const one of set) if (!isRevoked || one.code === 'revoked') report(one);
  for (const { list } of open)
    report(finding('status-missing', '/statusLists', `the root log names no list ${list}`));
  for (const [i] of texts.entries()) {
    const where = `/statusLists/${i}`;
    if (!looked.has(where)) report(finding('superfluous', where, 'nothing asks for this status list'));
  }
}

async function openList(
  { trust, prefix, checker, gzip, now }: StatusInput,
  document: NamedDocument,
  { text, where, report }: { readonly text: string; readonly where: string; readonly report: Report },
): Promise<StatusList | undefined> {
  const jwt = parseVcJwt(text);
  if ('problem' in jwt) {
    report(finding('status-malformed', where, jwt.problem));
    return undefined;
  }
  const list = await readStatusList(jwt.credential, gzip);
  if ('problem' in list) {
    report(finding('status-malformed', where, list.problem));
    return undefined;
  }
  const { did, thumbprint } = keyNamed(jwt);
  // Another issuer's list is no word about this certificate, whoever signed it.
  if (!trust.issuers.includes(thumbprint)) return undefined;
  const key = certifyingKey(prefix, thumbprint, document);
  if (key === undefined || did !== list.issuer || !(await verifyVcJwt(jwt, key, checker))) {
    report(finding('status-signature', where, 'the status list is not signed by the key that it names'));
    return undefined;
  }
  if (canonicalize(list.changes) !== canonicalize(document.changes)) {
    const detail = `entry ${document.index} of the root log gives other changes and reasons than the list itself`;
    report(finding('status-mismatch', where, detail));
  }
  const [from, until] = [Date.parse(list.validFrom), Date.parse(list.validUntil ?? '')];
  if (!(from <= now.getTime() + SKEW_MS) || until < now.getTime()) {
    report(finding('status-dates', where, 'the status list does not hold at this time'));
  }
  return list;
}

interface Listed {
  readonly place: StatusPlace;
  readonly list: StatusList;
  readonly where: string;
  /** In words; empty when the root log gives none. */
  readonly reason: string;
}

/** Gives the finding that the bit is set, and reports what is wrong with the list. */
function apply({ place, list, where, reason }: Listed, report: Report): VerificationFinding | undefined {
  if (list.purpose !== place.purpose) {
    const detail = `the list ${list.url} is for ${list.purpose}, the certificate says ${place.purpose}`;
    report(finding('status-mismatch', where, detail));
    return undefined;
  }
  const isSet = statusAt(list, place.index);
  if (isSet === undefined) report(finding('status-range', where, `the list has no entry ${place.index}`));
  if (isSet !== true) return undefined;
  const code = place.purpose === 'revocation' ? 'revoked' : 'suspended';
  return finding(code, where, `the certificate was ${code} by the list of ${list.validFrom}${reason}`);
}

/** What the root log last gave as the reason for setting this bit. */
function reasonOf({ purpose }: StatusPlace, digest: string, newestFirst: readonly NamedDocument[]): string {
  for (const { index, at, changes } of newestFirst) {
    const change = changes.findLast((one) => one.certificate === digest && one.purpose === purpose);
    if (change === undefined) continue;
    const { cause, verdict } = change;
    return `: entry ${cause.index} of ${cause.origin} gave verdict ${verdict} (entry ${index} of the root log, ${at})`;
  }
  return '';
}

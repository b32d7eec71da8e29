import {
  certificateCredential,
  certify,
  LODEMARK_CONTEXT_PATH,
  signVcJwt,
  type Party,
} from '@lodemark/certificate';
import type { Caller, Clock, Logger } from '@lodemark/platform';
import type { Verdict } from '@lodemark/policy';
import { sha256Hex, toUtf8, type JsonObject } from '@lodemark/transparency';
import type { Access } from '../access/access.js';
import type { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';
import type { PolicyDocuments } from '../policies/policy-documents.js';
import type { GivenVerdict } from '../verdicts/ask-verdict.js';
import type { Judging, VerdictQuestion } from '../verdicts/judging.js';
import type { VerdictStore } from '../verdicts/verdict-store.js';
import type { CertificateIssuer } from './certificate-issuer.js';
import type { CertificateStore, IssuedCertificate } from './certificate-store.js';
import type { HandIn } from './hand-in.js';
import { isPass, StandingToday } from './standing-today.js';
import type { StatusLists } from './status-lists.js';

/** Somebody asks for a certificate on a lot. */
export interface CertificateAsked extends VerdictQuestion {
  readonly issuedTo: Party;
  /** Also for a verdict that is no pass: a certificate of refusal. */
  readonly refusal: boolean;
}

const VERSION = '1';

export interface IssuingPorts {
  readonly judging: Judging;
  readonly access: Access;
  readonly evidence: EvidenceOfLot;
  readonly documents: PolicyDocuments;
  readonly verdicts: VerdictStore;
  readonly store: CertificateStore;
  readonly lists: StatusLists;
  readonly handIn: HandIn;
  readonly issuer: CertificateIssuer | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Judges and issues. What is signed is kept before it leaves, and handed to the registry after: a certificate that the
 * root log names and that nobody kept cannot come to be, and one that was kept is handed in again until it is recorded.
 */
export class Issuing {
  private readonly standing: StandingToday;

  constructor(private readonly ports: IssuingPorts) {
    this.standing = new StandingToday(ports);
  }

  /** All of a shipment at one horizon, or none. @throws ReadRefusal `not-a-pass`, `not-an-issuer`, `verdict-not-repeated` and those of a question */
  async issue(
    lots: readonly string[],
    asked: Omit<CertificateAsked, 'lot'>,
    caller: Caller,
  ): Promise<readonly IssuedCertificate[]> {
    const issuer = this.issuerOf();
    const horizon = await this.ports.judging.horizon(asked);
    const judged: { readonly lot: string; readonly verdict: Verdict }[] = [];
    for (const lot of lots) {
      await this.ports.access.mayAskAbout(horizon, lot, caller);
      judged.push({ lot, verdict: await this.ports.judging.judge(horizon, { ...asked, lot }) });
    }
    const askedAt = this.ports.clock.now();
    const verdicts: GivenVerdict[] = [];
    for (const { verdict } of judged) {
      verdicts.push({
        verdict,
        id: await this.ports.verdicts.keep(verdict, { askedBy: caller.subject, askedAt }),
      });
    }
    if (!asked.refusal) refuseOthers(verdicts);
    await this.standing.require(horizon, await this.unknown(verdicts, asked.issuedTo), caller);
    const issued: IssuedCertificate[] = [];
    for (const one of verdicts) issued.push(await this.issueOne(issuer, horizon, { ...one, asked, caller }));
    return issued;
  }

  /** Those that are not certified yet: of the others the certificate itself says what has become of it. */
  private async unknown(
    verdicts: readonly GivenVerdict[],
    issuedTo: Party,
  ): Promise<readonly GivenVerdict[]> {
    const unknown: GivenVerdict[] = [];
    for (const one of verdicts)
      if ((await this.ports.store.ofVerdict(one.id, issuedTo.id)) === undefined) unknown.push(one);
    return unknown;
  }

  private issuerOf(): CertificateIssuer {
    if (this.ports.issuer !== undefined) return this.ports.issuer;
    throw new ReadRefusal({
      code: 'not-an-issuer',
      detail: 'This service has no key to issue certificates with.',
    });
  }

  private async issueOne(
    issuer: CertificateIssuer,
    horizon: FilledHorizon,
    {
      verdict,
      id: verdictId,
      asked,
      caller,
    }: {
      readonly verdict: Verdict;
      readonly id: string;
      readonly asked: Omit<CertificateAsked, 'lot'>;
      readonly caller: Caller;
    },
  ): Promise<IssuedCertificate> {
    const number = await this.ports.store.number(verdictId, asked.issuedTo.id);
    const known = await this.ports.store.byNumber(number);
    if (known !== undefined) return known.rootIndex === undefined ? this.tryHandIn(known) : known;
    const policy = await this.ports.documents.policy(verdict.policy.document);
    const evidence = await this.ports.evidence.at(horizon, verdict.lot);
    await this.ports.judging.repeat(horizon, verdict);
    const certified = certify(evidence, policy, verdict);
    const id = this.ports.store.newId();
    const issuedAt = this.ports.clock.now();
    const credential = certificateCredential(certified, {
      id: `${issuer.url}/v1/certificates/${id}`,
      context: `${issuer.url}${LODEMARK_CONTEXT_PATH}`,
      ...{ issuer: issuer.party, issuedTo: asked.issuedTo },
      validFrom: issuedAt.toISOString(),
      status: this.ports.lists.placesOf(issuer, number),
      software: { version: VERSION },
    });
    const jwt = await this.sign(credential, issuer);
    const digest = sha256Hex(toUtf8(jwt));
    const { lot, outcome } = verdict;
    await this.ports.store.keep({
      ...{ id, number, digest, jwt, lot, outcome, policy: verdict.policy.document },
      ...{ horizon: horizon.size, issuedAt, issuedBy: caller.subject, verdict: verdictId },
    });
    const kept = await this.ports.store.byNumber(number);
    if (kept === undefined) throw new Error(`certificate ${id} was not kept`);
    return this.tryHandIn(kept);
  }

  private sign(credential: JsonObject, { party, signer }: CertificateIssuer): Promise<string> {
    return signVcJwt(credential, `${party.id}#${signer.kid}`, signer);
  }

  /** What fails now is tried again in the background; the certificate says that it is not recorded yet. */
  private async tryHandIn(certificate: IssuedCertificate): Promise<IssuedCertificate> {
    try {
      return await this.ports.handIn.one(certificate);
    } catch (error) {
      this.ports.logger.warn(
        { err: error, certificate: certificate.id },
        'a certificate is not in the root log yet',
      );
      return certificate;
    }
  }
}

function refuseOthers(verdicts: readonly GivenVerdict[]): void {
  const others = verdicts.filter(({ verdict }) => !isPass(verdict));
  const [first] = others;
  if (first === undefined) return;
  const { lot, outcome, policy, findings } = first.verdict;
  const against = findings.filter((one) => one.outcome === 'FAIL' || one.outcome === 'INSUFFICIENT');
  throw new ReadRefusal({
    code: 'not-a-pass',
    detail: `The verdict on ${lot} under ${policy.id} is ${outcome}; ask with "refusal" for a certificate that says so.`,
    facts: {
      verdicts: others.map(({ id, verdict }) => ({
        lot: verdict.lot,
        verdict: id,
        outcome: verdict.outcome,
      })),
      findings: against
        .slice(0, 20)
        .map(({ rule, code, cure }) => ({ rule, code, ...(cure && { cure: cure.what }) })),
    },
  });
}

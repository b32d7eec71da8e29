import { certificateCredential, certify, signVcJwt, STATUS_ENTRIES, type Party } from '@lodemark/certificate';
import { CLOCK, LOGGER, type Caller, type Clock, type Logger } from '@lodemark/platform';
import type { Verdict } from '@lodemark/policy';
import { sha256Hex, toUtf8, type JsonObject } from '@lodemark/transparency';
import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../access/access.js';
import { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import type { FilledHorizon } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { PolicyDocuments } from '../policies/policy-documents.js';
import type { RegistryClient } from '../registry-client.js';
import { Judging, type VerdictQuestion } from '../verdicts/judging.js';
import { VerdictStore } from '../verdicts/verdict-store.js';
import { ISSUER, type CertificateIssuer } from './certificate-issuer.js';
import { CertificateStore, type IssuedCertificate } from './certificate-store.js';
import { REGISTRY, StatusLists } from './status-lists.js';

/** Somebody asks for a certificate on a lot. */
export interface CertificateAsked extends VerdictQuestion {
  readonly issuedTo: Party;
  /** Also for a verdict that is no pass: a certificate of refusal. */
  readonly refusal: boolean;
}

const VERSION = '1';

/**
 * Judges and issues. What is signed is kept before it leaves, and handed to the registry after: a certificate that the
 * root log names and that nobody kept cannot come to be, and one that was kept is handed in again until it is named.
 */
@Injectable()
export class Issuing {
  constructor(
    private readonly judging: Judging,
    private readonly access: Access,
    private readonly evidence: EvidenceOfLot,
    private readonly documents: PolicyDocuments,
    private readonly verdicts: VerdictStore,
    private readonly store: CertificateStore,
    private readonly lists: StatusLists,
    @Inject(REGISTRY) private readonly registry: RegistryClient,
    @Inject(ISSUER) private readonly issuer: CertificateIssuer | undefined,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** All of a shipment at one horizon, or none. @throws ReadRefusal `not-a-pass`, `not-an-issuer` and those of a question */
  async issue(
    lots: readonly string[],
    asked: Omit<CertificateAsked, 'lot'>,
    caller: Caller,
  ): Promise<readonly IssuedCertificate[]> {
    const issuer = this.issuerOf();
    const horizon = await this.judging.horizon(asked.horizon);
    const judged: { readonly lot: string; readonly verdict: Verdict }[] = [];
    for (const lot of lots) {
      await this.access.mayAskAbout(horizon, lot, caller);
      judged.push({ lot, verdict: await this.judging.judge(horizon, { ...asked, lot }) });
    }
    const askedAt = this.clock.now();
    const verdicts: { verdict: Verdict; id: string }[] = [];
    for (const { verdict } of judged) {
      verdicts.push({ verdict, id: await this.verdicts.keep(verdict, { askedBy: caller.subject, askedAt }) });
    }
    if (!asked.refusal) refuseOthers(verdicts);
    const issued: IssuedCertificate[] = [];
    for (const one of verdicts) issued.push(await this.issueOne(issuer, horizon, { ...one, asked, caller }));
    return issued;
  }

  /** Hands in again what the registry has not confirmed. */
  async handInAgain(): Promise<void> {
    for (const certificate of await this.store.unrecorded()) await this.handIn(certificate);
  }

  private issuerOf(): CertificateIssuer {
    if (this.issuer !== undefined) return this.issuer;
    throw new ReadRefusal({ code: 'not-an-issuer', detail: 'This service has no key to issue certificates with.' });
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
    const number = await this.store.number(verdictId, asked.issuedTo.id);
    const known = await this.store.byNumber(number);
    if (known !== undefined) return known.rootIndex === undefined ? this.handIn(known) : known;
    const policy = await this.documents.policy(verdict.policy.document);
    const certified = certify(await this.evidence.at(horizon, verdict.lot), policy, verdict);
    const id = this.store.newId();
    const issuedAt = this.clock.now();
    const credential = certificateCredential(certified, {
      id: `${issuer.url}/v1/certificates/${id}`,
      ...{ issuer: issuer.party, issuedTo: asked.issuedTo },
      validFrom: issuedAt.toISOString(),
      status: this.lists.placesOf(issuer, number),
      software: { version: VERSION },
    });
    const jwt = await this.sign(credential, issuer);
    const digest = sha256Hex(toUtf8(jwt));
    const { lot, outcome } = verdict;
    await this.store.keep({
      ...{ id, number, digest, jwt, lot, outcome, policy: verdict.policy.document },
      ...{ horizon: horizon.size, issuedAt, issuedBy: caller.subject },
    });
    // The lists first: a certificate whose status nobody can look up is none.
    await this.lists.publish(issuer, Math.floor(number / STATUS_ENTRIES));
    const kept = await this.store.byNumber(number);
    if (kept === undefined) throw new Error(`certificate ${id} was not kept`);
    return this.handIn(kept);
  }

  private sign(credential: JsonObject, { party, signer }: CertificateIssuer): Promise<string> {
    return signVcJwt(credential, `${party.id}#${signer.kid}`, signer);
  }

  private async handIn(certificate: IssuedCertificate): Promise<IssuedCertificate> {
    try {
      const { index } = await this.registry.record('certificates', certificate.jwt);
      await this.store.recorded(certificate.id, index);
      return { ...certificate, rootIndex: index };
    } catch (error) {
      this.logger.warn({ err: error, certificate: certificate.id }, 'a certificate is not in the root log yet');
      return certificate;
    }
  }
}

function refuseOthers(verdicts: readonly { readonly verdict: Verdict; readonly id: string }[]): void {
  const others = verdicts.filter(({ verdict: { outcome } }) => outcome !== 'PASS' && outcome !== 'PASS_EXCEPTION');
  const [first] = others;
  if (first === undefined) return;
  const { lot, outcome, policy, findings } = first.verdict;
  const against = findings.filter((one) => one.outcome === 'FAIL' || one.outcome === 'INSUFFICIENT');
  throw new ReadRefusal({
    code: 'not-a-pass',
    detail: `The verdict on ${lot} under ${policy.id} is ${outcome}; ask with "refusal" for a certificate that says so.`,
    facts: {
      verdicts: others.map(({ id, verdict }) => ({ lot: verdict.lot, verdict: id, outcome: verdict.outcome })),
      findings: against.slice(0, 20).map(({ rule, code, cure }) => ({ rule, code, ...(cure && { cure: cure.what }) })),
    },
  });
}

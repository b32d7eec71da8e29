import { randomUUID } from 'node:crypto';
import { problemCode } from '@lodemark/platform';
import { buildJws, canonicalBytes, payloadDigest } from '@lodemark/transparency';
import { call, callOk, describeProblem, member, NoAnswer } from './api.js';
import { stepName, type Scenario } from './load-scenario.js';
import type { DrivenNetwork } from './network.js';
import { Parties } from './parties.js';
import { publishedDocument } from './policy-document.js';
import { isKeyStep, type FacilityOrKeyStep } from './scenario-file.js';
import type { EventStep, ExpectedAnswer, QuestionStep, ScenarioStep } from './scenario-file.js';

/** One comparison of what was expected with what came. */
export interface Compared {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  readonly agrees: boolean;
}

/** A question as it was answered: what the demo prints and tests look into. */
export interface Answered {
  readonly step: QuestionStep;
  readonly verdict: unknown;
  /** Content address of the verdict. */
  readonly id: string;
}

export interface ScenarioReport {
  readonly id: string;
  readonly title: string;
  readonly compared: readonly Compared[];
  readonly answered: readonly Answered[];
}

interface Posted {
  readonly facility: string;
  readonly eventId: string;
  readonly digest: string;
  readonly body: unknown;
  readonly mediaType: string;
  readonly token: string | undefined;
}

const REPORTING_DELAY_MS = 600_000;
/**
 * Of the driven clock. A service makes a round each second; what comes sooner after one another than this is left to one
 * round, far within the 72 hours of C03. Statements and events never share one: which of them came first decides.
 */
const LONGEST_ROUND_MS = 12 * 3_600_000;

/** A step that could not be taken, with what had not come as expected before it: there the reason mostly is. */
export class ScenarioStopped extends Error {
  constructor(step: ScenarioStep, compared: readonly Compared[], cause: unknown) {
    const before = compared
      .filter(({ agrees }) => !agrees)
      .map(({ what, expected, got }) => `\n     ✗ before that, ${what}: expected ${expected}, got ${got}`);
    const name = 'ask' in step ? `ask ${step.ask} under ${step.policy}` : (stepName(step) ?? 'a step');
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`stopped at “${name}”: ${reason}${before.join('')}`, { cause });
    this.name = 'ScenarioStopped';
  }
}

export interface ScenarioRunOptions {
  /** Called before each step. */
  readonly onStep?: ((step: ScenarioStep) => void | Promise<void>) | undefined;
  /** Every step has a round, and so checkpoints, of its own. */
  readonly roundEachStep?: boolean | undefined;
}

/** Drives one scenario through the HTTP APIs of a fresh network. */
export class ScenarioRun {
  private readonly parties: Parties;
  private readonly posted = new Map<string, Posted>();
  /** What no round has made evidence of yet, and since when. */
  private open: { readonly kind: Kind; readonly since: Date } | undefined;
  private readonly marks = new Map<string, number>();
  private readonly compared: Compared[] = [];
  private readonly answered: Answered[] = [];

  constructor(
    private readonly network: DrivenNetwork,
    private readonly options: ScenarioRunOptions = {},
  ) {
    this.parties = new Parties(network);
  }

  async run(scenario: Scenario): Promise<ScenarioReport> {
    await this.network.clock.set(new Date(scenario.startsAt));
    for (const step of scenario.steps) {
      const stopped = (error: unknown) => {
        throw error instanceof NoAnswer ? error : new ScenarioStopped(step, this.compared, error);
      };
      if (this.waitsForRound(step)) await this.settle().catch(stopped);
      await this.options.onStep?.(step);
      await this.step(step).catch(stopped);
    }
    if (this.open !== undefined) await this.settle();
    return { id: scenario.id, title: scenario.title, compared: this.compared, answered: this.answered };
  }

  private async step(step: ScenarioStep): Promise<void> {
    if ('event' in step) await this.event(step);
    else await this.otherThanEvent(step);
    if (!looks(step)) this.open ??= { kind: kindOf(step), since: this.network.clock.now() };
  }

  private waitsForRound(step: ScenarioStep): boolean {
    if (this.open === undefined) return false;
    return this.options.roundEachStep === true || looks(step) || this.open.kind !== kindOf(step);
  }

  private async otherThanEvent(step: Exclude<ScenarioStep, EventStep>): Promise<void> {
    if (step.at !== undefined) await this.moveClock(new Date(step.at));
    if ('ask' in step) return this.question(step);
    if ('replay' in step) return this.replay(step.replay, step.expect ?? 'repeated');
    if ('mark' in step) {
      this.marks.set(step.mark, await this.settle());
      return undefined;
    }
    if ('organization' in step)
      await this.parties.organization(step.organization, step.fields, step.attestationKey ?? false);
    else if ('ownership' in step) await this.parties.ownership(step.ownership, step.fields);
    else if ('amend' in step) await this.parties.amendment(step.amend, step.fields);
    else if ('revoke' in step) await this.parties.revocation(step.revoke, step.reason, step.suspectFrom);
    else if ('rotate' in step) await this.parties.rotation(step);
    else if ('reattest' in step) await this.parties.reattestation(step.reattest, step.fromIndex);
    else if ('publish' in step) await this.parties.publication(step.publish, publishedDocument(step));
    else if ('logFault' in step) await this.parties.fault(step.logFault, step.kind, step.fromIndex);
    else if (isKeyStep(step)) await this.parties.facilityKey(step.key, step.facility, step.fields ?? {});
    else await this.parties.facility(step.facility, step.fields, keyChoice(step));
    return undefined;
  }

  private async settle(): Promise<number> {
    const horizon = await this.network.settle();
    this.open = undefined;
    return horizon;
  }

  /** The clock never runs back: a step that happened earlier is reported late. */
  private async moveClock(instant: Date): Promise<void> {
    const since = this.open?.since.getTime() ?? Infinity;
    if (instant.getTime() - since > LONGEST_ROUND_MS) await this.settle();
    if (instant > this.network.clock.now()) await this.network.clock.set(instant);
  }

  private async event(step: EventStep): Promise<void> {
    await this.moveClock(new Date(step.reported ?? Date.parse(step.at) + REPORTING_DELAY_MS));
    const eventId = randomUUID();
    const attestations = await Promise.all(
      (step.attestations ?? []).map(async (words) => this.attest(words, step.at)),
    );
    const payload = {
      v: 1,
      type: step.type,
      facility: step.facility,
      eventId,
      occurredAt: step.at,
      ...(attestations.length > 0 ? { attestations } : {}),
      ...this.resolved(step.fields ?? {}),
    };
    const bytes = canonicalBytes(payload);
    const signer = this.parties.eventSigner(step.facility, step.signedBy);
    const posted: Posted = {
      facility: step.facility,
      eventId,
      digest: payloadDigest(bytes),
      body: signer === undefined ? payload : await buildJws(bytes, signer, 'lodemark-event+jws'),
      mediaType: signer === undefined ? 'application/json' : 'application/jose',
      token: signer === undefined ? await this.operator(step.facility) : undefined,
    };
    this.posted.set(step.event, posted);
    await this.post(step.event, posted, step.expect ?? 'recorded');
  }

  private async replay(name: string, expected: ExpectedAnswer): Promise<void> {
    const posted = this.posted.get(name);
    if (posted === undefined) throw new Error(`nothing was posted under the name ${name}`);
    await this.post(`${name} again`, posted, expected);
  }

  private async post(what: string, posted: Posted, expected: ExpectedAnswer): Promise<void> {
    const answer = await call(`${this.network.custodyOf(posted.facility)}/v1/events`, {
      method: 'POST',
      body: posted.body,
      mediaType: posted.mediaType,
      ...(posted.token === undefined ? {} : { token: posted.token }),
    });
    const outcome = member(answer.body, 'outcome');
    const got =
      typeof outcome === 'string' ? outcome : `refused: ${problemCode(answer.body) ?? String(answer.status)}`;
    const wanted = typeof expected === 'string' ? expected : `refused: ${expected.refused}`;
    const agrees = got === wanted;
    this.compared.push({
      what,
      expected: wanted,
      got: agrees ? got : `${got} (${describeProblem(answer.body)})`,
      agrees,
    });
  }

  private async attest(words: Record<string, unknown>, at: string): Promise<string> {
    const { by, ...fields } = words;
    const organization = String(by);
    const statement = { v: 1, organization, statedAt: at, ...this.resolved(fields) };
    return buildJws(
      canonicalBytes(statement),
      this.parties.attestationSigner(organization),
      'lodemark-attestation+jws',
    );
  }

  private async question(step: QuestionStep): Promise<void> {
    const settled = await this.settle();
    const horizon = step.asOf === undefined ? settled : this.marks.get(step.asOf);
    if (horizon === undefined) throw new Error(`no mark is named ${step.asOf ?? ''}`);
    const token = await this.network.token('auditor', [
      {
        role: 'auditor',
        engagement: { lots: '*', facilities: '*', from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' },
      },
    ]);
    const answer = await callOk(`${this.network.provenanceUrl}/v1/verdicts`, {
      method: 'POST',
      token,
      body: { lot: step.ask, policy: step.policy, question: step.question ?? {}, horizon },
    });
    const verdict = member(answer, 'verdict');
    this.answered.push({ step, verdict, id: String(member(answer, 'id')) });
    this.compared.push(...compareVerdict(step, verdict));
  }

  private async operator(facility: string): Promise<string> {
    return this.network.token(`${facility}-clerk`, [{ role: 'facility-operator', facilities: [facility] }]);
  }

  /** Puts digests and ids of earlier events where `{of: name}` and `{idOf: name}` stand. */
  private resolved(fields: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, this.value(value)]));
  }

  private value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== 'object' || value === null) return value;
    const [entry, ...rest] = Object.entries(value);
    if (entry !== undefined && rest.length === 0 && typeof entry[1] === 'string') {
      if (entry[0] === 'of') return this.earlier(entry[1]).digest;
      if (entry[0] === 'idOf') return this.earlier(entry[1]).eventId;
    }
    return this.resolved(value as Record<string, unknown>);
  }

  private earlier(name: string): Posted {
    const posted = this.posted.get(name);
    if (posted === undefined) throw new Error(`no earlier event is named ${name}`);
    return posted;
  }
}

type Kind = 'events' | 'statements';

function kindOf(step: ScenarioStep): Kind {
  return 'event' in step || 'replay' in step ? 'events' : 'statements';
}

/** Whether it only looks at what is there. */
function looks(step: ScenarioStep): boolean {
  return 'ask' in step || 'mark' in step;
}

function keyChoice(step: FacilityOrKeyStep): 'custodial' | 'own' | 'none' {
  if ('posts' in step && !step.posts) return 'none';
  return 'key' in step && step.key === 'custodial' ? 'custodial' : 'own';
}

interface FoundFinding {
  readonly check: string;
  readonly outcome: string;
  readonly code: string;
}

function findingsOf(verdict: unknown): FoundFinding[] {
  const findings = member(verdict, 'findings');
  if (!Array.isArray(findings)) return [];
  return findings.map((finding) => ({
    check: String(member(finding, 'rule')).split('@')[0] ?? '',
    outcome: String(member(finding, 'outcome')),
    code: String(member(finding, 'code')),
  }));
}

/** Every expectation of a question as a comparison of its own. */
export function compareVerdict(step: QuestionStep, verdict: unknown): Compared[] {
  const { expect } = step;
  const found = findingsOf(verdict);
  const what = `${step.policy} for ${step.ask}`;
  const failing = found.filter(({ outcome }) => outcome === 'FAIL' || outcome === 'INSUFFICIENT');
  const shown =
    failing.map(({ check, outcome, code }) => `${check} ${outcome} ${code}`).join(', ') ||
    'no finding against it';
  const compare = (part: string, expected: string, got: string): Compared => ({
    what: `${what}${part}`,
    expected,
    got,
    agrees: expected === got,
  });
  const outcome = String(member(verdict, 'outcome'));
  const first = compare('', expect.outcome, outcome);
  const list = (name: string) => (member(verdict, name) as readonly string[] | undefined)?.join(' ') ?? '';
  return [
    first.agrees ? first : { ...first, got: `${outcome} (${shown})` },
    ...(expect.scope === undefined
      ? []
      : [compare(', scope', expect.scope, String(member(verdict, 'scope')))]),
    ...(expect.findings ?? []).map((wanted): Compared => {
      const matches = found.some(
        ({ check, outcome: got, code }) =>
          check === wanted.check &&
          got === wanted.outcome &&
          (wanted.code === undefined || wanted.code === code),
      );
      const expected = `${wanted.check} ${wanted.outcome}${wanted.code === undefined ? '' : ` ${wanted.code}`}`;
      return { what: `${what}, finding`, expected, got: matches ? expected : shown, agrees: matches };
    }),
    ...(expect.decidedBy === undefined
      ? []
      : [
          compare(
            ', decided by',
            [...expect.decidedBy].sort().join(' '),
            [...new Set(failing.map(({ check }) => check))].sort().join(' '),
          ),
        ]),
    ...(expect.transitCountries === undefined
      ? []
      : [compare(', transit', [...expect.transitCountries].sort().join(' '), list('transitCountries'))]),
    ...(expect.custodyModel === undefined
      ? []
      : [compare(', custody model', expect.custodyModel, String(member(verdict, 'custodyModel')))]),
  ];
}

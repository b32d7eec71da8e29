import { z } from 'zod';
import { EVENT_TYPES } from '@lodemark/domain';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a name is lower-case letters, digits and hyphens');
const instant = z.string().describe('RFC 3339 time with offset, such as 2026-10-25T09:00:00+05:00');
const fields = z.record(z.string(), z.unknown());

const refusedWith = z
  .union([
    z.literal('recorded').describe('a receipt (the default)'),
    z.literal('repeated').describe('the first receipt again, nothing recorded twice'),
    z.strictObject({ refused: z.string().describe('code of the problem, such as mass-exceeds-held') }),
  ])
  .describe('what the service must answer');

const attested = z
  .strictObject({ by: z.string().describe('organization with an attestation key') })
  .catchall(z.unknown())
  .describe(
    'a third party’s own statement (domain: Carriage, Customs, Assay, Survey), signed under its own key',
  );

const eventStep = z
  .strictObject({
    event: name.describe('a name by which later steps refer to this event'),
    at: instant.describe('when it happened, as the facility says (occurredAt)'),
    reported: instant
      .exactOptional()
      .describe('the clock when it is posted; ten minutes after `at` when left out'),
    facility: z.string(),
    type: z.enum(EVENT_TYPES as readonly [string, ...string[]]),
    fields: fields
      .exactOptional()
      .describe(
        'the event’s own fields, as docs/events.md has them for its type; {of: name} stands for the payload digest of an earlier event, {idOf: name} for its eventId',
      ),
    attestations: z.array(attested).exactOptional(),
    signedBy: name
      .exactOptional()
      .describe('name of a key of a `key` step; the facility’s first key when left out'),
    expect: refusedWith.exactOptional(),
  })
  .describe('a custody event, posted to the facility’s custody service');

const organizationStep = z
  .strictObject({
    organization: z.string(),
    at: instant.exactOptional(),
    fields: fields.describe('the fields of OrganizationRegistered'),
    attestationKey: z.boolean().exactOptional().describe('true: it gets a key for its own attestations'),
  })
  .describe('registers an organization');

const ownershipStep = z
  .strictObject({
    ownership: z.string().describe('the organization whose holders are declared'),
    at: instant.exactOptional(),
    fields: fields.describe('the fields of OwnershipDeclared'),
  })
  .describe('declares who owns and controls an organization, from a date on');

const facilityStep = z
  .strictObject({
    facility: z.string(),
    at: instant.exactOptional(),
    fields: fields.describe('the fields of FacilityRegistered; custodyUrl is put in by the runner'),
    key: z
      .enum(['custodial', 'own'])
      .exactOptional()
      .describe('who signs: the custody service, or the facility’s own system (default)'),
    posts: z
      .boolean()
      .exactOptional()
      .describe('false: registered, but it posts nothing here and gets no key'),
  })
  .describe('registers a facility with its log key and its first event key');

const amendmentStep = z.strictObject({
  amend: z.string().describe('the facility'),
  at: instant.exactOptional(),
  fields: fields.describe('the fields of FacilityAmended'),
});

const keyStep = z.strictObject({
  key: name,
  facility: z.string(),
  at: instant.exactOptional(),
  fields: fields.exactOptional().describe('validFrom, validUntil'),
});

const revocationStep = z.strictObject({
  revoke: name.describe('name of a key, or the facility whose first key is revoked'),
  at: instant.exactOptional(),
  reason: z.enum(['compromised', 'superseded', 'ceased', 'other']),
  suspectFrom: instant,
});

const rotationStep = z
  .strictObject({
    rotate: name.describe('name of a key, or the facility whose first key is replaced'),
    to: name.describe('the new key, for signedBy'),
    at: instant.exactOptional(),
    overlapUntil: instant.describe('until when the replaced key still holds'),
    fields: fields.exactOptional().describe('validFrom, validUntil'),
  })
  .describe('replaces a facility’s event key by a new one');

const reattestationStep = z
  .strictObject({
    reattest: z.string().describe('the facility that stands by its entries again'),
    at: instant.exactOptional(),
    fromIndex: z.int().min(0).describe('first entry, up to the checkpoint of this moment'),
  })
  .describe('after a key was revoked with a suspect interval');

const publicationStep = z
  .strictObject({
    publish: z.string().describe('id of the policy, for `policy` of later questions'),
    at: instant.exactOptional(),
    basedOn: z.string().exactOptional().describe('id of a shipped policy whose document is changed'),
    with: fields.exactOptional().describe('dotted path → value put into that document; null removes'),
    document: fields.exactOptional().describe('the whole document, where it is based on none'),
  })
  .describe('publishes a policy of the scenario’s own');

const replayStep = z.strictObject({
  replay: name.describe('an earlier event, sent again as it was'),
  at: instant.exactOptional(),
  expect: refusedWith.exactOptional(),
});

const faultStep = z.strictObject({
  logFault: z.string().describe('the facility whose log is withheld or forked'),
  kind: z.enum(['withheld', 'fork']),
  fromIndex: z.int().min(0),
  at: instant.exactOptional(),
});

/** A check of a chain, or the rule of a further question. */
const check = z.string().regex(/^(C\d\d|R(-[A-Z0-9]+)+)$/);

const expectedFinding = z.strictObject({
  check,
  outcome: z.enum(['PASS', 'PASS_EXCEPTION', 'FAIL', 'INSUFFICIENT', 'NOT_APPLICABLE', 'NOTE']),
  code: z.string().exactOptional(),
});

const questionStep = z
  .strictObject({
    ask: z.string().describe('the lot'),
    policy: z.string().describe('id of a published policy, such as WC-3'),
    at: instant.exactOptional(),
    asOf: name.exactOptional().describe('name of a `mark` step: judge at the horizon of that moment'),
    question: fields
      .exactOptional()
      .describe(
        'deliveryDate, clauseVersion, awardDate, contract, exception, elementProfile, endItem (name, class, manufacturedIn)',
      ),
    expect: z.strictObject({
      outcome: z.enum(['PASS', 'PASS_EXCEPTION', 'FAIL', 'INSUFFICIENT']),
      scope: z.enum(['subject', 'supports-magnet', 'not-applicable']).exactOptional(),
      findings: z.array(expectedFinding).exactOptional().describe('each must be among the findings'),
      decidedBy: z.array(check).exactOptional().describe('exactly the checks that are no pass'),
      transitCountries: z.array(z.string()).exactOptional(),
      custodyModel: z.string().exactOptional(),
    }),
  })
  .describe('asks for a verdict and compares it');

const markStep = z.strictObject({
  mark: name.describe('remembers the evidence horizon of this moment under a name'),
  at: instant.exactOptional(),
});

export const scenarioStep = z.union([
  eventStep,
  organizationStep,
  ownershipStep,
  facilityStep,
  amendmentStep,
  keyStep,
  revocationStep,
  rotationStep,
  reattestationStep,
  publicationStep,
  replayStep,
  faultStep,
  questionStep,
  markStep,
]);

/** Changes to a scenario that this one starts from, so that a twin says only what is different about it. */
const changes = z.strictObject({
  without: z.array(z.string()).exactOptional().describe('names of steps to leave out'),
  with: z
    .record(z.string(), fields)
    .exactOptional()
    .describe(
      'step name → members to put in place; a dotted path such as fields.lots.0.mass reaches inside; null removes',
    ),
  after: z
    .record(z.string(), z.array(scenarioStep))
    .exactOptional()
    .describe('step name → steps to put after it'),
  before: z
    .record(z.string(), z.array(scenarioStep))
    .exactOptional()
    .describe('step name → steps to put before it'),
  questions: z
    .enum(['kept', 'dropped'])
    .exactOptional()
    .describe('whether the base’s questions are asked too (default: dropped)'),
});

/**
 * A scenario as a compliance officer reads it: who takes part, what was reported when, what is asked, what must come
 * out. The JSON Schema that is published for it is made from this declaration.
 */
export const scenarioFile = z.strictObject({
  scenario: z.literal(1).describe('version of this format'),
  id: z.string(),
  title: z.string(),
  figures: z.literal('invented').describe('no figure here is a fact about a real mine or plant'),
  story: z.string().exactOptional(),
  source: z.string().exactOptional(),
  startsAt: instant.exactOptional().describe('the clock at the beginning'),
  basedOn: z.string().exactOptional().describe('path of another scenario file, relative to this one'),
  changes: changes.exactOptional(),
  steps: z.array(scenarioStep).exactOptional(),
});

export type ScenarioFile = z.infer<typeof scenarioFile>;
export type ScenarioStep = z.infer<typeof scenarioStep>;
export type EventStep = z.infer<typeof eventStep>;
export type QuestionStep = z.infer<typeof questionStep>;
export type RotationStep = z.infer<typeof rotationStep>;
export type PublicationStep = z.infer<typeof publicationStep>;
export type ExpectedAnswer = z.infer<typeof refusedWith>;

/** A facility's registration and a further key of it are told apart by what `key` says. */
export type FacilityOrKeyStep = Extract<ScenarioStep, { facility: string; ask?: never }>;

export function isKeyStep(
  step: FacilityOrKeyStep,
): step is Extract<ScenarioStep, { key: string; facility: string; posts?: never }> {
  return !('posts' in step) && 'key' in step && step.key !== 'own' && step.key !== 'custodial';
}

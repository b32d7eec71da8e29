import { parseAttestation, parseEvent, type CustodyEvent, type Problem } from '@lodemark/domain';
import { ProblemError } from '@lodemark/platform';
import { parseJws, payloadDigest, readCanonicalJson, type Jws } from '@lodemark/transparency';
import { tooLarge } from '../http/ledger-trouble.js';

/** A signed event that parsed: nobody has checked its signature yet. */
export interface ReadEvent {
  readonly jws: Jws;
  readonly event: CustodyEvent;
  readonly payloadDigest: string;
  /** Set when this service added the clerk and signed. */
  readonly clerkAdded?: true;
}

/** Reads a compact JWS and the custody event in it. @throws ProblemError with a pointer to every fault */
export function readSignedEvent(text: string, depth: number): ReadEvent {
  const jws = parseJws(text, 'lodemark-event+jws');
  if (!jws.ok) {
    if (jws.problems.some(({ code }) => code === 'too-large')) throw tooLarge({ characters: text.length });
    throw inputProblem('malformed-jws', 'This is no compact JWS of a custody event', jws.problems);
  }
  const json = readCanonicalJson(jws.value.payload, { depth });
  if (!json.ok) {
    const onlyForm = json.problems.every(({ code }) => code === 'not-canonical');
    throw onlyForm
      ? inputProblem(
          'not-canonical',
          'The payload is JSON, but not in its canonical form (RFC 8785)',
          json.problems,
        )
      : inputProblem('malformed-json', 'The payload is not JSON that can be taken', json.problems);
  }
  return { jws: jws.value, event: readEvent(json.value), payloadDigest: payloadDigest(jws.value.payload) };
}

/** A JSON value as a custody event, its attestations read too. @throws ProblemError with a pointer to every fault */
export function readEvent(json: unknown): CustodyEvent {
  const parsed = parseEvent(json);
  if (!parsed.ok) {
    const [first] = parsed.problems;
    if (first?.code === 'unknown-version')
      throw inputProblem('unknown-version', 'The schema version is not known here', parsed.problems);
    throw inputProblem(
      'invalid-event',
      'The event is not one of the catalogue, or its fields are wrong',
      parsed.problems,
    );
  }
  const problems = (parsed.value.attestations ?? []).flatMap((text, index) =>
    attestationProblems(text, index),
  );
  if (problems.length > 0)
    throw inputProblem('invalid-event', 'An attestation in the event is malformed', problems);
  return parsed.value;
}

function attestationProblems(text: string, index: number): Problem[] {
  const at = (problems: readonly Problem[]) =>
    problems.map((problem) => ({ ...problem, pointer: `/attestations/${index}${problem.pointer}` }));
  const jws = parseJws(text, 'lodemark-attestation+jws');
  if (!jws.ok) return at(jws.problems);
  const json = readCanonicalJson(jws.value.payload);
  if (!json.ok) return at(json.problems);
  const parsed = parseAttestation(json.value);
  return parsed.ok ? [] : at(parsed.problems);
}

const STATUS_OF_INPUT = {
  'malformed-json': 400,
  'malformed-jws': 400,
  'not-canonical': 422,
  'invalid-event': 422,
  'unknown-version': 422,
} as const;

/** Problems listed in one answer at most; a hostile event could make thousands. */
const LISTED = 100;

/** What is wrong with an input, every fault with its pointer. */
export function inputProblem(
  type: keyof typeof STATUS_OF_INPUT,
  title: string,
  problems: readonly Problem[],
): ProblemError {
  return new ProblemError({
    type,
    status: STATUS_OF_INPUT[type],
    title,
    detail: problems
      .slice(0, 3)
      .map(({ pointer, detail }) => `${pointer === '' ? 'the whole' : pointer}: ${detail}`)
      .join('; '),
    errors: problems.slice(0, LISTED),
  });
}

import { type Command, Option } from 'commander';
import type { Verdict } from '@lodemark/policy';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isRecord, listMember, member, textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import { visible, type Colour } from '../text.js';
import { lotArgument, wholeNumber, type AddCommands } from './frame.js';

export interface VerdictOptions {
  readonly policy?: string;
  readonly deliveryDate?: string;
  readonly clause?: string;
  readonly awardDate?: string;
  readonly profile?: string;
  readonly contract?: string;
  readonly exception?: string;
  readonly endItem?: string;
  readonly endItemClass?: string;
  readonly endItemMadeIn?: string;
  readonly horizon?: number;
  readonly asOf?: string;
}

export const addVerdictCommand: AddCommands = (program, frame) => {
  withQuestion(
    program
      .command('verdict')
      .description(
        'Ask whether a lot meets a policy; exit code 0 for PASS alone and PASS_EXCEPTION, 1 FAIL, 2 otherwise.',
      )
      .argument('<lot>', 'facility/number', lotArgument),
  )
    .addOption(
      new Option(
        '--as-of <instant>',
        'judge by what was recorded by then, such as 2026-12-31T23:59:59Z',
      ).conflicts('horizon'),
    )
    .action((lot: string, options: VerdictOptions, self: Command) =>
      frame(self, async (session) => {
        const provenance = session.service('provenance');
        const answer = await provenance
          .ask('/v1/verdicts', { method: 'POST', roles: [WHOLE_ENGAGEMENT], body: questionOf(lot, options) })
          .catch((error: unknown) => noVerdict(error, provenance));
        const { id, verdict } = checkedVerdict(answer);
        const { renderVerdict } = await import('@lodemark/policy');
        const exit = exitOf(verdict);
        session.output.answer({ id, verdict }, () => {
          const [head = '', ...rest] = renderVerdict(verdict).map(visible);
          return [session.output.paint(COLOUR[exit] ?? 'bold', head), ...rest, '', `Verdict ${id}`];
        });
        return exit;
      }),
    );
};

/** What is asked of a lot, by a verdict and by a certificate. */
export function withQuestion(command: Command): Command {
  return command
    .option(
      '--policy <name>',
      'published policy, such as WC-3, or the digest of one version (default: the service’s)',
    )
    .option('--delivery-date <date>', 'calendar date of delivery')
    .option('--award-date <date>', 'calendar date of award')
    .option('--clause <version>', 'version of the clause in the contract, such as "MAY 2024"')
    .addOption(new Option('--profile <profile>', 'which elements count').choices(['strict', 'literal']))
    .option('--contract <number>', 'number of the contract, where an exception is claimed for one')
    .option('--exception <id>', 'an exception that is relied on, such as X-COTS')
    .option('--end-item <name>', 'what the lot ends up in, if it is not itself delivered')
    .option('--end-item-class <class>', 'its class, such as motor')
    .option('--end-item-made-in <country>', 'where it is made, ISO 3166-1 alpha-2')
    .option(
      '--horizon <size>',
      'root log size to judge at',
      wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    );
}

const COLOUR: Readonly<Partial<Record<ExitCode, Colour>>> = {
  [EXIT.ok]: 'green',
  [EXIT.no]: 'red',
  [EXIT.notEnough]: 'yellow',
};

/** The body of `POST /v1/verdicts`. @throws Failure for an end item without a name */
export function questionOf(lot: string, options: VerdictOptions): Record<string, unknown> {
  const { policy, horizon, asOf, endItem, endItemClass, endItemMadeIn } = options;
  if (endItem === undefined && (endItemClass !== undefined || endItemMadeIn !== undefined))
    throw new Failure({
      code: 'end-item-nameless',
      exit: EXIT.usage,
      cause: 'An end item has a name: --end-item.',
    });
  const question = given({
    deliveryDate: options.deliveryDate,
    awardDate: options.awardDate,
    clauseVersion: options.clause,
    elementProfile: options.profile,
    contract: options.contract,
    exception: options.exception,
    endItem:
      endItem === undefined
        ? undefined
        : given({ name: endItem, class: endItemClass, manufacturedIn: endItemMadeIn }),
  });
  return given({ lot, policy, question, horizon, asOf });
}

function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

// Exit code 1 is kept for a verdict that was given and is FAIL: a lot that nobody knows is no such "no".
async function noVerdict(error: unknown, provenance: ServiceClient): Promise<never> {
  if (!(error instanceof Failure) || error.exit !== EXIT.no) throw error;
  const { code, message: cause, details, problem } = error;
  const next = code === 'policy-unknown' ? await publishedPolicies(provenance) : error.next;
  throw new Failure({
    ...{ code, cause, details, problem, exit: EXIT.notEnough },
    ...(next === undefined ? {} : { next }),
  });
}

async function publishedPolicies(provenance: ServiceClient): Promise<string> {
  const answer = await provenance.ask('/v1/policies', { roles: [WHOLE_ENGAGEMENT] });
  const names = listMember(answer, 'policies').map((one) => textMember(one, 'policy') ?? '');
  return `Ask under one that is published: ${[...new Set(names)].join(', ')}.`;
}

/** A verdict whose id is the digest of its canonical bytes. @throws Failure for any other answer */
function checkedVerdict(answer: unknown): { readonly id: string; readonly verdict: Verdict } {
  const id = textMember(answer, 'id');
  const verdict = member(answer, 'verdict');
  if (id === undefined || !isRecord(verdict) || sha256Hex(canonicalBytes(verdict)) !== id)
    throw new Failure({
      code: 'verdict-altered',
      exit: EXIT.trouble,
      cause: 'The answer is no verdict, or not the one whose id it bears.',
      next: 'Ask again; if it happens again, something on the way changes answers.',
    });
  return { id, verdict: verdict as unknown as Verdict };
}

/** PASS alone is success: what the policy is not about is not proven by it. */
export function exitOf({ outcome, scope }: Pick<Verdict, 'outcome' | 'scope'>): ExitCode {
  if (outcome === 'FAIL') return EXIT.no;
  const passes = outcome === 'PASS' || outcome === 'PASS_EXCEPTION';
  return passes && scope !== 'not-applicable' ? EXIT.ok : EXIT.notEnough;
}

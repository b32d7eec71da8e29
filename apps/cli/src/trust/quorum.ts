import { parseTrustPolicy, type TrustPolicy } from '@lodemark/transparency';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** Whom a trust file believes about the root log. */
export interface ChosenWitnesses {
  /** Text of a C2SP tlog-policy. */
  readonly trustPolicy: string;
  /** Names of the witnesses of which enough must have cosigned; none: the log's own word is believed. */
  readonly witnesses: readonly string[];
  /** In words. */
  readonly quorum: string;
}

const NUMBER = /^[1-9][0-9]{0,3}$/;
const GROUP = 'chosen';

/**
 * The witnesses that a policy lists, with its own quorum or with one that the auditor chooses: so many of them, `all`,
 * `any` or `none`. Nobody trusts the log's own word alone without having said so. @throws Failure
 */
export function chooseWitnesses(
  published: string,
  { logKey, quorum }: { readonly logKey: string; readonly quorum: string | undefined },
): ChosenWitnesses {
  const policy = read(published);
  const names = policy.witnesses.map(({ name }) => name);
  const log = `log ${logKey}`;
  if (quorum === 'none') return { trustPolicy: `${log}\nquorum none\n`, witnesses: [], quorum: 'none' };
  if (quorum === undefined) return asPublished(published, { policy, names, log });
  const count = { all: names.length, any: 1 }[quorum] ?? (NUMBER.test(quorum) ? Number(quorum) : 0);
  if (count < 1 || count > names.length) throw notToBeHad(quorum, names);
  const lines = [log, ...linesOf(published, 'witness'), `group ${GROUP} ${count} ${names.join(' ')}`];
  const trustPolicy = `${lines.join('\n')}\nquorum ${GROUP}\n`;
  read(trustPolicy);
  return { trustPolicy, witnesses: names, quorum: `${count} of ${names.length}` };
}

function asPublished(
  published: string,
  {
    policy,
    names,
    log,
  }: { readonly policy: TrustPolicy; readonly names: readonly string[]; readonly log: string },
): ChosenWitnesses {
  if (policy.quorum === 'none') throw noQuorum(names);
  const lines = [log, ...linesOf(published, 'witness', 'group', 'quorum')];
  const { quorum } = policy;
  const inWords =
    'members' in quorum ? `${quorum.threshold} of ${quorum.members.length} (${quorum.name})` : quorum.name;
  return { trustPolicy: `${lines.join('\n')}\n`, witnesses: names, quorum: inWords };
}

/** Lines with one of these words first, in their order: the log's line is what the auditor asked about. */
function linesOf(policy: string, ...words: readonly string[]): string[] {
  return policy.split('\n').filter((line) => words.includes(line.trim().split(/[ \t]+/)[0] ?? ''));
}

function read(text: string): TrustPolicy {
  const policy = parseTrustPolicy(text);
  if (policy.ok) return policy.value;
  throw new Failure({
    ...{ code: 'trust-unusable', exit: EXIT.usage },
    cause: `The trust policy cannot be read: ${policy.problems.map(({ detail }) => detail).join(' ')}`,
  });
}

function noQuorum(names: readonly string[]): Failure {
  const listed =
    names.length === 0 ? 'names no witnesses' : `asks for none of its witnesses ${names.join(', ')}`;
  return new Failure({
    ...{ code: 'quorum-not-chosen', exit: EXIT.usage },
    cause: `The registry’s trust policy ${listed}: whoever runs the log could show you one history and others another.`,
    next:
      'Say how many witnesses must have cosigned (--quorum 2, all or any), give a trust policy of your own (--policy FILE), ' +
      'or say --quorum none to believe the log’s own word alone.',
  });
}

function notToBeHad(quorum: string, names: readonly string[]): Failure {
  const listed = names.length === 0 ? 'none' : names.join(', ');
  return new Failure({
    ...{ code: 'quorum-unknown', exit: EXIT.usage },
    cause: `--quorum ${quorum} is no choice among the witnesses that are listed: ${listed}.`,
    next: 'Give a number of them, all, any or none.',
  });
}

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parseTrustPolicy, parseVerifierKey } from '@lodemark/transparency';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { exportLog } from '../log/export-log.js';
import { folderSource, httpSource, type LogSource } from '../log/log-source.js';
import { verifyLog, type Trust, type VerifiedLog } from '../log/verify-log.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import type { Session } from '../session.js';
import { counted } from '../text.js';
import type { AddCommands } from './frame.js';

interface VerifyOptions {
  readonly policy?: string;
  readonly logKey?: string;
  readonly foreign?: boolean;
}

const FACILITY = /^(?:.*\/log\/)?([a-z0-9-]{1,63})$/;

export const addLogCommands: AddCommands = (program, frame) => {
  const log = program.command('log').description('Whole logs, as https://c2sp.org/tlog-tiles lays them out.');
  log
    .command('export')
    .description('Write a log as files that any web server can serve and anyone can verify.')
    .argument('<log>', 'root, a facility, an origin, or the address of a log')
    .argument('<folder>', 'where to')
    .action((...[name, folder, , self]: [string, string, unknown, Command]) =>
      frame(self, async (session) => {
        const { output } = session;
        const exported = await exportLog(namedLog(session, name), folder, (entries, size) =>
          output.progress(`${counted(entries, 'entry', 'entries')} of ${size} …`),
        );
        output.progress('');
        const { origin, size, root, documents, lackingDocuments } = exported;
        output.answer({ ...exported, folder }, () => [
          `${counted(size, 'entry', 'entries')} of ${origin} are in ${folder}, root hash ${root}.`,
          ...(documents === 0
            ? []
            : [`${counted(documents, 'document', 'documents')} that it names lie beside it.`]),
          ...lackingLines(lackingDocuments),
          'Whether its signatures hold, lodemark log verify says.',
        ]);
        return EXIT.ok;
      }),
    );
  log
    .command('verify')
    .description('Make everything anew out of the entries, compare it, and check the signatures.')
    .argument('<log>', 'folder, or address of a log; root or a facility of the network')
    .option('--policy <file>', 'trust policy (https://c2sp.org/tlog-policy): logs, witnesses, quorum')
    .option(
      '--log-key <vkey>',
      'verifier key of the log, and after a space its origin if that is another name (of the root log: LODEMARK_ROOT_LOG_KEY)',
    )
    .option(
      '--foreign',
      'of no Lodemark network: its entries may be anything, whatever its origin looks like',
    )
    .action((name: string, options: VerifyOptions, self: Command) =>
      frame(self, async (session) => {
        const source =
          /[/.\\]/.test(name) && !/^https?:/.test(name) ? folderSource(name) : namedLog(session, name);
        const verified = await verifyLog(source, await trustOf(options, session), {
          isForeign: options.foreign === true,
        });
        session.output.answer(verified, () => verifiedLines(verified));
        return verified.signature === 'holds' && verified.quorumMet !== false ? EXIT.ok : EXIT.notEnough;
      }),
    );
};

/** Names documents that a root log names and that are not to be had. */
export function lackingLines(lacking: readonly string[]): string[] {
  if (lacking.length === 0) return [];
  const named = lacking.slice(0, 5).join(', ');
  const more = lacking.length > 5 ? ` and ${String(lacking.length - 5)} more` : '';
  return [
    `${counted(lacking.length, 'document', 'documents')} that it names are not to be had: ${named}${more}.`,
  ];
}

function namedLog(session: Session, name: string): LogSource {
  const roles = [WHOLE_ENGAGEMENT];
  if (/^https?:\/\//.test(name)) return httpSource(name, session.tokens, roles);
  if (name === 'root' || name.endsWith('/root'))
    return httpSource(`${session.service('registry').url}/v1/root`, session.tokens, roles);
  const facility = FACILITY.exec(name)?.[1];
  if (facility !== undefined)
    return httpSource(`${session.service('custody').url}/v1/logs/${facility}`, session.tokens, roles);
  throw new Failure({
    ...{ code: 'log-unknown', exit: EXIT.usage },
    cause: `${name} names no log.`,
    next: 'Give root, the id of a facility, an origin such as example.com/root, or an address.',
  });
}

/** Trust comes from whoever asks, never from the log. @throws Failure */
async function trustOf({ policy: file, logKey }: VerifyOptions, { surroundings }: Session): Promise<Trust> {
  if (file !== undefined) {
    const bytes = await readFile(file).catch((error: unknown) => {
      throw unusable(`The trust policy ${file} cannot be read: ${errorText(error)}`);
    });
    const policy = parseTrustPolicy(new Uint8Array(bytes));
    if (policy.ok) return { by: 'policy', policy: policy.value };
    throw unusable(`${file} is no trust policy: ${policy.problems.map(({ detail }) => detail).join(' ')}`);
  }
  const given = logKey ?? surroundings.env['LODEMARK_ROOT_LOG_KEY'];
  if (given === undefined) return { by: 'nothing' };
  const [vkey = '', ...rest] = given.split(' ');
  const key = parseVerifierKey(vkey);
  if (key.ok) return { by: 'key', key: key.value, origin: rest.join(' ') || key.value.name };
  throw unusable(`${vkey} is no verifier key: ${key.problems.map(({ detail }) => detail).join(' ')}`);
}

function verifiedLines({ checkpoint, signature, witnesses, quorumMet }: VerifiedLog): string[] {
  const { origin, size, root, extensionLines = [] } = checkpoint;
  return [
    `${counted(size, 'entry', 'entries')} of ${origin} make the root hash ${root}, as its checkpoint says.`,
    ...(extensionLines.length === 0
      ? []
      : [`It says more in ${counted(extensionLines.length, 'extension line')}, which no entry shows.`]),
    signature === 'holds'
      ? 'The log’s signature holds.'
      : 'Nobody’s signature was checked: name a key with --log-key, or a trust policy with --policy.',
    ...(quorumMet === undefined
      ? []
      : [
          `Cosigned by ${witnesses.join(', ') || 'no witness'}: the quorum is ${quorumMet ? 'met' : 'not met'}.`,
        ]),
  ];
}

function unusable(cause: string): Failure {
  return new Failure({ code: 'trust-unusable', exit: EXIT.usage, cause });
}

import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { folderSource, httpSource } from '../log/log-source.js';
import {
  exportedSource,
  keptSource,
  recoverLog,
  type EntrySource,
  type Recovered,
} from '../log/recover-log.js';
import type { Session } from '../session.js';
import { counted } from '../text.js';
import { facilityArgument, type AddCommands } from './frame.js';

const RECOVER_HELP = `
A custody service whose database was restored from an older backup records nothing: going on would contradict what it
signed. This gives it back what it lost, byte for byte, with the proof that it leads to the tree that was signed last.
Run it again when it was broken off. Documents and private values are no part of a log: restore those from a backup.
`;

export const addRecoverCommand: AddCommands = (program, frame) => {
  program
    .command('recover')
    .description('Give a custody service back the entries that a restored database lacks.')
    .argument('<facility>', 'whose log', facilityArgument)
    .option('--from <source>', 'folder of lodemark log export, or address of a log; default: provenance')
    .addHelpText('after', RECOVER_HELP)
    .action((facility: string, { from }: { readonly from?: string }, self: Command) =>
      frame(self, async (session) => {
        const { output } = session;
        const recovered = await recoverLog(session.service('custody'), facility, {
          source: sourceOf(session, facility, from),
          onProgress: (entries) => output.progress(`${counted(entries, 'entry', 'entries')} …`),
        });
        output.progress('');
        output.answer(recovered, () => recoveredLines(recovered));
        return recovered.leftOut === 0 ? EXIT.ok : EXIT.notEnough;
      }),
    );
};

function sourceOf(session: Session, facility: string, from: string | undefined): EntrySource {
  if (from === undefined) return keptSource(session.service('provenance'), facility);
  const officer = [{ role: 'administrator' as const }];
  const isAddress = /^https?:\/\//.test(from);
  return exportedSource(isAddress ? httpSource(from, session.tokens, officer) : folderSource(from));
}

function recoveredLines({ origin, size, signedSize, putBack, leftOut }: Recovered): string[] {
  if (putBack === 0)
    return [`${origin} lacks nothing that was signed: it has ${size} entries, ${signedSize} were signed.`];
  return [
    `${counted(putBack, 'entry was', 'entries were')} put back: ${origin} has ${size}, ${signedSize} were signed.`,
    ...(leftOut === 0
      ? []
      : [
          `${counted(leftOut, 'entry', 'entries')} that nobody signed for did not fit: post their events again.`,
        ]),
  ];
}

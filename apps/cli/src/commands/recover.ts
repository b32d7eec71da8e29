import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { exportedSource, keptSource, type EntrySource, type KeptLog } from '../log/entry-source.js';
import { folderSource, httpSource } from '../log/log-source.js';
import { documentNamed, firstDocument, type FindDocument } from '../log/named-documents.js';
import { recoverLog, type Recovered, type Recovery } from '../log/recover-log.js';
import type { Session } from '../session.js';
import { counted } from '../text.js';
import { facilityArgument, type AddCommands } from './frame.js';
import { lackingLines } from './log.js';

const RECOVER_HELP = `
A custody service or a registry whose database was restored from an older backup records nothing: going on would
contradict what it signed. This gives it back what it lost, byte for byte, with the proof that it leads to the tree that
was signed last. Run it again when it was broken off. A registry gets policies, certificates and status lists back, too.
A facility's documents and private values are no part of a log: restore those from a backup.
`;

export const addRecoverCommand: AddCommands = (program, frame) => {
  program
    .command('recover')
    .description('Give a custody service or a registry back the entries that a restored database lacks.')
    .argument('<log>', 'root, or the facility whose log it is', facilityArgument)
    .option('--from <source>', 'folder of lodemark log export, or address of a log; default: provenance')
    .addHelpText('after', RECOVER_HELP)
    .action((name: string, { from }: { readonly from?: string }, self: Command) =>
      frame(self, async (session) => {
        const { output } = session;
        const log: KeptLog = name === 'root' ? name : { facility: name };
        const source = sourceOf(session, log, from);
        const recovered = await recoverLog({
          ...placeOf(session, log, source),
          source,
          onProgress: (entries) => output.progress(`${counted(entries, 'entry', 'entries')} …`),
        });
        output.progress('');
        output.answer(recovered, () => recoveredLines(recovered));
        const { leftOut, lackingDocuments } = recovered;
        return leftOut === 0 && lackingDocuments.length === 0 ? EXIT.ok : EXIT.notEnough;
      }),
    );
};

function sourceOf(session: Session, log: KeptLog, from: string | undefined): EntrySource {
  if (from === undefined) return keptSource(session.service('provenance'), log);
  const officer = [{ role: 'administrator' as const }];
  const isAddress = /^https?:\/\//.test(from);
  return exportedSource(isAddress ? httpSource(from, session.tokens, officer) : folderSource(from));
}

/** Where what was lost goes, in requests of the size that are taken there. */
function placeOf(
  session: Session,
  log: KeptLog,
  source: EntrySource,
): Pick<Recovery, 'service' | 'path' | 'limits' | 'documentsOf'> {
  if (log !== 'root')
    return {
      service: session.service('custody'),
      path: `/v1/logs/${log.facility}/recovery`,
      limits: { characters: 2_000_000, lastCharacters: 6_000_000 },
    };
  const places: FindDocument[] = [(digest) => source.document(digest), ...elsewhere(session)];
  return {
    service: session.service('registry'),
    path: '/v1/root/recovery',
    limits: { characters: 600_000, lastCharacters: 900_000 },
    documentsOf: async (entry) => {
      const digest = documentNamed(entry);
      const document = digest === undefined ? undefined : await firstDocument(digest, places);
      return document === undefined ? [] : [document];
    },
  };
}

/** An export may have no documents: provenance may, where there is one that answers. */
function elsewhere(session: Session): FindDocument[] {
  try {
    const kept = keptSource(session.service('provenance'), 'root');
    return [(digest) => kept.document(digest).catch(() => undefined)];
  } catch {
    return [];
  }
}

function recoveredLines(recovered: Recovered): string[] {
  const { origin, size, signedSize, putBack, leftOut, lackingDocuments } = recovered;
  if (putBack === 0)
    return [
      `${origin} lacks nothing that was signed: it has ${size} entries, ${signedSize} were signed.`,
      ...lackingLines(lackingDocuments),
    ];
  return [
    `${counted(putBack, 'entry was', 'entries were')} put back: ${origin} has ${size}, ${signedSize} were signed.`,
    ...(leftOut === 0
      ? []
      : [
          `${counted(leftOut, 'entry', 'entries')} behind them had no signature that holds or did not fit: what they said has to be said again.`,
        ]),
    ...lackingLines(lackingDocuments),
  ];
}

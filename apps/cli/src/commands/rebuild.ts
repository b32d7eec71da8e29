import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { member, textMember } from '../network/json.js';
import { counted } from '../text.js';
import type { AddCommands } from './frame.js';

const TIMEOUT_MS = 6 * 3_600_000;

export const addRebuildCommand: AddCommands = (program, frame) => {
  program
    .command('rebuild')
    .description(
      'Let the provenance service make its read model anew; exit code 1 when it was another one before.',
    )
    .addOption(
      new Option('--source <source>', 'the logs where they are written, or the entries kept here')
        .choices(['logs', 'kept'])
        .default('logs'),
    )
    .action(({ source }: { readonly source: string }, self: Command) =>
      frame(self, async (session) => {
        session.output.progress('Rebuilding …');
        const answer = await session.service('provenance').ask('/v1/rebuild', {
          method: 'POST',
          roles: [{ role: 'administrator' }],
          body: { source },
          timeoutMs: TIMEOUT_MS,
          attempts: 1,
        });
        session.output.progress('');
        const same = member(answer, 'same') === true;
        const entries = member(answer, 'entries');
        session.output.answer(answer, () => [
          `Rebuilt from ${typeof entries === 'number' ? counted(entries, 'entry', 'entries') : 'its entries'}.`,
          same
            ? `The digest is the same: ${textMember(answer, 'after') ?? ''}.`
            : `The digest is another one now: ${textMember(answer, 'before') ?? ''} before, ${textMember(answer, 'after') ?? ''} after. What was wrong is mended; find out how it came about.`,
        ]);
        return same ? EXIT.ok : EXIT.no;
      }),
    );
};

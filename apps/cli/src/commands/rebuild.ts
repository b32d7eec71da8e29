import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { member, textMember } from '../network/json.js';
import type { Session } from '../session.js';
import { counted } from '../text.js';
import type { AddCommands } from './frame.js';

const roles = [{ role: 'administrator' as const }];
const ASK_AGAIN_MS = 500;

const REBUILD_HELP = `
The service rebuilds by itself, however long it takes: ending this command does not end it, and running it again
goes on looking at the same rebuild. Readers see the old read model until the new one is whole.
`;

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
    .addHelpText('after', REBUILD_HELP)
    .action(({ source }: { readonly source: string }, self: Command) =>
      frame(self, async (session) => {
        const run = await followed(session, source);
        session.output.progress('');
        if (textMember(run, 'state') !== 'done') throw brokenOff(textMember(run, 'failure'));
        const rebuilt = member(run, 'rebuilt');
        const same = member(rebuilt, 'same') === true;
        session.output.answer(run, () => rebuiltLines(rebuilt, same));
        return same ? EXIT.ok : EXIT.no;
      }),
    );
};

/** Begins a rebuild, or finds the one that runs, and looks at it until it ends. */
async function followed(session: Session, source: string): Promise<unknown> {
  const { output } = session;
  const provenance = session.service('provenance');
  let run = await provenance.ask('/v1/rebuilds', { method: 'POST', roles, body: { source } });
  const id = textMember(run, 'id') ?? '';
  const begun = textMember(run, 'source');
  if (begun !== source)
    output.remark(`A rebuild from ${begun === 'kept' ? 'the kept entries' : 'the logs'} runs already.`);
  while (textMember(run, 'state') === 'running') {
    output.progress(progressText(member(run, 'entries')));
    await sleep(ASK_AGAIN_MS);
    run = await provenance.find(`/v1/rebuilds/${encodeURIComponent(id)}`, { roles });
    if (run === undefined) throw brokenOff('the service was started anew meanwhile');
  }
  return run;
}

function progressText(entries: unknown): string {
  const done = member(entries, 'done');
  const total = member(entries, 'total');
  if (typeof done !== 'number' || typeof total !== 'number') return 'Rebuilding …';
  return `Rebuilding: ${counted(done, 'entry', 'entries')} of ${counted(total, 'entry', 'entries')} …`;
}

function rebuiltLines(rebuilt: unknown, same: boolean): string[] {
  const entries = member(rebuilt, 'entries');
  const [before = '', after = ''] = [textMember(rebuilt, 'before'), textMember(rebuilt, 'after')];
  return [
    `Rebuilt from ${typeof entries === 'number' ? counted(entries, 'entry', 'entries') : 'its entries'}.`,
    same
      ? `The digest is the same: ${after}.`
      : `The digest is another one now: ${before} before, ${after} after. What was wrong is mended; find out how it came about.`,
  ];
}

function brokenOff(why = 'the service does not say why'): Failure {
  return new Failure({
    code: 'rebuild-broken-off',
    exit: EXIT.trouble,
    cause: `The rebuild broke off: ${why}. The read model is as it was.`,
    next: 'See what is in trouble (lodemark doctor), then run lodemark rebuild again.',
  });
}

import type { Command } from 'commander';
import { FilePost } from '../events/post-file.js';
import { IdJournal } from '../events/id-journal.js';
import { readKeyFile } from '../keys/key-file.js';
import { wholeNumber, type AddCommands } from './frame.js';

interface EventOptions {
  readonly key?: string;
  readonly assignIds?: string;
  readonly batch: number;
  readonly atomic?: boolean;
  readonly verify: boolean;
}

const INPUT_HELP = `
FILE holds one event, an array, or lines of JSON or compact JWS (.ndjson, .jsonl); "-" is standard input.
Without --key the custody service signs with the facility's custodial key. Every event needs an eventId of
its own that stays the same: what was posted before is then recognised and never recorded twice.
Receipts are verified: signed by the key that the root log registers for the facility's log, for this event.
With --json each row is a line of output, {"line","eventId","outcome",…}; the last one holds the summary.
`;

export const addEventCommands: AddCommands = (program, frame) => {
  const define = (command: Command, dryRun: boolean): void => {
    command
      .argument('<file>', 'events, or - for standard input')
      .option('--key <file>', 'sign with this private key')
      .option('--assign-ids <journal>', 'make ids for events without one and keep them in this file')
      .option('--atomic', 'all or nothing; one facility, one request')
      .option('--no-verify', 'take receipts as they come, without asking the registry for the log’s key')
      .option(
        '--batch <events>',
        'events of one request',
        wholeNumber({ min: 1, max: 50_000 }),
        dryRun ? 5_000 : 500,
      )
      .addHelpText('after', INPUT_HELP)
      .action((path: string, options: EventOptions, self: Command) =>
        frame(self, async (session) => {
          const signer = options.key === undefined ? undefined : await readKeyFile(options.key);
          const journal =
            options.assignIds === undefined ? undefined : await IdJournal.open(options.assignIds);
          return new FilePost(session, {
            path,
            dryRun,
            atomic: options.atomic === true,
            verify: options.verify,
            batchLength: options.batch,
            ...(signer === undefined ? {} : { signer }),
            ...(journal === undefined ? {} : { journal }),
          }).run();
        }),
      );
  };
  define(program.command('post').description('Post custody events; recorded rows have receipts.'), false);
  define(program.command('check').description('Check custody events: everything except recording.'), true);
};

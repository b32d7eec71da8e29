import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { member, textMember } from '../network/json.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import type { Session } from '../session.js';
import { wholeNumber, type AddCommands } from './frame.js';

const ENTRY = /^[a-z0-9-]{1,63}\/(0|[1-9][0-9]{0,14})$/;
const ASK_AGAIN_MS = 500;

export const addHorizonCommand: AddCommands = (program, frame) => {
  program
    .command('horizon')
    .description('The first evidence horizon that covers an entry: from there on it counts.')
    .argument('<entry>', 'facility/index, as in a receipt', entryArgument)
    .option(
      '--wait <seconds>',
      'wait for a published one, and for provenance to answer there',
      wholeNumber({ min: 0, max: 3_600 }),
      0,
    )
    .action((entry: string, { wait }: { readonly wait: number }, self: Command) =>
      frame(self, async (session) => {
        const until = session.surroundings.now().getTime() + wait * 1_000;
        const covered = await covering(session, entry, until);
        const answered = wait === 0 ? undefined : await answersThere(session, covered, until);
        session.output.answer({ ...Object(covered), ...(answered === undefined ? {} : { answered }) }, () =>
          horizonLines(entry, { covered, answered }),
        );
        if (member(covered, 'endedBy') !== null) return EXIT.no;
        return member(covered, 'published') === null || answered === false ? EXIT.notEnough : EXIT.ok;
      }),
    );
};

async function covering(session: Session, entry: string, until: number): Promise<unknown> {
  const { surroundings } = session;
  for (;;) {
    const late = surroundings.now().getTime() >= until;
    const answer = await session
      .service('registry')
      .ask('/v1/root/horizons', { query: { covers: entry } })
      .catch((error: unknown) => {
        if (!late && error instanceof Failure && error.code === 'not-covered-yet') return undefined;
        throw error;
      });
    if (answer !== undefined && (late || member(answer, 'published') !== null)) return answer;
    await sleep(ASK_AGAIN_MS);
  }
}

/** Whether provenance answers at that horizon by then; undefined when its address is not known. */
async function answersThere(session: Session, covered: unknown, until: number): Promise<boolean | undefined> {
  const size = Number(member(covered, 'size'));
  if (session.settings.urls.provenance === undefined || member(covered, 'published') === null)
    return undefined;
  for (;;) {
    const late = session.surroundings.now().getTime() >= until;
    const latest = await session
      .service('provenance')
      .ask('/v1/horizons/latest', { roles: [WHOLE_ENGAGEMENT] });
    if (Number(member(member(latest, 'horizon'), 'size')) >= size) return true;
    if (late) return false;
    await sleep(ASK_AGAIN_MS);
  }
}

function horizonLines(
  entry: string,
  { covered: answer, answered }: { readonly covered: unknown; readonly answered: boolean | undefined },
): string[] {
  const published = member(answer, 'published');
  const ended = member(answer, 'endedBy');
  return [
    `${entry} is covered from root log size ${String(member(answer, 'size'))} on, since ${textMember(answer, 'recordedAt') ?? ''}.`,
    published === null
      ? 'No published root checkpoint covers it yet.'
      : `The published root checkpoint of size ${String(member(published, 'size'))} covers it.`,
    ...(answered === undefined
      ? []
      : [answered ? 'Provenance answers there.' : 'Provenance has not come there yet.']),
    ...(ended === null
      ? []
      : [`It does not count: root log entry ${JSON.stringify(ended)} reports a fault of its log.`]),
  ];
}

function entryArgument(text: string): string {
  if (ENTRY.test(text)) return text;
  throw new InvalidArgumentError('An entry is <facility>/<index>, such as kokbulak/17.');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { member, textMember } from '../network/json.js';
import type { Session } from '../session.js';
import { wholeNumber, type AddCommands } from './frame.js';

const ENTRY = /^[a-z0-9-]{1,63}\/(0|[1-9][0-9]{0,14})$/;
const ASK_AGAIN_MS = 500;

export const addHorizonCommand: AddCommands = (program, frame) => {
  program
    .command('horizon')
    .description('The first evidence horizon that covers an entry: from there on it counts.')
    .argument('<entry>', 'facility/index, as in a receipt', entryArgument)
    .option('--wait <seconds>', 'wait for a published one', wholeNumber({ min: 0, max: 3_600 }), 0)
    .action((entry: string, { wait }: { readonly wait: number }, self: Command) =>
      frame(self, async (session) => {
        const answer = await covering(session, entry, wait);
        session.output.answer(answer, () => horizonLines(entry, answer));
        if (member(answer, 'endedBy') !== null) return EXIT.no;
        return member(answer, 'published') === null ? EXIT.notEnough : EXIT.ok;
      }),
    );
};

async function covering(session: Session, entry: string, seconds: number): Promise<unknown> {
  const { surroundings } = session;
  const until = surroundings.now().getTime() + seconds * 1_000;
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

function horizonLines(entry: string, answer: unknown): string[] {
  const published = member(answer, 'published');
  const ended = member(answer, 'endedBy');
  return [
    `${entry} is covered from root log size ${String(member(answer, 'size'))} on, since ${textMember(answer, 'recordedAt') ?? ''}.`,
    published === null
      ? 'No published root checkpoint covers it yet.'
      : `The published root checkpoint of size ${String(member(published, 'size'))} covers it.`,
    ...(ended === null
      ? []
      : [`It does not count: root log entry ${JSON.stringify(ended)} reports a fault of its log.`]),
  ];
}

function entryArgument(text: string): string {
  if (ENTRY.test(text)) return text;
  throw new InvalidArgumentError('An entry is <facility>/<index>, such as kokbulak/17.');
}

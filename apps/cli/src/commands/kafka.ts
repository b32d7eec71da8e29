import type { Command } from 'commander';
import type { Admission, AdmissionRounds } from '@lodemark/feed';
import { errorText } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { openAdministration } from '../kafka/administration.js';
import { registeredFacilities } from '../kafka/registered.js';
import { readUsersFile, USERS_FILE_EXAMPLE } from '../kafka/users-file.js';
import type { Session } from '../session.js';
import { wholeNumber, type AddCommands } from './frame.js';

interface AdmitOptions {
  readonly users: string;
  readonly every?: number;
}

const ADMIT_HELP = `
Makes a topic for every registered facility's log, and sees to it that each user may do what its service has to and
nothing else. What is so already stays so: run it as often as you like. A facility that moved to another operator's
custody service is taken from the one before.

The cluster, and as whom to administer it, is named by KAFKA_BROKERS and the other KAFKA_ variables (docs/kafka.md).
The file of --users names the users of the services, those of custody by their addresses:
  ${USERS_FILE_EXAMPLE}
`;

export const addKafkaCommands: AddCommands = (program, frame) => {
  const kafka = program.command('kafka').description('For whoever administers the network’s Kafka cluster.');
  kafka
    .command('admit')
    .description(
      'Make topics and access rules for every registered facility; exit code 1 when one has no user.',
    )
    .requiredOption('--users <file>', 'users of the Kafka cluster by service')
    .option('--every <seconds>', 'do it again and again', wholeNumber({ min: 1, max: 86_400 }))
    .addHelpText('after', ADMIT_HELP)
    .action(({ users, every }: AdmitOptions, self: Command) =>
      frame(self, async (session) => {
        const registry = session.service('registry');
        const named = await readUsersFile(users);
        const administration = await openAdministration(session.surroundings.env);
        const { AdmissionRounds } = await import('@lodemark/feed');
        const facilities = () => registeredFacilities(registry);
        try {
          const rounds = new AdmissionRounds({ administration, users: named, facilities });
          return every === undefined ? await once(session, rounds) : await keepUp(session, rounds, every);
        } finally {
          await administration.close();
        }
      }),
    );
};

async function once(session: Session, rounds: AdmissionRounds): Promise<ExitCode> {
  const admission = await rounds.once().catch((error: unknown) => {
    throw error instanceof Failure ? error : refused(error);
  });
  if (admission === undefined) return EXIT.ok;
  say(session, admission);
  return admission.strangers.length > 0 ? EXIT.no : EXIT.ok;
}

async function keepUp(session: Session, rounds: AdmissionRounds, every: number): Promise<ExitCode> {
  const { surroundings, output } = session;
  const ending = new AbortController();
  const undisturbed = surroundings.onInterrupt(() => ending.abort());
  await rounds.keepUp({
    everyMs: every * 1_000,
    signal: ending.signal,
    onAdmitted: (admission) => say(session, admission),
    onTrouble: (error) => output.remark(`${surroundings.now().toISOString()} ${errorText(error)}`),
  });
  undisturbed();
  return EXIT.interrupted;
}

function say({ output }: Session, { operators, strangers }: Admission): void {
  const writers = [...operators].map(([user, facilities]) => ({ user, facilities }));
  output.answer({ writers, strangers }, () =>
    writers.map(
      ({ user, facilities }) => `${user} writes the log of ${facilities.join(', ') || 'no facility'}`,
    ),
  );
  for (const { facility, custodyUrl } of strangers)
    output.remark(`Nobody may publish the log of ${facility}: the file names no user of ${custodyUrl}.`);
}

function refused(error: unknown): Failure {
  return new Failure({
    code: 'kafka-trouble',
    exit: EXIT.trouble,
    cause: `The Kafka cluster could not be administered: ${errorText(error)}`,
    next: 'See whether the brokers answer, and whether this user may make topics and access rules; then run it again.',
  });
}

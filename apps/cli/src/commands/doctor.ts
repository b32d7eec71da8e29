import type { Command } from 'commander';
import { examineHome, examineNode } from '../doctor/machine.js';
import { ok, type Diagnosis } from '../doctor/report.js';
import { examineRootLog } from '../doctor/root-log.js';
import { examineProvenance, examineServices } from '../doctor/services.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { visible, type Colour, type Paint } from '../text.js';
import { ownVersion } from '../version.js';
import type { AddCommands } from './frame.js';

const DOCTOR_HELP = `
Set LODEMARK_GENESIS and LODEMARK_ROOT_LOG_KEY to what your registrar published: doctor then compares with
them instead of believing what the registry says of itself.
`;

export const addDoctorCommand: AddCommands = (program, frame) => {
  program
    .command('doctor')
    .description(
      'Look for what is wrong: services, clocks, versions, the root log’s signature, the data folder.',
    )
    .addHelpText('after', DOCTOR_HELP)
    .action((_options: unknown, self: Command) =>
      frame(self, async (session) => {
        const { settings, output } = session;
        const found: readonly Diagnosis[] = [
          examineNode(process.versions.node),
          ...(await examineHome(settings)),
          ok('lodemark', await ownVersion()),
          ...(await examineServices(session)),
          ...(await examineRootLog(session)),
          ...(await examineProvenance(session)),
        ];
        const exit = exitOf(found);
        output.answer({ well: exit === EXIT.ok, checks: found }, () =>
          found.flatMap((one) => lines(one, output.paint)),
        );
        return exit;
      }),
    );
};

const MARKS: Readonly<Record<Diagnosis['status'], readonly [text: string, colour: Colour]>> = {
  ok: ['ok     ', 'green'],
  warning: ['warning', 'yellow'],
  wrong: ['WRONG  ', 'red'],
  trouble: ['TROUBLE', 'red'],
};

function lines({ check, status, detail, next }: Diagnosis, paint: Paint): string[] {
  const [mark, colour] = MARKS[status];
  return [
    `${paint(colour, mark)}  ${visible(`${check}: ${detail}`)}`,
    ...(next === undefined ? [] : [`         ${visible(next)}`]),
  ];
}

function exitOf(found: readonly Diagnosis[]): ExitCode {
  if (found.some(({ status }) => status === 'trouble')) return EXIT.trouble;
  return found.some(({ status }) => status === 'wrong') ? EXIT.no : EXIT.ok;
}

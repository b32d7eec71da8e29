import { Command, CommanderError } from 'commander';
import { addDoctorCommand } from './commands/doctor.js';
import { addEventCommands } from './commands/events.js';
import type { CommandFrame } from './commands/frame.js';
import { addHorizonCommand } from './commands/horizon.js';
import { addInboundCommand } from './commands/inbound.js';
import { addJoinCommand } from './commands/join.js';
import { addKafkaCommands } from './commands/kafka.js';
import { addKeysCommands } from './commands/keys.js';
import { addLogCommands } from './commands/log.js';
import { addMonitorCommand } from './commands/monitor.js';
import { addRebuildCommand } from './commands/rebuild.js';
import { addRecoverCommand } from './commands/recover.js';
import { addTokenCommand } from './commands/token.js';
import { addTrustCommand } from './commands/trust.js';
import { addCertificateCommand } from './commands/certificate.js';
import { addVerifyCommand } from './commands/verify.js';
import { addVerdictCommand } from './commands/verdict.js';
import { addViewCommands } from './commands/views.js';
import { addWitnessCommand } from './commands/witness.js';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.js';
import { Failure } from './failure.js';
import { Output } from './output.js';
import type { GlobalOptions } from './network/settings.js';
import { Session } from './session.js';
import type { Surroundings } from './surroundings.js';
import { ownVersion } from './version.js';

/** Runs `lodemark` with these arguments (without the program's own name); never rejects, and never ends the process. */
export async function runLodemark(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  let output = new Output(surroundings, { json: argv.includes('--json'), colour: true });
  const frame: CommandFrame = async (command, work) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    output = new Output(surroundings, { json: options.json === true, colour: options.color !== false });
    exit = await work(await Session.open(options, surroundings, output));
  };
  try {
    await lodemark(
      surroundings,
      { version: await ownVersion(), json: argv.includes('--json') },
      frame,
    ).parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      if (argv.includes('--json')) output.failure(misused(error));
      return EXIT.usage;
    }
    output.progress('');
    const failure = error instanceof Failure ? error : defect(error);
    output.failure(failure);
    return failure.exit;
  }
}

function lodemark(
  surroundings: Surroundings,
  { version, json }: { readonly version: string; readonly json: boolean },
  frame: CommandFrame,
): Command {
  const program = new Command('lodemark')
    .description('Provenance of rare-earth material: post custody events, follow lots, ask for verdicts.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        surroundings.out.write(text);
      },
      // As JSON it is said once, when it is known.
      writeErr: (text) => {
        if (!json) surroundings.err.write(text);
      },
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what may be given)')
    .option('--json', 'machine-readable answer on standard output')
    .option('--home <folder>', 'folder of a site on this machine (LODEMARK_HOME; .lodemark)')
    .option('--registry-url <url>', 'address of the registry (LODEMARK_REGISTRY_URL)')
    .option('--custody-url <url>', 'address of the custody service (LODEMARK_CUSTODY_URL)')
    .option('--provenance-url <url>', 'address of the provenance service (LODEMARK_PROVENANCE_URL)')
    .option('--token <jwt>', 'bearer token; LODEMARK_TOKEN keeps it out of the process list')
    .option('--no-color', 'no colours (NO_COLOR)')
    .addHelpText('afterAll', EXIT_CODES_HELP);
  const commands = [
    ...[addTokenCommand, addJoinCommand, addKeysCommands, addEventCommands, addViewCommands],
    addInboundCommand,
    ...[
      addVerdictCommand,
      addCertificateCommand,
      addTrustCommand,
      addVerifyCommand,
      addHorizonCommand,
      addRebuildCommand,
      addRecoverCommand,
      addDoctorCommand,
    ],
    ...[addKafkaCommands, addLogCommands, addWitnessCommand, addMonitorCommand],
  ];
  for (const add of commands) add(program, frame);
  return program;
}

function misused({ message }: CommanderError): Failure {
  return new Failure({
    code: 'command-line',
    exit: EXIT.usage,
    cause: message.replace(/^error: /, ''),
    next: 'Add --help for what may be given.',
  });
}

function defect(error: unknown): Failure {
  return new Failure({
    code: 'defect',
    exit: EXIT.trouble,
    cause: error instanceof Error ? (error.stack ?? error.message) : String(error),
    next: 'This is a defect of lodemark: please report it with what you ran.',
  });
}

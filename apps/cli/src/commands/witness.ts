import type { Command } from 'commander';
import { nodeSignatures } from '@lodemark/platform/light';
import {
  cosignerKey,
  formatCosignerKey,
  isAdmissible,
  type Ed25519PublicJwk,
  type Signer,
} from '@lodemark/transparency';
import type { WitnessServer } from '@lodemark/witness';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { openKeyFile } from '../keys/key-file.js';
import type { Session } from '../session.js';
import { witnessedLogs } from '../witness/witnessed-logs.js';
import { listenArgument, type AddCommands, type Listen } from './frame.js';

interface WitnessOptions {
  readonly name: string;
  readonly key: string;
  readonly state: string;
  readonly listen: Listen;
  readonly log?: readonly string[];
  readonly policy?: string;
}

const WITNESS_HELP = `
Cosigns the checkpoints of logs, each only if it provably follows from the last one of that log
(https://c2sp.org/tlog-witness). Whoever trusts this witness then knows that nobody was shown another history.

What was cosigned last is kept in the folder of --state and is on disk before it is answered. Never restore that
folder from a backup and never run two witnesses with one key: both would make the witness contradict itself.

  POST /add-checkpoint                      for the logs
  GET  /<sha256 of the origin>/checkpoint   the latest checkpoint cosigned, for whoever compares
`;

export const addWitnessCommand: AddCommands = (program, frame) => {
  program
    .command('witness')
    .description('Be a witness of logs: cosign what follows from what was cosigned before, until Ctrl-C.')
    .requiredOption('--name <name>', 'name of this witness, such as witness.example.com/w1')
    .requiredOption('--key <file>', 'file of its private key, Ed25519; made when there is none')
    .requiredOption('--state <folder>', 'where it keeps what it cosigned last')
    .option('--listen <host:port>', 'where it answers', listenArgument, { host: '127.0.0.1', port: 4790 })
    .option(
      '--log <vkey>',
      'a log that it looks at: its verifier key, and after a space its origin if that is another name; may be repeated',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option('--policy <file>', 'trust policy (https://c2sp.org/tlog-policy) whose logs it looks at')
    .addHelpText('after', WITNESS_HELP)
    .action((options: WitnessOptions, self: Command) =>
      frame(self, async (session) => {
        const logs = await witnessedLogs(options.log ?? [], options.policy);
        const signer = await openKeyFile(options.key);
        const vkey = vkeyOf(options.name, signer);
        const { VouchedTrees, Witness, serveWitness } = await import('@lodemark/witness');
        const witness = new Witness({
          ...{ name: options.name, signer, logs, trees: new VouchedTrees(options.state) },
          checker: nodeSignatures(isAdmissible),
          now: () => session.surroundings.now(),
        });
        const onTrouble = (error: unknown): void => session.output.remark(errorText(error));
        const server = await serveWitness(witness, { ...options.listen, onTrouble }).catch(
          (error: unknown) => {
            throw notServed(options.listen, error);
          },
        );
        const origins = logs.map(({ origin }) => origin);
        session.output.answer({ url: server.url, vkey, logs: origins }, () => [
          `Witness ${options.name} answers at ${server.url}`,
          `its key: ${vkey}`,
          ...origins.map((origin) => `of ${origin}`),
        ]);
        await untilInterrupted(session, server);
        return EXIT.interrupted;
      }),
    );
};

/** @throws Failure when the name or the kind of key is none that a witness can have */
function vkeyOf(name: string, { publicKey }: Signer): string {
  try {
    if (publicKey.kty === 'OKP')
      return formatCosignerKey(cosignerKey(name, publicKey satisfies Ed25519PublicJwk));
  } catch (error) {
    throw new Failure({ code: 'witness-name', exit: EXIT.usage, cause: errorText(error) });
  }
  throw new Failure({
    ...{ code: 'key-file', exit: EXIT.usage },
    cause: 'A witness cosigns with Ed25519, and the key file holds another kind of key.',
    next: 'Name a file that does not exist yet: the key is made.',
  });
}

function untilInterrupted({ surroundings }: Session, server: WitnessServer): Promise<void> {
  return new Promise((resolve, reject) => {
    surroundings.onInterrupt(() => {
      server.close().then(resolve, reject);
    });
  });
}

function notServed({ host, port }: Listen, error: unknown): Failure {
  return new Failure({
    ...{ code: 'not-listening', exit: EXIT.trouble },
    cause: `Nobody can be answered at ${host}:${port}: ${errorText(error)}`,
    next: 'Choose another address with --listen.',
  });
}

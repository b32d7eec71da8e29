import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { createKeyFile, readKeyFile, type Algorithm } from '../keys/key-file.js';
import { Registrar, type Owner } from '../join/registrar.js';
import { facilityArgument, type AddCommands } from './frame.js';

interface RegisterOptions {
  readonly key: string;
  readonly facility?: string;
  readonly organization?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

export const addKeysCommands: AddCommands = (program, frame) => {
  const keys = program.command('keys').description('Keys of your own that sign events or attestations.');
  keys
    .command('new')
    .description('Make a private key in a new file (mode 600) and print its public part.')
    .option('--out <file>', 'where to (default: lodemark-<kid>.key.json)')
    .addOption(new Option('--alg <alg>', 'algorithm').choices(['EdDSA', 'ES256']).default('EdDSA'))
    .action(({ out, alg }: { readonly out?: string; readonly alg: Algorithm }, self: Command) =>
      frame(self, async ({ output }) => {
        const { path, signer } = await createKeyFile(alg, out);
        const { kid, publicKey: jwk } = signer;
        output.answer({ kid, alg: signer.alg, jwk, file: path }, () => [
          JSON.stringify({ ...jwk, alg: signer.alg, kid }),
          `kid: ${kid}`,
          `private key: ${path}`,
        ]);
        return EXIT.ok;
      }),
    );
  keys
    .command('register')
    .description('Register a key: a facility’s for events, or an organization’s for attestations.')
    .requiredOption('--key <file>', 'file of the private key; only its public part leaves this machine')
    .option('--facility <id>', 'it signs custody events of this facility', facilityArgument)
    .option('--organization <id>', 'it signs attestations of this organization', facilityArgument)
    .option('--valid-from <instant>', 'RFC 3339 (default: the network’s present time)')
    .option('--valid-until <instant>', 'RFC 3339 (default: until it is rotated or revoked)')
    .action((options: RegisterOptions, self: Command) =>
      frame(self, async (session) => {
        const { owner, purpose } = ownerOf(options);
        const signer = await readKeyFile(options.key);
        const registrar = new Registrar(session.service('registry'));
        const isNew = await registrar.registerKey(signer, {
          owner,
          purpose,
          validFrom: options.validFrom ?? (await registrar.networkTime()),
          ...(options.validUntil === undefined ? {} : { validUntil: options.validUntil }),
        });
        const outcome = isNew ? 'registered' : 'stands already';
        session.output.answer({ kid: signer.kid, owner, purpose, outcome }, () => [
          `${purpose} key ${signer.kid} of ${Object.values(owner).join()}: ${outcome}`,
        ]);
        return EXIT.ok;
      }),
    );
};

function ownerOf({ facility, organization }: RegisterOptions): {
  readonly owner: Owner;
  readonly purpose: 'event' | 'attestation';
} {
  if (facility !== undefined && organization === undefined) return { owner: { facility }, purpose: 'event' };
  if (organization !== undefined && facility === undefined)
    return { owner: { organization }, purpose: 'attestation' };
  throw new Failure({
    code: 'key-owner',
    exit: EXIT.usage,
    cause: 'A key has one owner: --facility or --organization.',
  });
}

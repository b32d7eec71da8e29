import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { issuerKeysIn } from '@lodemark/certificate';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { textMember } from '../network/json.js';
import type { Session } from '../session.js';
import { chooseWitnesses } from '../trust/quorum.js';
import type { AddCommands } from './frame.js';

interface TrustOptions {
  readonly quorum?: string;
  readonly policy?: string;
}

const ALONE =
  'WARNING: no witness is asked for. Whoever runs the log can show you one history and others another, and nothing in ' +
  'this file would tell.';

export const addTrustCommand: AddCommands = (program, frame) => {
  program
    .command('trust')
    .description(
      'Write a trust file for lodemark verify from what the registry and the issuer say now. Compare the hash, the keys ' +
        'and the witnesses in it with what they published elsewhere: this command believes whoever answers.',
    )
    .argument('<file>', 'where to write it')
    .option(
      '--quorum <witnesses>',
      'how many must have cosigned: a number, all, any or none; default: as the registry asks',
    )
    .option(
      '--policy <file>',
      'trust policy of your own (https://c2sp.org/tlog-policy) whose witnesses you choose',
    )
    .action((file: string, options: TrustOptions, self: Command) =>
      frame(self, async (session) => {
        const { witnesses, quorum, ...trust } = await trustNow(session, options);
        await writeFile(file, `${JSON.stringify(trust, undefined, 2)}\n`);
        session.output.answer({ ...trust, witnesses, quorum }, () => [
          `genesis ${trust.genesis}`,
          ...trust.issuers.map((kid) => `issuer key ${kid}`),
          ...(quorum === 'none' ? [ALONE] : [`quorum ${quorum} of the witnesses ${witnesses.join(', ')}`]),
          `Written to ${file}. Compare these with what was published elsewhere before you rely on them.`,
        ]);
        return EXIT.ok;
      }),
    );
};

async function trustNow(session: Session, { quorum, policy }: TrustOptions) {
  const registry = session.service('registry');
  const genesis = await registry.ask('/v1/root/genesis');
  const did = await session.service('provenance').ask('/.well-known/did.json');
  const [leaf, logKey] = [textMember(genesis, 'leaf'), textMember(genesis, 'logKey')];
  const issuers = issuerKeysIn(did);
  if (leaf === undefined || logKey === undefined || issuers.length === 0) {
    throw new Failure({
      code: 'trust-unknown',
      exit: EXIT.trouble,
      cause: 'The registry names no genesis, or the issuer no key.',
    });
  }
  const published =
    policy === undefined ? await registry.ask('/v1/root/trust-policy') : await policyIn(policy);
  const { trustPolicy, ...chosen } = chooseWitnesses(String(published), { logKey, quorum });
  return { v: 1, trustPolicy, genesis: leaf, issuers, ...chosen };
}

async function policyIn(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure({
      ...{ code: 'trust-unusable', exit: EXIT.usage },
      cause: `The trust policy ${file} cannot be read: ${errorText(error)}`,
    });
  });
}

import { type Command, InvalidArgumentError, Option } from 'commander';
import { ORGANIZATION_KINDS, STEPS } from '@lodemark/domain';
import { EXIT } from '../exit-codes.js';
import { awaitCustody } from '../join/await-custody.js';
import { Join, type Joined } from '../join/join.js';
import { readRegistration, type JoinFlags } from '../join/registration.js';
import { openKeyFile } from '../keys/key-file.js';
import { localSubject } from '../network/tokens.js';
import type { Session } from '../session.js';
import { visible } from '../text.js';
import { facilityArgument, listOf, wholeNumber, type AddCommands } from './frame.js';

interface JoinOptions extends JoinFlags {
  readonly ownKey?: string;
  readonly days: number;
}

const DAY_S = 24 * 3_600;

const JOIN_HELP = `
FILE is JSON: {"organization":{…},"ownership":{…},"facility":{…}}, with the fields that the registry takes
(POST /v1/organizations, …/ownership, /v1/facilities). Flags go before it. An organization that is registered
already needs no more than its id. Run again, join leaves what stands as it is and goes on where it ended.

Example:
  lodemark join --organization tau-mining --legal-name "Tau Mining LLP (invented)" --country KZ \\
    --facility kokbulak --name "Kokbulak mine (invented)" --steps MINE,BENEFICIATE --operating-from 2020-01-01
`;

export const addJoinCommand: AddCommands = (program, frame) => {
  program
    .command('join')
    .description('A newcomer’s whole registration: organization, ownership, facility, keys, first token.')
    .argument('[file]', 'the whole registration as JSON')
    .option('--organization <id>', 'organization id', facilityArgument)
    .option('--legal-name <name>', 'its legal name')
    .addOption(new Option('--kind <kind>', 'what it is').choices(ORGANIZATION_KINDS))
    .option('--country <code>', 'where it is incorporated, and the facility unless said otherwise')
    .option(
      '--ownership <file>',
      'its ownership as JSON: {"holders":[…],"from":"2024-01-01"}, or a list of such',
    )
    .option('--facility <id>', 'facility id', facilityArgument)
    .option('--facility-file <file>', 'the facility’s record as JSON')
    .option('--name <name>', 'the facility’s name')
    .option('--facility-country <code>', 'where it stands')
    .option('--steps <steps>', 'what it may do', listOf(stepArgument))
    .option('--operating-from <date>', 'calendar date since which it operates')
    .option(
      '--own-key <file>',
      'sign events with this key (made if there is none) instead of a custodial one',
    )
    .option('--days <days>', 'how long the first token holds', wholeNumber({ min: 1, max: 366 }), 30)
    .addHelpText('after', JOIN_HELP)
    .action((path: string | undefined, options: JoinOptions, self: Command) =>
      frame(self, async (session) => {
        const registration = await readRegistration(path, withDefaults(path, options));
        const own = options.ownKey === undefined ? undefined : await openKeyFile(options.ownKey);
        const custody = session.service('custody');
        const joined = await new Join(session.service('registry'), custody).run(registration, own);
        session.output.progress('Waiting until the custody service has read it in the root log …');
        await awaitCustody(custody, joined.facility, { own, surroundings: session.surroundings });
        session.output.progress('');
        const token = await firstToken(session, joined.facility, options.days);
        session.output.answer({ ...joined, token: token ?? null }, () => joinedLines(joined, token));
        return EXIT.ok;
      }),
    );
};

// With a file, what it leaves open is left open: the registry says what is missing.
function withDefaults(path: string | undefined, options: JoinOptions): JoinFlags {
  if (path !== undefined || options.legalName === undefined) return facilityCountry(options);
  return facilityCountry({ kind: 'operator', ...options });
}

function facilityCountry(flags: JoinFlags): JoinFlags {
  const { facilityCountry: stands = flags.country, facilityFile } = flags;
  return stands === undefined || facilityFile !== undefined ? flags : { ...flags, facilityCountry: stands };
}

async function firstToken({ tokens }: Session, facility: string, days: number): Promise<string | undefined> {
  if (!tokens.canIssue) return undefined;
  const roles = [{ role: 'facility-operator' as const, facilities: [facility] }];
  return tokens.issue({ subject: localSubject(), roles, lifetimeSeconds: days * DAY_S });
}

function joinedLines(joined: Joined, token: string | undefined): string[] {
  return [
    ...joined.steps.map(({ what, outcome }) => visible(`${what}: ${outcome}`)),
    visible(`log: ${joined.log}`),
    '',
    ...(token === undefined
      ? ['The first token comes from the network’s identity provider: role facility-operator, this facility.']
      : [
          'First token (facility-operator), for LODEMARK_TOKEN where this site’s folder is not at hand:',
          token,
        ]),
    '',
    `Next: lodemark check FILE, then lodemark post FILE.`,
  ];
}

function stepArgument(text: string): string {
  if ((STEPS as readonly string[]).includes(text)) return text;
  throw new InvalidArgumentError(`A step is one of ${STEPS.join(', ')}.`);
}

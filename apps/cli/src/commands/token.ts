import { type Command, Option } from 'commander';
import type { CallerRole, RoleName } from '@lodemark/platform/light';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { localSubject } from '../network/tokens.js';
import { facilityArgument, listOf, lotArgument, wholeNumber, type AddCommands } from './frame.js';

const ROLES: readonly RoleName[] = ['facility-operator', 'auditor', 'registrar', 'administrator'];
const DAY_S = 24 * 3_600;

interface TokenOptions {
  readonly role: RoleName;
  readonly facility?: readonly string[];
  readonly lots?: readonly string[];
  readonly days: number;
  readonly from: string;
  readonly until: string;
  readonly subject?: string;
}

export const addTokenCommand: AddCommands = (program, frame) => {
  program
    .command('token')
    .description('Make a bearer token for a site on this machine, with its issuer key.')
    .addOption(new Option('--role <role>', 'what its bearer is').choices(ROLES).makeOptionMandatory())
    .option('--facility <ids>', 'facilities operated or audited, or "*"', listOf(orAll(facilityArgument)))
    .option('--lots <ids>', 'lots audited, or "*"', listOf(orAll(lotArgument)))
    .option('--days <days>', 'how long it holds', wholeNumber({ min: 1, max: 366 }), 1)
    .option('--from <instant>', 'an auditor’s engagement begins', instant, '2000-01-01T00:00:00Z')
    .option('--until <instant>', 'and ends', instant, '2100-01-01T00:00:00Z')
    .option('--subject <name>', 'whose it is (default: the user of this machine)')
    .action((options: TokenOptions, self: Command) =>
      frame(self, async ({ tokens, output }) => {
        const roles = [roleOf(options)];
        const subject = options.subject ?? localSubject();
        const token = await tokens.issue({ subject, roles, lifetimeSeconds: options.days * DAY_S });
        output.answer({ token, subject, roles, days: options.days }, () => [token]);
        return EXIT.ok;
      }),
    );
};

/** The role that the options ask for. @throws Failure when they do not fit it */
function roleOf(options: TokenOptions): CallerRole {
  const { role, facility = [], lots = [] } = options;
  switch (role) {
    case 'facility-operator':
      if (facility.length === 0 || facility.includes('*') || lots.length > 0)
        throw wrong('An operator’s token names its facilities (--facility), no lots and not "*".');
      return { role, facilities: facility };
    case 'auditor':
      if (facility.length === 0 && lots.length === 0)
        throw wrong('An auditor’s token names what it is engaged for: --facility or --lots, or "*".');
      return {
        role,
        engagement: { lots: all(lots), facilities: all(facility), from: options.from, to: options.until },
      };
    case 'registrar':
    case 'administrator':
      if (facility.length > 0 || lots.length > 0)
        throw wrong(`A ${role}’s token names no facilities or lots.`);
      return { role };
  }
}

function all(named: readonly string[]): readonly string[] | '*' {
  return named.includes('*') ? '*' : named;
}

function orAll(check: (text: string) => string) {
  return (text: string): string => (text === '*' ? text : check(text));
}

function instant(text: string): string {
  if (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
    return text;
  throw wrong(`${text} is not an RFC 3339 time such as 2026-11-02T09:00:00Z.`);
}

function wrong(cause: string): Failure {
  return new Failure({ code: 'token-options', exit: EXIT.usage, cause, next: 'See lodemark token --help.' });
}

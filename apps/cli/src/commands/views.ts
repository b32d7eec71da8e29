import { type Command, Option } from 'commander';
import { EXIT } from '../exit-codes.js';
import { listMember, member, textMember } from '../network/json.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import type { ServiceClient } from '../network/service-client.js';
import { counted } from '../text.js';
import { lineageTree } from '../views/lineage-tree.js';
import { horizonLine, lotLines, lotsLines } from '../views/lot-lines.js';
import {
  facilityArgument,
  horizonOption,
  lotArgument,
  wholeNumber,
  type AddCommands,
  type CommandFrame,
} from './frame.js';

const roles = [WHOLE_ENGAGEMENT];

interface Horizon {
  readonly horizon?: number;
}

const SEARCH = ['number', 'heat', 'container', 'seal', 'contract', 'shipment', 'waybill', 'form'] as const;

interface LotsOptions extends Horizon, Partial<Record<(typeof SEARCH)[number], string>> {
  readonly facility?: string;
  readonly standing?: string;
  readonly limit: number;
}

export const addViewCommands: AddCommands = (program, frame) => {
  addLots(program, frame);
  program
    .command('lot')
    .description('A lot: what it is, where it is, every entry about it.')
    .argument('<lot>', 'facility/number', lotArgument)
    .addOption(horizonOption())
    .action((lot: string, { horizon }: Horizon, self: Command) =>
      frame(self, async (session) => {
        const answer = await session
          .service('provenance')
          .ask(`/v1/lots/${lot}`, { roles, query: { horizon } });
        session.output.answer(answer, () => [...lotLines(answer), '', horizonLine(answer)]);
        return EXIT.ok;
      }),
    );
  program
    .command('lineage')
    .description('Where a lot comes from, or where it went, as a tree.')
    .argument('<lot>', 'facility/number', lotArgument)
    .addOption(new Option('--direction <way>', 'up: to the mines').choices(['up', 'down']).default('up'))
    .option('--depth <steps>', 'steps to go', wholeNumber({ min: 1, max: 200 }), 200)
    .addOption(horizonOption())
    .action((lot: string, options: Horizon & { direction: string; depth: number }, self: Command) =>
      frame(self, async (session) => {
        const { direction, depth, horizon } = options;
        const query = { direction, depth, horizon };
        const answer = await session.service('provenance').ask(`/v1/lots/${lot}/lineage`, { roles, query });
        session.output.answer(answer, () => [...lineageTree(answer), '', horizonLine(answer)]);
        return EXIT.ok;
      }),
    );
};

function addLots(program: Command, frame: CommandFrame): void {
  const command = program
    .command('lots')
    .description('Find lots; all that is given must hold.')
    .option('--facility <id>', 'named in the log of this facility', facilityArgument)
    .addOption(
      new Option('--standing <standing>', 'how they stand there, or anywhere').choices([
        'held',
        'in-transit',
        'released',
      ]),
    )
    .option('--limit <lots>', 'at most', wholeNumber({ min: 1, max: 100_000 }), 1_000)
    .addOption(horizonOption());
  for (const term of SEARCH) command.option(`--${term} <text>`, SEARCH_HELP[term]);
  command.action((options: LotsOptions, self: Command) =>
    frame(self, async (session) => {
      const { lots, more, answer } = await findLots(session.service('provenance'), options);
      session.output.answer({ ...answer, lots, more }, () => [
        ...(lots.length === 0 ? [NO_LOT] : lotsLines(lots)),
        '',
        horizonLine(answer),
      ]);
      if (more)
        session.output.remark(`Only the first ${counted(lots.length, 'lot')}: there are more (--limit).`);
      return EXIT.ok;
    }),
  );
}

const SEARCH_HELP: Readonly<Record<(typeof SEARCH)[number], string>> = {
  number: 'the facility’s own number, or how it begins',
  heat: 'heat number',
  container: 'container number',
  seal: 'seal number',
  contract: 'contract or agreement reference',
  shipment: 'shipment',
  waybill: 'waybill or bill of lading',
  form: 'material form, such as ALLOY',
};

const NO_LOT = 'No lot fits, or none counts yet: what was just posted counts a second or two later.';
const PAGE = 200;

/** All pages at the horizon of the first, so that the list is of one moment. */
async function findLots(provenance: ServiceClient, options: LotsOptions) {
  const { facility, standing, limit, horizon: asked, ...terms } = options;
  const search = Object.fromEntries(SEARCH.map((term) => [term, terms[term]]));
  const lots: unknown[] = [];
  let horizon = asked;
  let after: string | undefined;
  let first: unknown;
  for (;;) {
    const query = { ...search, facility, after, limit: PAGE, horizon };
    const page = await provenance.ask('/v1/lots', { roles, query });
    first ??= page;
    horizon ??= sizeOf(page);
    lots.push(...listMember(page, 'lots').filter((lot) => stands(lot, { facility, standing })));
    after = textMember(page, 'next');
    if (after !== undefined && lots.length <= limit) continue;
    const answer = { horizon: member(first, 'horizon') };
    return { lots: lots.slice(0, limit), more: lots.length > limit, answer };
  }
}

function sizeOf(page: unknown): number | undefined {
  const size = member(member(page, 'horizon'), 'size');
  return typeof size === 'number' ? size : undefined;
}

function stands(
  lot: unknown,
  { facility, standing }: { readonly facility: string | undefined; readonly standing: string | undefined },
): boolean {
  if (standing === undefined) return true;
  return listMember(lot, 'standings').some(
    (one) =>
      textMember(one, 'standing') === standing &&
      (facility === undefined || textMember(one, 'facility') === facility),
  );
}

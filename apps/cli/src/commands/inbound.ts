import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isRecord, listMember, member, textMember } from '../network/json.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import type { Session } from '../session.js';
import { horizonLine, inboundLines } from '../views/lot-lines.js';
import { facilityArgument, horizonOption, type AddCommands } from './frame.js';

interface InboundOptions {
  readonly horizon?: number;
  readonly draft?: string;
}

const INBOUND_HELP = `
--draft prints a receipt that says what the sender says. Weigh and look before you post it: it is your statement.
  lodemark inbound prairie-plant --draft TAU-0001 > receipt.json
`;

export const addInboundCommand: AddCommands = (program, frame) => {
  program
    .command('inbound')
    .description('What is on its way to a facility.')
    .argument('<facility>', 'facility id', facilityArgument)
    .option('--draft <shipment>', 'print a receipt for this shipment to check, correct and post')
    .addOption(horizonOption())
    .addHelpText('after', INBOUND_HELP)
    .action((facility: string, { horizon, draft }: InboundOptions, self: Command) =>
      frame(self, async (session) => {
        const answer = await session
          .service('provenance')
          .ask('/v1/inbound', { roles: [WHOLE_ENGAGEMENT], query: { facility, horizon } });
        if (draft === undefined)
          session.output.answer(answer, () => [...inboundLines(answer), '', horizonLine(answer)]);
        else giveDraft(session, receiptFor(answer, draft));
        return EXIT.ok;
      }),
    );
};

function giveDraft({ output, surroundings }: Session, receipt: Readonly<Record<string, unknown>>): void {
  const { v, type, facility, ...said } = receipt;
  const head = { v, type, facility, eventId: randomUUID(), occurredAt: surroundings.now().toISOString() };
  const draft = { ...head, ...said };
  output.answer(draft, () => [JSON.stringify(draft, null, 2)]);
  output.remark(
    'This is what the sender says. Put in what you weighed and saw, and when, before you post it.',
  );
}

/** @throws Failure when there is no such shipment, or it is not plain which */
function receiptFor(answer: unknown, shipment: string): Readonly<Record<string, unknown>> {
  const found = listMember(answer, 'dispatches').filter((one) =>
    [textMember(one, 'shipment'), textMember(one, 'dispatch')].includes(shipment),
  );
  const receipt = member(found[0], 'receipt');
  if (found.length === 1 && isRecord(receipt)) return receipt;
  throw new Failure({
    code: found.length > 1 ? 'shipment-not-plain' : 'shipment-unknown',
    exit: EXIT.no,
    cause:
      found.length > 1
        ? `${found.length} dispatches bear the shipment number ${shipment}.`
        : `No shipment ${shipment} is on its way, or none that counts yet.`,
    next:
      found.length > 1
        ? 'Name one by its dispatch (lodemark inbound shows it).'
        : 'See what is on its way: lodemark inbound without --draft.',
  });
}

import { epochMilliseconds, utcDate, type Attestation } from '@lodemark/domain';
import type { Case } from '../case.js';
import type { Told } from '../effective-events.js';
import { papersOf } from '../filed.js';
import { insufficient, type Found } from '../found.js';
import { inOneHand } from '../grades.js';
import { rankOf } from '../forms.js';

const DAY_MS = 86_400_000;
const LAST_AT_A_MINE = rankOf('CRACK_LEACH');

/**
 * A mine that only its own operator has ever seen may be a licence and nothing else (S26): somebody independent was on
 * the site near the time of mining, measured what was mined, or took goods over from it in its own country.
 */
export function activityFindings(known: Case, maxAgeDays: number): Found[] {
  const mined = known.roots.filter(({ event }) => event.origin.kind === 'mined');
  return mined
    .filter((root) => !isWitnessed(known, root, maxAgeDays))
    .map(({ event: { facility, lot }, ref }) =>
      insufficient(
        'activity-unwitnessed',
        { facts: { facility, lot, maxAgeDays }, entries: [ref] },
        {
          code: 'witness-activity',
          by: facility,
          what: `have somebody independent say under its own key that ${facility} was at work: an audit of the site, a survey of lot ${lot}, or the carrier or customs where goods left it`,
        },
      ),
    );
}

function isWitnessed(known: Case, root: Told<'LotCreated'>, maxAgeDays: number): boolean {
  const { facility, occurredAt, origin } = root.event;
  const minedAt = (origin.kind === 'mined' ? origin.minedTo : undefined) ?? occurredAt;
  const operator = known.facts.facility(facility, occurredAt)?.organization;
  if (operator === undefined) return false;
  const date = utcDate(minedAt);
  const independent = ({ organization }: Attestation) => !inOneHand(known, operator, { organization, date });
  const near = (day: string) =>
    Math.abs(epochMilliseconds(`${day}T00:00:00Z`) - epochMilliseconds(minedAt)) <= maxAgeDays * DAY_MS;
  const papers = papersOf(known);
  const lots = lotsOfMine(known, root);
  const left = shipmentsOf(known, facility, lots);
  const home = known.countryOf(root);
  const seen = [...papers.attested('Carriage'), ...papers.attested('Customs')].filter(
    ({ dispatch, place }) => left.has(dispatch) && place.country === home,
  );
  return [
    ...papers.attested('SiteAudit').filter((audit) => audit.facility === facility && near(audit.auditedOn)),
    ...papers.attested('Survey').filter((survey) => survey.lots.some((lot) => lots.has(lot))),
    ...seen,
  ].some(independent);
}

/** What was mined, and what the mine itself made of it: what goes on elsewhere is no sign of mining. */
function lotsOfMine(known: Case, { event: { facility, lot } }: Told<'LotCreated'>): ReadonlySet<string> {
  const lots = new Set([lot]);
  const own = known.processes.filter(
    (process) => process.facility === facility && rankOf(process.step) <= LAST_AT_A_MINE,
  );
  for (let grew = true; grew;) {
    const before = lots.size;
    for (const { inputs, outputs } of own)
      if (inputs.some((input) => lots.has(input.lot))) for (const output of outputs) lots.add(output.lot);
    grew = lots.size > before;
  }
  return lots;
}

function shipmentsOf(known: Case, facility: string, lots: ReadonlySet<string>): ReadonlySet<string> {
  const left = known.trips.filter(
    ({ lot, handOver }) => lots.has(lot) && handOver.dispatch.event.facility === facility,
  );
  return new Set(left.map(({ handOver }) => handOver.dispatch.entry.payloadDigest));
}

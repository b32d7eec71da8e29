import { Rational, utcDate } from '@lodemark/domain';
import { makerOf } from '../custodians.js';
import type { Case } from '../case.js';
import { deliveryAtLeast } from '../delivery.js';
import type { Told } from '../effective-events.js';
import { distinctFindings, fail, insufficient, note, notApplicable, orPass, type Found } from '../found.js';
import { assistanceOf, materialsOf } from '../material-assistance.js';
import { prohibitedOn, standingOn } from '../prohibited.js';
import type { Rule } from '../rule.js';
import { agreementsAt } from './contracts.js';
import { operatorsOf, operatorUnproven } from './control.js';
import { limitUnstated } from '../escalation.js';

/**
 * R-TAX-PFE: the tax question of P.L. 119-21 (domain.md 1.6): whoever made the subject is no prohibited foreign entity,
 * by ownership, debt, appointments or contracts, and the material assistance ratio is at least what the law wants for
 * the day of sale. Shown otherwise FAIL; undeclared, no day of sale, or costs that nobody states, INSUFFICIENT.
 */
export const taxProhibitedEntities: Rule = (known) => {
  if (known.parameters.prohibitedEntities === undefined) return limitUnstated('prohibitedEntities');
  const making = makingOf(known);
  if (making.length === 0) return [notApplicable('nobody-made-it', { facts: { lot: known.subject } })];
  const against = [...making.flatMap((told) => makerFindings(known, told)), ...ratioFindings(known)];
  return orPass(distinctFindings(against), 'no-prohibited-entity', {
    facts: { organizations: [...new Set(making.flatMap((told) => operatorsOf(known, told)))].sort() },
  });
};

/** The step that made the subject: whoever took it is the producer that the credit is about. */
function makingOf(known: Case): Told[] {
  const maker = makerOf(known.subject);
  return known.lineage
    .producersOf(known.subject)
    .map((producer): Told => (producer.kind === 'created' ? producer.told : producer.process.told))
    .filter(({ event }) => event.facility === maker);
}

function makerFindings(known: Case, told: Told): Found[] {
  const operators = operatorsOf(known, told);
  if (operators.length === 0) return [operatorUnproven(told)];
  const dates = [...new Set(known.instantsOf(told, []).map(utcDate))].sort();
  return operators.flatMap((organization) =>
    dates.flatMap((date) => [
      ...entityFinding(known, { organization, date, told }),
      ...controlFinding(known, { organization, date, told }),
    ]),
  );
}

interface Asked {
  readonly organization: string;
  readonly date: string;
  readonly told: Told;
}

function entityFinding(known: Case, { organization, date, told }: Asked): Found[] {
  const found = prohibitedOn(known, organization, date);
  if (found.verdict === 'clear') return [];
  const said = { facts: { organization, date, detail: found.detail }, entries: [told.ref] };
  if (found.verdict === 'prohibited')
    return [
      fail(found.code, said, {
        code: 'other-taxpayer',
        by: organization,
        what: `nothing cures that ${organization} was a prohibited foreign entity on ${date}`,
      }),
    ];
  return [
    insufficient('prohibited-entity-unproven', said, {
      code: 'declare-ownership',
      by: organization,
      what: 'declare owners, creditors and who may appoint officers, for that time',
    }),
  ];
}

/**
 * A right of control that a specified entity holds by contract makes the maker one that such influence; whether its
 * holder is itself only influenced, or in debt, does not matter.
 */
function controlFinding(known: Case, asked: Asked): Found[] {
  const { organization, date, told } = asked;
  return agreementsAt(known, told).flatMap(({ event, ref }) => {
    if (event.control === undefined && event.rightsRetained !== true)
      return rightsUnsaid(known, asked, { event, ref });
    return (event.control ?? []).flatMap(({ right, heldBy }) => {
      const standing = standingOn(known, heldBy, date);
      if (standing === 'other') return [];
      const said = {
        facts: { organization, agreement: event.agreement, right, heldBy },
        entries: [ref, told.ref],
      };
      if (standing === 'specified')
        return [
          fail('prohibited-control', said, {
            code: 'other-taxpayer',
            by: organization,
            what: `nothing cures control by ${heldBy} at that time`,
          }),
        ];
      return [
        insufficient('prohibited-control-unproven', said, {
          code: 'declare-ownership',
          by: heldBy,
          what: 'register who holds the right, with its owners',
        }),
      ];
    });
  });
}

/** C21 asks of governments alone; whoever else is a specified entity may control by such a contract, too. */
function rightsUnsaid(
  known: Case,
  { organization, date, told }: Asked,
  { event, ref }: Pick<Told<'AgreementRecorded'>, 'event' | 'ref'>,
): Found[] {
  const { facility, agreement, kind, parties } = event;
  return parties
    .map((party) => party.organization)
    .filter((party) => party !== organization && standingOn(known, party, date) !== 'other')
    .map((party) =>
      insufficient(
        'contract-rights-unsaid',
        { facts: { facility, agreement, kind, party }, entries: [ref, told.ref] },
        {
          code: 'record-agreement',
          by: facility,
          what: `record which rights of control ${agreement} gives, or that the facility keeps all of them`,
        },
      ),
    );
}

function ratioFindings(known: Case): Found[] {
  const { deliveryDate } = known.question;
  if (deliveryDate === undefined)
    return [
      insufficient(
        'delivery-date-missing',
        {},
        { code: 'state-delivery', by: 'asker', what: 'say when it is sold' },
      ),
    ];
  // What is made in a year of a higher ratio is not sold in one of a lower.
  const wanted =
    leastOn(known, deliveryDate) === undefined
      ? undefined
      : leastOn(known, deliveryAtLeast(known, deliveryDate));
  if (wanted === undefined)
    return [
      insufficient(
        'no-ratio-for-date',
        { facts: { deliveryDate } },
        {
          code: 'ask-other-policy',
          by: 'asker',
          what: 'ask about a day of sale that the law has a ratio for',
        },
      ),
    ];
  const { least, most, stated } = assistanceOf(known);
  const said = {
    facts: {
      lot: known.subject,
      leastPercent: least.toDecimal(2),
      mostPercent: most.toDecimal(2),
      wantedPercent: wanted.toDecimal(2),
      materials: materialsOf(known),
    },
    entries: stated === undefined ? [] : [stated.ref],
  };
  if (least.compare(wanted) >= 0) return [note('assistance-ratio', said)];
  if (most.lessThan(wanted))
    return [
      fail('assistance-too-low', said, {
        code: 'use-other-material',
        by: makerOf(known.subject),
        what: 'make it of more material that no prohibited foreign entity made',
      }),
    ];
  return [
    insufficient('assistance-unproven', said, {
      code: 'state-costs',
      by: makerOf(known.subject),
      what: 'record the shares of direct material costs, with a document, and who made what was bought',
    }),
  ];
}

function leastOn(known: Case, date: string): Rational | undefined {
  const rows = known.parameters.prohibitedEntities?.assistance ?? [];
  const row = rows
    .filter(({ from }) => from <= date)
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .at(-1);
  return row === undefined ? undefined : Rational.parse(row.leastPercent);
}

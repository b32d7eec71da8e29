import type { Certificate } from '../credential/certificate.js';
import { CERTIFIED_SHAPE, type CertifiedToShow } from './certified-shape.js';

/** Names and values. */
export interface SheetFacts {
  readonly kind: 'facts';
  readonly heading: string;
  readonly rows: readonly (readonly [string, string])[];
}

/** Rows under named columns; the first cell of a row names it. */
export interface SheetTable {
  readonly kind: 'table';
  readonly of: 'stages' | 'parties' | 'checks' | 'balance';
  readonly heading: string;
  /** What a reader has to know to read it. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface SheetList {
  readonly kind: 'list';
  readonly heading: string;
  readonly items: readonly string[];
}

export type SheetPart = SheetFacts | SheetTable | SheetList;

/** A certificate as a person reads it. The PDF, the page and the verifier show the same. */
export interface CertificateSheet {
  readonly title: string;
  /** The answer in a sentence. */
  readonly sentence: string;
  readonly parts: readonly SheetPart[];
}

type CertificateToShow = Omit<Certificate, 'verdict' | 'validUntil' | 'status'> & {
  readonly validUntil?: string | undefined;
};

/** `title`: the policy's, where it is at hand. */
export function certificateSheet(certificate: CertificateToShow, title?: string): CertificateSheet {
  const read = CERTIFIED_SHAPE.safeParse(certificate.certified);
  const said = read.success ? read.data : undefined;
  return {
    title: `Certificate on lot ${certificate.lot}`,
    sentence: sentenceOf(certificate, said?.scope),
    parts: [
      certificateFacts(certificate, said, title),
      ...(said === undefined ? [] : partsOf(said)),
      NOT_PROVEN,
    ].filter((part) => part.kind === 'facts' || (part.kind === 'table' ? part.rows : part.items).length > 0),
  };
}

function sentenceOf({ outcome, lot, policy }: CertificateToShow, scope: string | undefined): string {
  if (scope === 'not-applicable') return `Policy ${policy.id} is not about lot ${lot}: nothing is proven.`;
  const subject = scope === 'supports-magnet' ? `A magnet made from lot ${lot}` : `Lot ${lot}`;
  const may = scope === 'supports-magnet' ? 'can meet' : 'meets';
  switch (outcome) {
    case 'PASS':
      return `${subject} ${may} policy ${policy.id}${scope === 'supports-magnet' ? ', as far as this lot goes' : ''}.`;
    case 'PASS_EXCEPTION':
      return `${subject} ${may} policy ${policy.id} by an exception that it allows.`;
    case 'FAIL':
      return `Lot ${lot} does not meet policy ${policy.id}.`;
    case 'INSUFFICIENT':
      return `It is not shown that lot ${lot} meets policy ${policy.id}: evidence is missing.`;
  }
}

function certificateFacts(
  certificate: CertificateToShow,
  said: CertifiedToShow | undefined,
  title: string | undefined,
): SheetFacts {
  const { lot, outcome, policy, question, horizon, issuer, issuedTo, validFrom, validUntil } = certificate;
  return {
    kind: 'facts',
    heading: 'What is certified',
    rows: [
      ['Lot', lot],
      ...rowsIf(said && ([['Material', `${words(said.material.form)}, ${said.material.netMass}`]] as const)),
      ['Outcome', outcome],
      ['Policy', title === undefined ? policy.id : `${policy.id}: ${title}`],
      ['Policy document, SHA-256', policy.document],
      ...rowsIf(said && ([['Legal status as of', said.policy.legalStatusDate]] as const)),
      ['Question', questionOf(question)],
      ...rowsIf(said && Object.entries(said.judgedUnder).map(judged).filter(isNews)),
      ['Judged as of', horizon.at],
      ['Root log', `size ${String(horizon.size)}, root hash ${horizon.rootHash}`],
      ...rowsIf(
        said &&
          ([
            ['Chain of custody', words(said.custodyModel)],
            ['In transit through', listed(said.transitCountries, 'no third country')],
            ['Assay certificates', listed(said.material.assays, 'none')],
          ] as const),
      ),
      ['Issuer', `${issuer.name} (${issuer.id})`],
      ['Issued to', `${issuedTo.name} (${issuedTo.id})`],
      ['Issued at', validFrom],
      ...rowsIf(validUntil === undefined ? undefined : ([['Valid until', validUntil]] as const)),
      ['Certificate', certificate.id],
    ],
  };
}

type Row = readonly [string, string];

function rowsIf(rows: readonly Row[] | undefined): readonly Row[] {
  return rows ?? [];
}

/** What stands in the rows before is not said again. */
const TOLD = new Set(['Legal status date', 'Policy']);
const isNews = ([name]: Row) => !TOLD.has(name);

function judged([name, value]: [string, string]): Row {
  return [capital(words(name)), value];
}

function questionOf(question: Certificate['question']): string {
  const said = Object.entries(question).map(([name, value]) => {
    return `${words(name)} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return said.length === 0 ? 'as the policy asks it' : said.join('; ');
}

function partsOf(said: CertifiedToShow): readonly SheetPart[] {
  return [stagesTable(said), partiesTable(said), checksTable(said), caveats(said), balanceTable(said)];
}

function stagesTable({ stages, massBalance }: CertifiedToShow): SheetTable {
  const at = (cells: CertifiedToShow['stages']['mined'], element: string) =>
    cells
      .filter((cell) => cell.element === element)
      .flatMap(({ countries }) => countries)
      .join(' ') || '–';
  return {
    kind: 'table',
    of: 'stages',
    heading: 'Where it was made',
    note: 'For each element, the countries where its material went through a stage.',
    columns: [
      'Element',
      'Mined',
      'Refined into oxide',
      'Metal and alloy',
      'Sintered, magnetized',
      'Kilograms in it',
    ],
    rows: massBalance.map(({ element, inSubjectKg }) => [
      element,
      at(stages.mined, element),
      at(stages.refinedIntoOxide, element),
      at(stages.metalAndAlloy, element),
      at(stages.sinteredAndMagnetized, element),
      inSubjectKg,
    ]),
  };
}

function partiesTable({ facilities }: CertifiedToShow): SheetTable {
  return {
    kind: 'table',
    of: 'parties',
    heading: 'Who had it',
    note: 'The facilities that the material went through, and who holds their organizations directly.',
    columns: ['Facility', 'Country', 'Organization', 'Held by'],
    rows: facilities.map(({ facility, name, country, organizationName, holders }) => [
      `${facility}: ${name}`,
      country,
      organizationName,
      holders.length === 0
        ? 'not declared'
        : holders
            .map(({ holder, equity }) => `${nameOf(holder)}${equity === undefined ? '' : ` ${equity} %`}`)
            .join(', '),
    ]),
  };
}

function nameOf(holder: Readonly<Record<string, unknown>>): string {
  const name = holder['name'] ?? holder['organization'];
  return typeof name === 'string' ? name : 'unnamed';
}

function checksTable({ rules }: CertifiedToShow): SheetTable {
  return {
    kind: 'table',
    of: 'checks',
    heading: 'What was checked',
    note: 'Rules of the policy with their versions, and the log entries that show what was found.',
    columns: ['Rule', 'Outcome', 'Found', 'Entries'],
    rows: rules.map(({ rule, outcomes, codes, evidence }) => [
      rule,
      outcomes.map(words).join(', '),
      codes.map(words).join(', '),
      evidence.length > MOST_ENTRIES
        ? `${evidence.slice(0, MOST_ENTRIES).join(', ')} and ${String(evidence.length - MOST_ENTRIES)} more`
        : listed(evidence, '–'),
    ]),
  };
}

const MOST_ENTRIES = 6;

function caveats({ caveats: notes, exceptions }: CertifiedToShow): SheetList {
  return {
    kind: 'list',
    heading: 'Mind this',
    items: [
      ...exceptions.map((one) => `Exception relied on: ${words(one)}`),
      ...notes.map((one) => `Note: ${words(one)}`),
    ],
  };
}

function balanceTable({ massBalance }: CertifiedToShow): SheetTable {
  return {
    kind: 'table',
    of: 'balance',
    heading: 'Mass balance',
    note: 'Kilograms of each element, from the lots that the lineage begins with to this lot.',
    columns: ['Element', 'From roots', 'In this lot', 'Byproducts', 'Losses', 'Elsewhere', 'Unexplained'],
    rows: massBalance.map((one) => [
      one.element,
      ...[one.fromRootsKg, one.inSubjectKg, one.byproductsKg, one.lossesKg, one.elsewhereKg],
      one.unexplainedKg,
    ]),
  };
}

const NOT_PROVEN: SheetList = {
  kind: 'list',
  heading: 'What this does not prove',
  items: [
    'That what facilities, carriers and laboratories signed is true: it proves that they signed it, when it was recorded, and that nothing of it was changed or left out.',
    'What has become known since: a certificate can be suspended or revoked. Ask for its status, or for a newer bundle.',
    'Anything by the looks of a page: a printed or displayed certificate can be forged. Check the bundle with lodemark verify or the verifier page.',
  ],
};

function listed(items: readonly string[], none: string): string {
  return items.length === 0 ? none : items.join(', ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `MIXED_CARBONATE`, `assay-in-house` and `legalStatusDate` in words. */
function words(name: string): string {
  const isShouted = /^[A-Z_]+$/.test(name);
  return (isShouted ? name.toLowerCase() : name)
    .replaceAll(/[_-]/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);
}

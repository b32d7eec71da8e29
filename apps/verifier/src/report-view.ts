import {
  VERIFICATION_WORDS,
  type ReportedCheck,
  type SheetPart,
  type VerificationReport,
} from '@lodemark/certificate';
import { element, facts, list, table } from './element.js';
import type { Reported, Task } from './task.js';

/** What a verification found, for a person. */
export function reportView({ report, sheet, json }: Reported, task: Task): readonly Node[] {
  return [
    banner({ report, sheet }, task),
    found(report),
    ...(sheet?.parts ?? []).map((part) => partView(part, report)),
    section('Taken as given', list(report.assumed)),
    data(json),
  ];
}

const HEADINGS = {
  VALID: 'VALID',
  INVALID: 'INVALID: do not rely on this file',
  INDETERMINATE: 'INDETERMINATE: something is missing',
} as const;

type Shown = Pick<Reported, 'report' | 'sheet'>;

function banner({ report, sheet }: Shown, { file, now }: Task): Node {
  const { standing, asOf } = report;
  const known = asOf && `What is known of its status ends at ${asOf.witnessedAt ?? asOf.recordedAt}.`;
  return element(
    'div',
    { class: `banner ${standing.toLowerCase()}` },
    element('h2', { id: 'verdict' }, HEADINGS[standing]),
    element('p', { class: 'sentence' }, sentenceOf({ report, sheet })),
    ...(known === null ? [] : [element('p', {}, known)]),
    element('p', {}, `File ${file.name}, verified as of ${now}.`),
  );
}

function sentenceOf({ report: { standing, passes }, sheet }: Shown): string {
  if (sheet === null) return 'There is no certificate in it that could be read.';
  switch (standing) {
    case 'VALID':
      return `${sheet.sentence} ${passes ? 'The evidence in the file proves it.' : 'The certificate is genuine, and it is no pass.'}`;
    case 'INVALID':
      return `It claims: “${sheet.sentence}” The file does not bear it out.`;
    case 'INDETERMINATE':
      return `It claims: “${sheet.sentence}” The file does not show enough to say whether that holds.`;
  }
}

function found({ findings }: VerificationReport): Node {
  if (findings.length === 0)
    return section('What was found', element('p', {}, 'Nothing is wrong and nothing is missing.'));
  const rows = findings.map(({ code, where, detail }) => [
    ...[code, VERIFICATION_WORDS[code], detail],
    where === '' ? '–' : where,
  ]);
  return section('What was found', table('Findings', ['Code', 'What it means', 'In detail', 'Where'], rows));
}

function partView(part: SheetPart, { verdict }: VerificationReport): Node {
  switch (part.kind) {
    case 'facts':
      return section(part.heading, facts(part.rows));
    case 'list':
      return section(part.heading, list(part.items));
    case 'table':
      if (part.of === 'checks' && verdict !== null) return checksView(verdict);
      return section(part.heading, element('p', {}, part.note), table(part.heading, part.columns, part.rows));
  }
}

/** In place of what the certificate says of them. */
function checksView({ digest, checks }: NonNullable<VerificationReport['verdict']>): Node {
  return section(
    'What was checked, and checked again on this computer',
    element('p', {}, `From the evidence in the file; the verdict’s SHA-256 is ${digest}.`),
    table('Checks', ['Rule', 'Outcome', 'What it found', 'Entries that show it'], checks.map(checkRow)),
  );
}

function checkRow({ rule, outcome, said, entries, cure }: ReportedCheck): readonly string[] {
  const text = cure === undefined ? said : `${said} To cure it, ${cure.by}: ${cure.what}.`;
  const shown = entries.length === 0 ? '–' : entries.join(', ');
  return [rule, outcome.replaceAll('_', ' ').toLowerCase(), text, shown];
}

function data(json: string): Node {
  const href = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  return section(
    'The report as data',
    element('p', {}, element('a', { download: 'verification.json', href }, 'Save it as JSON')),
    element(
      'details',
      {},
      element('summary', {}, 'Show it'),
      element('pre', { id: 'report', tabindex: '0' }, json),
    ),
  );
}

function section(heading: string, ...children: readonly Node[]): Node {
  return element('section', {}, element('h3', {}, heading), ...children);
}

import type { Verified } from '../receipts/receipt-verifier.js';
import { counted, visible } from '../text.js';
import type { RowProblem } from './rows.js';
import type { RowResult } from './send-batch.js';

/** Why a row is not taken, for a person: what, where in it, and what would cure it. */
export function refusalLines({ line, eventId, refused, buildsOn }: RowResult): string[] {
  if (refused === undefined) return [];
  const { code, detail, faults, cure } = refused;
  const name = eventId === undefined ? '' : ` (event ${eventId})`;
  const apart =
    buildsOn === undefined
      ? ''
      : `uncertain, it builds on line ${buildsOn} of an earlier part; without that: `;
  return [
    `line ${line}: ${apart}${code}${said(refused)}${name}`,
    ...faultLines(detail, faults),
    ...cureLines(cure ?? CURES[code]),
  ].map(visible);
}

// A service that finds several faults joins them to one sentence; here each has a line of its own.
function said({ detail, faults }: RowProblem): string {
  if (faults.length > 0 && faults.every((fault) => detail.includes(fault.detail) && detail !== fault.detail))
    return '';
  return `: ${detail}`;
}

function faultLines(detail: string, faults: RowProblem['faults']): string[] {
  return faults.flatMap((fault) => {
    const place = fault.pointer === '' ? '(whole)' : fault.pointer;
    if (fault.detail !== detail) return [`  ${place}  ${fault.code}: ${fault.detail}`];
    return fault.pointer === '' ? [] : [`  at ${place}`];
  });
}

function cureLines(cure: string | undefined): string[] {
  return cure === undefined ? [] : [`  cure: ${cure}`];
}

/** Of refusals that the service, which knows nothing of this command, gives no cure for. */
const CURES: Readonly<Record<string, string>> = {
  'facility-not-served':
    'See that the facility is spelled as it is registered; lodemark join registers one and opens its log.',
  'custodial-key-missing': 'Give the key that it signs with by --key.',
};

/** What a check in parts cannot say. */
export function uncertainRemark(rows: number, parts: number): string {
  return (
    `The file was checked in ${counted(parts, 'part')}, each by itself. ${counted(rows, 'row')} name lots of an earlier ` +
    'part: what becomes of them is seen when the file is posted, in order. A larger --batch makes fewer parts, if the ' +
    'custody service takes as many.'
  );
}

/** What the receipts were verified with. */
export function verifiedLine({ receipts, logKeys, rootLogKey }: Verified): string {
  const keys = logKeys
    .map(({ facility, rootIndex }) => `${facility}’s, root log entry ${rootIndex}`)
    .join('; ');
  return visible(
    `Receipts: ${counted(receipts, 'signature')} verified with the log key (${keys}; root log key ${rootLogKey}).`,
  );
}

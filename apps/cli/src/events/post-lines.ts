import type { Verified } from '../receipts/receipt-verifier.js';
import { counted, visible } from '../text.js';
import type { RowResult } from './send-batch.js';

/** Why a row is not taken, for a person: what, where in it, and what would cure it. */
export function refusalLines({ line, eventId, refused, buildsOn }: RowResult): string[] {
  if (refused === undefined) return [];
  const { code, detail, faults, cure } = refused;
  const name = eventId === undefined ? '' : ` (event ${eventId})`;
  return [
    `line ${line}: ${buildsOn === undefined ? '' : `uncertain, it builds on line ${buildsOn} of an earlier part; without that: `}${code}: ${detail}${name}`,
    ...faults
      .filter((fault) => fault.detail !== detail || fault.pointer !== '')
      .map(
        (fault) => `  ${fault.pointer === '' ? '(whole)' : fault.pointer}  ${fault.code}: ${fault.detail}`,
      ),
    ...(cure === undefined ? [] : [`  cure: ${cure}`]),
  ].map(visible);
}

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

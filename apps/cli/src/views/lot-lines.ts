import { listMember, member, textMember } from '../network/json.js';
import { shortDecimal, table, visible } from '../text.js';

const NOTHING = '-';

/** Where answers of the provenance service were given at. */
export function horizonLine(answer: unknown): string {
  const horizon = member(answer, 'horizon');
  return `At root log size ${String(member(horizon, 'size'))}, ${textMember(horizon, 'at') ?? ''}.`;
}

export function lotsLines(lots: readonly unknown[]): string[] {
  const rows = lots.flatMap((lot) => {
    const made = [
      textMember(lot, 'lot') ?? '',
      textMember(lot, 'form') ?? NOTHING,
      kilograms(lot, 'madeKg') ?? NOTHING,
    ];
    const standings = listMember(lot, 'standings').map((one) => [
      textMember(one, 'facility') ?? '',
      textMember(one, 'standing') ?? '',
      kilograms(one, 'kg') ?? '',
    ]);
    return (standings.length === 0 ? [[NOTHING, NOTHING, NOTHING]] : standings).map((standing) => [
      ...made,
      ...standing,
    ]);
  });
  return table([['LOT', 'FORM', 'MADE KG', 'AT', 'STANDING', 'KG'], ...rows]);
}

export function lotLines(lot: unknown): string[] {
  const origin = member(lot, 'origin');
  const inputs = listMember(origin, 'inputs').map(String).join(', ');
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['form', textMember(lot, 'form')],
    ['made', kilograms(lot, 'madeKg')?.concat(' kg')],
    ['grade', textMember(lot, 'grade')],
    ['heat', textMember(lot, 'heat')],
    [
      'origin',
      [textMember(origin, 'origin') ?? textMember(origin, 'step') ?? textMember(origin, 'kind'), inputs]
        .filter((one) => one !== undefined && one !== '')
        .join(' from '),
    ],
  ];
  const doubts = listMember(lot, 'inDoubt');
  return [
    visible(textMember(lot, 'lot') ?? ''),
    ...facts.flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [visible(`  ${name}: ${value}`)],
    ),
    '',
    ...table([
      ['AT', 'STANDING', 'KG', 'PACKAGES', 'SEALS'],
      ...listMember(lot, 'standings').map((one) => [
        textMember(one, 'facility') ?? '',
        textMember(one, 'standing') ?? '',
        kilograms(one, 'kg') ?? '',
        String(listMember(one, 'packages').length),
        listMember(one, 'seals').map(String).join(' ') || NOTHING,
      ]),
    ]),
    '',
    ...table([
      ['ENTRY', 'TYPE', 'OCCURRED', 'RECORDED', 'STATUS'],
      ...listMember(lot, 'entries').map((one) => [
        entryName(member(one, 'entry')),
        textMember(one, 'type') ?? '',
        textMember(one, 'occurredAt') ?? '',
        textMember(one, 'recordedAt') ?? '',
        textMember(one, 'status') ?? '',
      ]),
    ]),
    ...(doubts.length === 0
      ? []
      : [
          '',
          `IN DOUBT: ${doubts.map((one) => visible(`${entryName(member(one, 'entry'))} (${textMember(one, 'reason') ?? ''})`)).join(', ')}`,
        ]),
    ...withheld(lot),
  ];
}

function withheld(lot: unknown): string[] {
  const hidden = member(lot, 'withheld');
  return typeof hidden === 'number' && hidden > 0
    ? ['', `Entries that are not shown to you: ${hidden}.`]
    : [];
}

function entryName(ref: unknown): string {
  return `${textMember(ref, 'facility') ?? ''}/${String(member(ref, 'index'))}`;
}

export function inboundLines(inbound: unknown): string[] {
  const dispatches = listMember(inbound, 'dispatches').map((one) => [
    textMember(one, 'shipment') ?? '',
    textMember(one, 'from') ?? '',
    textMember(one, 'dispatchedAt') ?? '',
    textMember(one, 'expectedAt') ?? NOTHING,
    listMember(one, 'open')
      .map((open) => {
        const id = textMember(open, 'package') ?? '-';
        return `${textMember(open, 'lot') ?? ''}${id === '-' ? '' : `:${id}`}`;
      })
      .join(' '),
    textMember(one, 'dispatch') ?? '',
  ]);
  const pending = listMember(inbound, 'pending').map(
    (one) =>
      `  ${listMember(one, 'lots').map(String).join(', ')} received ${textMember(one, 'receivedAt') ?? ''} (dispatch ${textMember(one, 'dispatch') ?? ''})`,
  );
  return [
    ...(dispatches.length === 0
      ? ['Nothing is on its way.']
      : table([['SHIPMENT', 'FROM', 'DISPATCHED', 'EXPECTED', 'OPEN', 'DISPATCH'], ...dispatches])),
    ...(pending.length === 0
      ? []
      : ['', 'Received, and the dispatch is not seen yet:', ...pending.map(visible)]),
  ];
}

function kilograms(value: unknown, name: string): string | undefined {
  const decimal = textMember(value, name);
  return decimal === undefined ? undefined : shortDecimal(decimal);
}

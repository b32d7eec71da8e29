import type { CustodyEvent, EventBody, Form } from '@lodemark/domain';
import { statedBody } from '@lodemark/policy';

export const TERM_KINDS = [
  'number',
  'heat',
  'container',
  'seal',
  'contract',
  'form',
  'shipment',
  'waybill',
] as const;
export type TermKind = (typeof TERM_KINDS)[number];

/** Something that a lot can be found by. */
export interface LotTerm {
  readonly kind: TermKind;
  /** In lower case. */
  readonly value: string;
  readonly lot: string;
}

/** What the lots that the event names can be found by. */
export function termsOf(event: CustodyEvent, lots: readonly string[]): readonly LotTerm[] {
  const body = statedBody(event);
  const numbers = lots.map((lot): LotTerm => ({ kind: 'number', value: numberOf(lot).toLowerCase(), lot }));
  if (body === undefined) return numbers;
  const shared = sharedTerms(body).flatMap(({ kind, value }) => lots.map((lot) => ({ kind, value, lot })));
  const own = lotLines(body).flatMap(({ lot, form, heat }): LotTerm[] => [
    ...(form === undefined ? [] : [{ kind: 'form' as const, value: form, lot }]),
    ...(heat === undefined ? [] : [{ kind: 'heat' as const, value: heat, lot }]),
  ]);
  const terms = [...numbers, ...shared, ...own].map((term) => ({ ...term, value: term.value.toLowerCase() }));
  return [...new Map(terms.map((term) => [`${term.kind} ${term.lot} ${term.value}`, term])).values()];
}

function numberOf(lot: string): string {
  return lot.slice(lot.indexOf('/') + 1);
}

type Term = Omit<LotTerm, 'lot'>;

/** Terms that are about everything the event names. */
function sharedTerms(body: EventBody): Term[] {
  const terms: Term[] = [];
  const add = (kind: TermKind, value: string | undefined) => {
    if (value !== undefined) terms.push({ kind, value });
  };
  const addSeal = (seal: { readonly number: string; readonly container?: string } | undefined) => {
    add('seal', seal?.number);
    add('container', seal?.container);
  };
  if ('container' in body) add('container', body.container);
  if ('containers' in body) (body.containers ?? []).forEach((container) => add('container', container));
  if ('seal' in body) addSeal(body.seal);
  if ('seals' in body) (body.seals ?? []).forEach(addSeal);
  if ('replacedBy' in body) addSeal(body.replacedBy);
  if ('contract' in body) add('contract', body.contract);
  if ('agreement' in body) add('contract', body.agreement);
  if ('waybill' in body) add('waybill', body.waybill);
  if ('shipment' in body) add('shipment', body.shipment);
  if (body.type === 'Transformed') add('heat', body.heat);
  if (body.type === 'LotCreated' && body.origin.kind === 'purchased') add('contract', body.origin.contract);
  return terms;
}

interface StatedLine {
  readonly lot: string;
  readonly form?: Form;
  readonly heat?: string;
}

function lotLines(body: EventBody): readonly StatedLine[] {
  switch (body.type) {
    case 'LotCreated':
      return [body];
    case 'Transformed':
      return body.outputs;
    case 'Split':
      return body.children.map(({ lot }) => ({ lot, form: body.form }));
    case 'Merged':
      return [body.child];
    case 'Dispatched':
    case 'Received':
      return body.lots;
    default:
      return [];
  }
}

/** Digest of the dispatch that the event, or what it corrects to, is about. */
export function dispatchNamed(event: CustodyEvent): string | undefined {
  const body = statedBody(event);
  return body !== undefined && 'dispatch' in body ? body.dispatch : undefined;
}

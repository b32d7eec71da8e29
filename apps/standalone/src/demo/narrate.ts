import { member } from '../scenario/api.js';
import type { ScenarioStep } from '../scenario/scenario-file.js';

/** What happens in a step, as a line for somebody who sees it for the first time; undefined for what needs no line. */
export function narrate(step: ScenarioStep): string | undefined {
  if ('event' in step) {
    const { type, fields = {} } = step;
    return line(moment(step.at), step.facility, EVENTS[type]?.(fields) ?? words(type));
  }
  if ('ask' in step) return line('', 'an auditor', `asks about ${step.ask} under ${step.policy}`);
  if ('organization' in step) return undefined;
  if ('facility' in step && 'fields' in step) {
    const { name, country } = step.fields ?? {};
    return line('', 'the registrar', `registers ${step.facility}: ${String(name)}, ${String(country)}`);
  }
  return undefined;
}

function line(when: string, who: string, what: string): string {
  return `  ${when.padEnd(23)}  ${who.padEnd(13)}  ${what}`;
}

/** `2026-10-24T12:00:00+05:00` as `2026-10-24 12:00 +05:00`. */
function moment(at: string): string {
  return at.replace(/T(\d\d:\d\d)(:\d\d)?/, ' $1 ');
}

type Fields = Readonly<Record<string, unknown>>;

// The catalogue's types that a path from mine to magnet is made of; another type is told by its name.
const EVENTS: Readonly<Record<string, (fields: Fields) => string>> = {
  AgreementRecorded: (of) => `records the ${text(of, 'kind')} agreement ${text(of, 'agreement')}`,
  LotCreated: (of) =>
    `enters ${material(of)}, ${member(of['origin'], 'kind') === 'mined' ? 'won from its own site' : `bought of ${text(of['origin'], 'seller')}`}`,
  Transformed: (of) =>
    `${text(of, 'step')}: ${lots(of['inputs'])} → ${list(of['outputs']).map(material).join('; ')}`,
  Assayed: (of) => `has ${text(of, 'lot')} assayed by ${text(of['laboratory'], 'name')}`,
  CampaignsReported: (of) =>
    `reports what ran from ${text(of, 'periodFrom').slice(0, 10)} to ${text(of, 'periodTo').slice(0, 10)} (campaigns: ${list(of['campaigns']).length})`,
  TitleTransferred: (of) => `passes title in ${lots(of['lots'])} to ${text(of, 'to')}`,
  Sealed: (of) => `seals ${lots(of['lots'])} with ${text(of['seal'], 'number')}`,
  Dispatched: (of) => `sends ${lots(of['lots'])} to ${text(of, 'to')}`,
  CarrierAccepted: (of) => `hands ${lots(of['lots'])} to the carrier ${text(of['carrier'], 'name')}`,
  CustomsCleared: (of) => `clears ${text(of, 'direction')} customs with ${lots(of['lots'])} at ${place(of)}`,
  TransitReported: (of) => `reports ${lots(of['lots'])} at ${place(of)}, seals ${seals(of)}`,
  Received: (of) => `receives ${list(of['lots']).map(material).join('; ')}`,
};

function material(of: unknown): string {
  const net = member(member(of, 'mass'), 'net');
  return `${text(of, 'lot')} (${words(text(of, 'form'))}, ${text(net, 'value')} ${text(net, 'unit')})`;
}

function place(of: Fields): string {
  return `${text(of['place'], 'name')}, ${text(of['place'], 'country')}`;
}

function seals(of: Fields): string {
  return [...new Set(list(of['seals']).map((seal) => text(seal, 'condition')))].join(', ');
}

/** Names of lots, the first few. */
function lots(of: unknown): string {
  const names = list(of).map((one) => (typeof one === 'string' ? one : text(one, 'lot')));
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}

function list(of: unknown): readonly unknown[] {
  return Array.isArray(of) ? of : [];
}

function text(of: unknown, name: string): string {
  const found = member(of, name);
  return typeof found === 'string' ? found : '?';
}

/** `MIXED_CARBONATE` and `CarrierAccepted` in words. */
function words(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

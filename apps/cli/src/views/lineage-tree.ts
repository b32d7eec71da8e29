import { listMember, textMember } from '../network/json.js';
import { shortDecimal, visible } from '../text.js';

interface Arc {
  readonly to: string;
  readonly label: string;
}

/** A lineage as lines of a tree below the lot asked about; what was shown before is named and not shown again. */
export function lineageTree(lineage: unknown): string[] {
  const subject = textMember(lineage, 'lot') ?? '';
  const nodes = new Map(
    listMember(lineage, 'nodes').map((node) => [textMember(node, 'lot') ?? '', describeNode(node)]),
  );
  const arcs = arcsOf(lineage);
  const lines: string[] = [];
  const shown = new Set<string>();
  const show = (lot: string, { lead, below }: { lead: string; below: string }): void => {
    const known = shown.has(lot);
    const on = arcs.get(lot) ?? [];
    const words = nodes.get(lot) ?? '(not shown to you)';
    lines.push(visible(`${lead}${lot}  ${words}${known && on.length > 0 ? ' (as above)' : ''}`));
    if (known) return;
    shown.add(lot);
    on.forEach(({ to, label }, at) => {
      const last = at === on.length - 1;
      lines.push(visible(`${below}${last ? '└─' : '├─'} ${label}`));
      const under = `${below}${last ? '   ' : '│  '}`;
      show(to, { lead: under, below: under });
    });
  };
  show(subject, { lead: '', below: '' });
  return [...lines, ...handOverLines(lineage), ...withheldLine(lineage)];
}

function arcsOf(lineage: unknown): Map<string, Arc[]> {
  const up = textMember(lineage, 'direction') !== 'down';
  const arcs = new Map<string, Arc[]>();
  for (const edge of listMember(lineage, 'edges')) {
    const input = textMember(edge, 'input') ?? '';
    const output = textMember(edge, 'output') ?? '';
    const [from, to] = up ? [output, input] : [input, output];
    const mass = textMember(edge, 'inputKg');
    const day = (textMember(edge, 'occurredAt') ?? '').slice(0, 10);
    const role = textMember(edge, 'role') ?? '';
    const amount = mass === undefined ? role : `${shortDecimal(mass)} kg (${role})`;
    const made = `${textMember(edge, 'step') ?? ''} at ${textMember(edge, 'facility') ?? ''}, ${day}`;
    const label = up ? `${made}, from ${amount}:` : `${amount} into ${made}, which made:`;
    arcs.set(from, [...(arcs.get(from) ?? []), { to, label }]);
  }
  return arcs;
}

function describeNode(node: unknown): string {
  const form = textMember(node, 'form') ?? 'form unknown';
  const made = textMember(node, 'madeKg');
  const words = [
    form,
    ...(made === undefined ? [] : [`${shortDecimal(made)} kg`]),
    ...['grade', 'heat'].flatMap((name) => textMember(node, name) ?? []),
    textMember(node, 'country') ?? 'country unknown',
  ];
  const origin = textMember(node, 'origin');
  if (origin === 'unknown') words.push('ORIGIN UNKNOWN');
  if (origin === 'contradicted') words.push('ORIGIN CONTRADICTED');
  if (typeof node === 'object' && node !== null && 'inDoubt' in node && node.inDoubt === true)
    words.push('IN DOUBT');
  return words.join(', ');
}

function handOverLines(lineage: unknown): string[] {
  const lines = listMember(lineage, 'handOvers').map((one) => {
    const received = textMember(one, 'receivedAt');
    const lots = listMember(one, 'lots').map(String).join(', ');
    return visible(
      `  ${textMember(one, 'from') ?? ''} → ${textMember(one, 'to') ?? ''}: ${lots}, ` +
        `${(textMember(one, 'dispatchedAt') ?? '').slice(0, 10)} to ${received === undefined ? '(no receipt)' : received.slice(0, 10)}`,
    );
  });
  return lines.length === 0 ? [] : ['', 'Hand-overs:', ...lines];
}

function withheldLine(lineage: unknown): string[] {
  const withheld =
    typeof lineage === 'object' && lineage !== null && 'withheld' in lineage ? lineage.withheld : 0;
  return typeof withheld === 'number' && withheld > 0
    ? ['', `Further lots that are not shown to you: ${withheld}.`]
    : [];
}

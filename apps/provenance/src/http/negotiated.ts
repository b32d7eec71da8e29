/**
 * Which of the media types offered an `Accept` header asks for (RFC 9110, section 12.5.1): the one of the highest
 * weight; of equal weights the one that is named before those that only a wildcard covers, then the one that is named
 * first. The first one offered where the header asks for none of them, which is allowed and tells more than a refusal.
 */
export function negotiated<Type extends string>(
  [usual, ...others]: readonly [Type, ...Type[]],
  accept: string | undefined,
): Type {
  const ranges = rangesOf(accept ?? '*/*');
  const asked = [usual, ...others].flatMap((type) => {
    const range = rangeFor(type, ranges);
    return range === undefined || range.weight === 0 ? [] : [{ type, range }];
  });
  // Sorting is stable: what is equal in everything stays in the order of the offer.
  asked.sort(({ range: a }, { range: b }) => b.weight - a.weight || b.depth - a.depth || a.place - b.place);
  return asked[0]?.type ?? usual;
}

interface MediaRange {
  /** Lowercase, without parameters. */
  readonly name: string;
  readonly weight: number;
  /** 2 for a type, 1 for all of a kind, 0 for anything. */
  readonly depth: number;
  readonly place: number;
}

const WEIGHT = /^(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

/** What cannot be read is passed over. */
function rangesOf(accept: string): readonly MediaRange[] {
  return accept.split(',').flatMap((part, place) => {
    const [name = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    const weight = parameters.find((one) => one.startsWith('q='))?.slice('q='.length) ?? '1';
    if (!WEIGHT.test(weight)) return [];
    const depth = name === '*/*' ? 0 : name.endsWith('/*') ? 1 : 2;
    return [{ name, weight: Number(weight), depth, place }];
  });
}

/** The range that says most about a type, whatever the others say. */
function rangeFor(type: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  const kind = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const name of [type, kind, '*/*']) {
    const found = ranges.find((range) => range.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

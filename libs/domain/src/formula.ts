import { ELEMENTS, type Element, atomicMass } from './elements.js';
import { Rational } from './rational.js';

/** Atoms of each element in one formula unit. */
export type AtomCounts = ReadonlyMap<Element, bigint>;

const SYMBOLS: ReadonlyMap<string, Element> = new Map(ELEMENTS.map((element) => [element, element]));
const TOKEN = /([A-Z][a-z]?)(\d*)|(\()|\)(\d*)|\.(\d*)/y;

class FormulaReader {
  readonly #counts = new Map<Element, bigint>();
  #inGroup: [Element, bigint][] | undefined;
  #unitsOfPart = 1n;

  constructor(private readonly formula: string) {}

  read(): AtomCounts {
    const tokens = new RegExp(TOKEN);
    while (tokens.lastIndex < this.formula.length) {
      const token = tokens.exec(this.formula);
      if (token === null) this.fail();
      this.take(token);
    }
    if (this.#inGroup !== undefined || this.#counts.size === 0) this.fail();
    return this.#counts;
  }

  private take([text, symbol, count, opening, repeats, units]: RegExpExecArray): void {
    if (symbol !== undefined) this.addAtoms(SYMBOLS.get(symbol) ?? this.fail(), wholeOrOne(count));
    else if (opening !== undefined) this.openGroup();
    else if (text.startsWith(')')) this.closeGroup(wholeOrOne(repeats));
    else this.#unitsOfPart = wholeOrOne(units);
  }

  private addAtoms(element: Element, count: bigint): void {
    if (this.#inGroup !== undefined) this.#inGroup.push([element, count]);
    else this.#counts.set(element, (this.#counts.get(element) ?? 0n) + count * this.#unitsOfPart);
  }

  private openGroup(): void {
    if (this.#inGroup !== undefined) this.fail();
    this.#inGroup = [];
  }

  private closeGroup(repeats: bigint): void {
    const group = this.#inGroup ?? this.fail();
    this.#inGroup = undefined;
    for (const [element, count] of group) this.addAtoms(element, count * repeats);
  }

  private fail(): never {
    throw new SyntaxError(`${this.formula} is not a chemical formula of known elements`);
  }
}

function wholeOrOne(digits: string | undefined): bigint {
  return digits === undefined || digits === '' ? 1n : BigInt(digits);
}

/** Reads a formula such as `Nd2(CO3)3.8H2O` (groups do not nest); anything else throws a SyntaxError. */
export function atomCounts(formula: string): AtomCounts {
  return new FormulaReader(formula).read();
}

/** Molar mass in g/mol. */
export function molarMass(counts: AtomCounts): Rational {
  return Rational.sum([...counts].map(([element, count]) => atomicMass(element).mul(Rational.of(count))));
}

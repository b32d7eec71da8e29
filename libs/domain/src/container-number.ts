// ISO 6346 annex A: letters count from 10 upwards, leaving out the multiples of 11.
const LETTER_VALUES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
  .split('')
  .reduce<{ next: number; values: Map<string, number> }>(
    (acc, letter) => {
      const value = acc.next % 11 === 0 ? acc.next + 1 : acc.next;
      acc.values.set(letter, value);
      return { next: value + 1, values: acc.values };
    },
    { next: 10, values: new Map() },
  ).values;

/** The check digit that ISO 6346 gives the first ten characters of a container number, or undefined for other text. */
export function containerCheckDigit(container: string): string | undefined {
  if (!/^[A-Z]{3}[UJZR]\d{6}/.test(container)) return undefined;
  const sum = container
    .slice(0, 10)
    .split('')
    .reduce((total, char, position) => {
      const value = LETTER_VALUES.get(char) ?? Number.parseInt(char, 10);
      return total + value * 2 ** position;
    }, 0);
  return String((sum % 11) % 10);
}

/** ISO 6346: owner code, category U, J, Z or R, six digits, check digit. */
export function isContainerNumber(text: string): boolean {
  return /^[A-Z]{3}[UJZR]\d{7}$/.test(text) && containerCheckDigit(text) === text.slice(10);
}

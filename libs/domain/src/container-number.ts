// ISO 6346 annex A: a character's value is its place here; letters leave out the multiples of 11.
const VALUES = '0123456789A_BCDEFGHIJK_LMNOPQRSTU_VWXYZ';

/** The check digit that ISO 6346 gives the first ten characters of a container number, or undefined for other text. */
export function containerCheckDigit(container: string): string | undefined {
  if (!/^[A-Z]{3}[UJZR]\d{6}/.test(container)) return undefined;
  const terms = container
    .slice(0, 10)
    .split('')
    .map((char, position) => BigInt(VALUES.indexOf(char)) * 2n ** BigInt(position));
  const sum = terms.reduce((total, term) => total + term, 0n);
  return String((sum % 11n) % 10n);
}

/** ISO 6346: owner code, category U, J, Z or R, six digits, check digit. */
export function isContainerNumber(text: string): boolean {
  return /^[A-Z]{3}[UJZR]\d{7}$/.test(text) && containerCheckDigit(text) === text.slice(10);
}

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function realDay(year: string, month: string, day: string): boolean {
  const monthNumber = Number(month);
  if (monthNumber < 1 || monthNumber > 12 || year < '1900') return false;
  return Number(day) >= 1 && Number(day) <= daysInMonth(Number(year), monthNumber);
}

/**
 * RFC 3339 with an explicit offset, at most milliseconds, a day that exists, no leap second (`:60` has no place in
 * the arithmetic of verdicts and no clock of a plant reports one).
 */
export function isInstant(text: string): boolean {
  const match = INSTANT.exec(text);
  if (match === null) return false;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', , offset = ''] = match;
  const offsetOk = offset === 'Z' || (offset.slice(1, 3) <= '14' && offset.slice(4) <= '59');
  return realDay(year, month, day) && hour <= '23' && minute <= '59' && second <= '59' && offsetOk;
}

/** A calendar date that exists, `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  const match = DATE.exec(text);
  return match !== null && realDay(match[1] ?? '', match[2] ?? '', match[3] ?? '');
}

/** A verdict asks the same few thousand instants over and over what they are. */
const MOST_READ = 20_000;

function readOnce<V>(read: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    if (known.size >= MOST_READ) known.clear();
    known.set(text, value);
    return value;
  };
}

/** Milliseconds since 1970 of an instant that `isInstant` accepts. */
export const epochMilliseconds = readOnce((instant) => Date.parse(instant));

/** The UTC calendar date of an instant. */
export const utcDate = readOnce((instant) => new Date(Date.parse(instant)).toISOString().slice(0, 10));

/** Calendar dates from one to another, both included; an end that is not stated is open. */
export interface Interval {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function isWithin({ from, to }: Interval, date: string): boolean {
  return (from === undefined || from <= date) && (to === undefined || date <= to);
}

import type { Question } from '@lodemark/policy';

/** The question without members that were not given, as its canonical bytes must not depend on how it was parsed. */
export function questionGiven({ endItem, ...dates }: Question): Question {
  return { ...given(dates), ...(endItem === undefined ? {} : { endItem: given(endItem) }) };
}

function given<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

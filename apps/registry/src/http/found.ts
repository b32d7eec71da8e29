import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** The thing, if there is one. @throws RegistrationRefusal `not-found` */
export function found<T>(thing: T | undefined, name: string): T {
  if (thing !== undefined) return thing;
  throw new RegistrationRefusal({ code: 'not-found', detail: `There is no ${name}.` });
}

import { Transform } from 'class-transformer';

/**
 * The property is what came, not class-transformer's copy of it, which lacks members that are named like a method of
 * `Object.prototype`: an unknown field of such a name would pass unnoticed, and a digest would be of another value.
 */
export const AsReceived: () => PropertyDecorator = () =>
  Transform(({ obj, key }: { obj: Readonly<Record<string, unknown>>; key: string }) => obj[key]);

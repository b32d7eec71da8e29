import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const DIGITS = /^(0|[1-9][0-9]{0,15})$/;

/** A query parameter that is a whole number within limits, in plain digits: no sign, exponent or white space. */
export function WholeNumber(
  limits: { readonly min?: number; readonly max?: number } = {},
): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }: { value: unknown }) => wholeNumber(value))(target, property);
    IsInt({ message: 'a whole number in plain digits' })(target, property);
    Min(limits.min ?? 0)(target, property);
    Max(limits.max ?? Number.MAX_SAFE_INTEGER)(target, property);
  };
}

function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
}

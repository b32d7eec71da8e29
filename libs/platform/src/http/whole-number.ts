import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';

const DIGITS = /^(0|[1-9][0-9]{0,15})$/;

/** A parameter of a query or path that is a whole number in plain digits: no sign, exponent or white space. */
export function WholeNumber(
  limits: { readonly min?: number; readonly max?: number } = {},
): PropertyDecorator {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = limits;
  return (target, property) => {
    Transform(({ value }: { value: unknown }) => wholeNumber(value))(target, property);
    IsInt({ message: 'A whole number in plain digits is expected here.' })(target, property);
    Min(min, { message: `The least that is taken here is ${min}.` })(target, property);
    Max(max, { message: `The most that is taken here is ${max}.` })(target, property);
  };
}

function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && DIGITS.test(value) ? Number(value) : value;
}

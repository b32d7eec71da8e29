import { Transform, Type } from 'class-transformer';
import { ValidateIf, ValidateNested } from 'class-validator';

type Class = new () => object;

interface Sent {
  readonly obj: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly value: unknown;
}

/** The member may be left out. It may not be null, which would be a second way to say the same. */
export const Optional: () => PropertyDecorator = () =>
  ValidateIf((_: unknown, value: unknown) => value !== undefined);

/** The member is an object of this class: no list, and not null, which class-validator alone would let pass. */
export function Nested(type: () => Class): PropertyDecorator {
  return (target, property) => {
    Type(type)(target, property);
    Transform(({ obj, key, value }: Sent) => (isListOrNull(obj[key]) ? NO_OBJECT : value))(target, property);
    ValidateNested()(target, property);
  };
}

/** The member is a list of objects of this class, none of which is a list itself. */
export function NestedList(type: () => Class): PropertyDecorator {
  return (target, property) => {
    Type(type)(target, property);
    Transform(({ obj, key, value }: Sent) => withoutLists(obj[key], value))(target, property);
    ValidateNested({ each: true })(target, property);
  };
}

// What class-validator says of a text where an object is expected is what is to be said of these, too.
const NO_OBJECT = 'no object';

function withoutLists(sent: unknown, made: unknown): unknown {
  if (!Array.isArray(sent) || !Array.isArray(made)) return made;
  return made.map((one: unknown, position) => (isListOrNull(sent[position]) ? NO_OBJECT : one));
}

function isListOrNull(value: unknown): boolean {
  return value === null || Array.isArray(value);
}

// What the rule takes for counting rather than measuring. Counters, positions and calendar fields are whole
// by construction, so floating point cannot spoil them; anything else of type number might be a quantity.

const COUNTING_WORDS = new Set(
  `attempt attempts bit bits byte bytes char checksum code column compare count counter day days depth digit digits
  end epoch exponent height hop hops hour hours i index j k length level limit line millis milliseconds minute
  minutes month months ms n node nodes number offset order page places pointer position precision rank retries row
  scale second seconds seq sequence size start step steps time timeout version width year years`.split(/\s+/),
);

const QUANTITY_WORDS = new Set(
  `amount assay balance capacity content deviation factor fraction grade grams kg kilograms mass mg milligrams
  moisture percent percentage ppm price quantity rate ratio share sigma tolerance tonnes uncertainty value variance
  volume weight yield`.split(/\s+/),
);

const COUNTING_CALLS = new Set(
  `charCodeAt codePointAt compare findIndex getTime getUTCDate getUTCDay getUTCFullYear getUTCHours
  getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds indexOf lastIndexOf localeCompare parse push search UTC`.split(
    /\s+/,
  ),
);

const WHOLE_MATH = new Set(['abs', 'ceil', 'floor', 'max', 'min', 'sign', 'trunc']);

/** The last word of a camelCase or UPPER_CASE name, in lower case: `leafIndex` gives `index`. */
function lastWord(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[\s_]+/);
  return (words.at(-1) ?? name).replace(/\d+$/, '').toLowerCase() || name.toLowerCase();
}

/** The name by which an expression is known: a variable, a property or a called function. */
export function nameOf(node) {
  switch (node?.type) {
    case 'Identifier':
    case 'PrivateIdentifier':
      return node.name;
    case 'MemberExpression':
      return node.computed ? nameOf(node.object) : nameOf(node.property);
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return nameOf(node.expression);
    case 'CallExpression':
      return nameOf(node.callee);
    default:
      return undefined;
  }
}

export function isCountingName(name) {
  return name !== undefined && COUNTING_WORDS.has(lastWord(name));
}

export function isQuantityName(name) {
  return name !== undefined && QUANTITY_WORDS.has(lastWord(name));
}

export function isWholeLiteral(node) {
  return node.type === 'Literal' && typeof node.value === 'number' && Number.isSafeInteger(node.value);
}

/** `Math.floor` and its like, which give a whole number for whole numbers. */
export function isWholeMath(callee) {
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Math' &&
    WHOLE_MATH.has(callee.property.name)
  );
}

/** True for an expression that can only be a count, an index or a field of a date. */
export function isCounting(node) {
  switch (node.type) {
    case 'Literal':
      return isWholeLiteral(node);
    case 'BinaryExpression':
      return isCounting(node.left) && isCounting(node.right);
    case 'LogicalExpression':
      return isCounting(node.left) && isCounting(node.right);
    case 'ConditionalExpression':
      return isCounting(node.consequent) && isCounting(node.alternate);
    case 'UnaryExpression':
    case 'UpdateExpression':
      return isCounting(node.argument);
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
      return isCounting(node.expression);
    case 'CallExpression':
      if (isWholeMath(node.callee)) return node.arguments.every(isCounting);
      return COUNTING_CALLS.has(nameOf(node.callee)) || isCountingName(nameOf(node));
    default:
      return isCountingName(nameOf(node));
  }
}

import ts from 'typescript';
import {
  isCounting,
  isCountingName,
  isQuantityName,
  isWholeLiteral,
  isWholeMath,
  nameOf,
} from './counting.js';

const ARITHMETIC = new Set(['+', '-', '*', '/', '%', '**']);
const ADDITIVE = new Set(['+', '-']);
const ROUNDING = new Set(['toExponential', 'toFixed', 'toPrecision']);
const EXACT_TYPES = /^(Rational|Quantity|Mass|MassUnit|ElementMass(es)?)$/;

const isNamed = (node, name) => node.type === 'Identifier' && node.name === name;
const isStaticOf = (node, object) => node.type === 'MemberExpression' && isNamed(node.object, object);

/** A conversion may stand where what it converts is a count by its name, or what it gives is or becomes a date. */
function givesCount(call) {
  const { parent } = call;
  if (isCountingName(nameOf(call.arguments?.[0]))) return true;
  switch (parent.type) {
    case 'VariableDeclarator':
      return isCountingName(nameOf(parent.id));
    case 'AssignmentExpression':
      return isCountingName(nameOf(parent.left));
    case 'Property':
      return isCountingName(nameOf(parent.key));
    case 'BinaryExpression':
      return ADDITIVE.has(parent.operator) && isWholeLiteral(parent.right) && givesCount(parent);
    case 'NewExpression':
      return isNamed(parent.callee, 'Date');
    case 'CallExpression':
      return isStaticOf(parent.callee, 'Date') && nameOf(parent.callee) === 'UTC';
    default:
      return false;
  }
}

/**
 * Forbids floating-point arithmetic where quantities are handled: masses, shares and uncertainties are exact
 * rationals, because a verdict has to come out the same everywhere. Counting and indexing stay allowed.
 */
export const noNumberOnQuantities = {
  meta: {
    type: 'problem',
    docs: { description: 'forbid `number` arithmetic and conversions where exact rationals are required' },
    schema: [{ type: 'object', properties: { always: { type: 'boolean' } }, additionalProperties: false }],
    messages: {
      arithmetic:
        '`{{operator}}` on a number: use Rational, or a counting name if this is a count or an index.',
      conversion: '`{{name}}` makes a number of a quantity: use Rational, or name the result as a count.',
      math: '`Math.{{name}}` works in floating point: use Rational.',
      rounding: '`{{name}}` rounds a number: let Rational round half-even and print it.',
      bigint: 'BigInt of a number inherits its rounding: build it from text or from a count.',
      fraction: '{{raw}} has no exact binary value: write it as a decimal string or as a ratio of integers.',
    },
  },

  create(context) {
    const always = context.options[0]?.always ?? false;
    const { parserServices, ast } = context.sourceCode;
    if (parserServices?.program == null) throw new Error('no-number-on-quantities needs typed linting');
    if (!always && !importsExactTypes(ast)) return {};

    const checker = parserServices.program.getTypeChecker();
    const report = (node, messageId, data) => context.report({ node, messageId, data });

    function isNumber(node) {
      const type = parserServices.getTypeAtLocation(node);
      return hasNumber(checker.getBaseConstraintOfType(type) ?? type);
    }

    function checkOperands(node, operator, left, right) {
      if (!isNumber(left) || !isNumber(right)) return;
      if (isCounting(left) && isCounting(right)) return;
      const operands = [left, right];
      const stepsByWhole = ADDITIVE.has(operator) && operands.some(isStep);
      if (stepsByWhole && !operands.some((operand) => isQuantityName(nameOf(operand)))) return;
      report(node, 'arithmetic', { operator: node.operator });
    }

    function checkCall(node) {
      const { callee } = node;
      if (isStaticOf(callee, 'Math')) {
        if (!isWholeMath(callee) || !node.arguments.every(isCounting))
          report(node, 'math', { name: nameOf(callee) });
        return;
      }
      const name = isStaticOf(callee, 'Number') || callee.type === 'Identifier' ? nameOf(callee) : undefined;
      if (name === 'parseFloat') report(node, 'conversion', { name });
      if ((name === 'Number' || name === 'parseInt') && !givesCount(node))
        report(node, 'conversion', { name });
      if (name === 'BigInt' && node.arguments.some((argument) => isNumber(argument) && !isCounting(argument)))
        report(node, 'bigint');
      if (callee.type !== 'MemberExpression') return;
      if (ROUNDING.has(nameOf(callee)) && isNumber(callee.object))
        report(node, 'rounding', { name: nameOf(callee) });
    }

    return {
      BinaryExpression(node) {
        if (ARITHMETIC.has(node.operator)) checkOperands(node, node.operator, node.left, node.right);
      },
      AssignmentExpression(node) {
        const operator = node.operator.slice(0, -1);
        if (ARITHMETIC.has(operator)) checkOperands(node, operator, node.left, node.right);
      },
      UpdateExpression(node) {
        if (isNumber(node.argument) && isQuantityName(nameOf(node.argument)))
          report(node, 'arithmetic', { operator: node.operator });
      },
      UnaryExpression(node) {
        const negatesQuantity =
          node.operator === '-' && isNumber(node.argument) && !isCounting(node.argument);
        if ((node.operator === '+' || negatesQuantity) && !isFraction(node.argument))
          report(node, 'arithmetic', { operator: node.operator });
      },
      CallExpression: checkCall,
      // `texts.map(Number)` converts as surely as a call does.
      'CallExpression > Identifier.arguments[name=/^(Number|parseFloat|parseInt)$/]'(node) {
        report(node, 'conversion', { name: node.name });
      },
      'MemberExpression[object.name="Math"]'(node) {
        const called = node.parent.type === 'CallExpression' && node.parent.callee === node;
        if (!called) report(node, 'math', { name: nameOf(node) });
      },
      Literal(node) {
        if (isFraction(node)) report(node, 'fraction', { raw: node.raw });
      },
    };
  },
};

function importsExactTypes(program) {
  return program.body.some(
    (statement) =>
      statement.type === 'ImportDeclaration' &&
      statement.specifiers.some(
        (specifier) => specifier.type === 'ImportSpecifier' && EXACT_TYPES.test(specifier.imported.name),
      ),
  );
}

function hasNumber(type) {
  if (type.flags & ts.TypeFlags.NumberLike) return true;
  return type.isUnionOrIntersection() && type.types.some(hasNumber);
}

function isStep(node) {
  return isWholeLiteral(node) || ['length', 'size'].includes(nameOf(node));
}

function isFraction(node) {
  return node.type === 'Literal' && typeof node.value === 'number' && !Number.isSafeInteger(node.value);
}

import { noNumberOnQuantities } from './no-number-on-quantities.js';

/** Rules of this repository's own; what they protect is said at each of them. */
export const lodemark = {
  meta: { name: 'eslint-plugin-lodemark', version: '1.0.0' },
  rules: { 'no-number-on-quantities': noNumberOnQuantities },
};

import type { Case } from './case.js';
import type { Found } from './found.js';

/** A rule looks at a case and says what it finds: at least one finding, and a cure with every one that is no pass. */
export type Rule = (known: Case) => readonly Found[];

import { algorithms } from './attacks/algorithms.js';
import { doubleSpending, replay, repudiation } from './attacks/custody.js';
import { alteration, fabrication, omission, reordering } from './attacks/events.js';
import { theft, weakKeys } from './attacks/keys.js';
import { chainShortcut, equivocation, identity, restored, secondPreimage } from './attacks/logs.js';
import { padding } from './attacks/padding.js';
import { ambiguity, exhaustion } from './attacks/parsing.js';
import { silently, substitution } from './attacks/policy.js';
import { afterwards, stale, wrongList } from './attacks/status.js';
import { backDating, forwardDating } from './attacks/times.js';
import { impersonation } from './attacks/witnesses.js';
import type { Attack } from './mutant.js';

/**
 * In the order of the specification's table of attacks. Its rows that no file shows are tried on running systems: what
 * monitors see that were told apart, and who was never asked.
 */
export const CORPUS: readonly Attack[] = [
  equivocation,
  restored,
  backDating,
  forwardDating,
  omission,
  afterwards,
  reordering,
  alteration,
  fabrication,
  theft,
  weakKeys,
  repudiation,
  replay,
  doubleSpending,
  stale,
  wrongList,
  substitution,
  silently,
  identity,
  secondPreimage,
  algorithms,
  ambiguity,
  chainShortcut,
  impersonation,
  exhaustion,
  padding,
];

import type { Case } from '../case.js';
import type { EntryRef } from '../evidence.js';
import { insufficient, orPass, type Found } from '../found.js';
import type { Rule } from '../rule.js';

/**
 * C50: whoever holds the same evidence and policy gets the same verdict: nothing stands in the evidence that the horizon
 * does not cover, no place of a log has two contents between which chance would choose, and the policy is identified by
 * the hash of its bytes. Otherwise INSUFFICIENT: no certificate may rest on it.
 */
export const c50: Rule = (known) => {
  const { entries, root, horizon } = known.evidence;
  const beyond = entries.filter(({ covered }) => covered.rootIndex >= horizon.size).map(({ ref }) => ref);
  const unread = root.filter(({ index }) => index >= horizon.size).length;
  const against = [
    ...(beyond.length + unread === 0 ? [] : [unsound('evidence-beyond-horizon', known, beyond)]),
    ...twice(known),
    ...(/^[0-9a-f]{64}$/.test(known.policy.digest) ? [] : [unsound('policy-without-digest', known, [])]),
  ];
  return orPass(against, 'verdict-reproducible');
};

function twice(known: Case): Found[] {
  const leaves = new Map<string, string>();
  const clashing = known.evidence.entries.filter(({ ref }) => {
    const place = `${ref.facility} ${String(ref.index)}`;
    const before = leaves.get(place) ?? ref.leaf;
    leaves.set(place, before);
    return before !== ref.leaf;
  });
  // Which of the two came first must leave no trace: the place is named, and not a leaf.
  const places = clashing.map(({ ref }) => ({ ...ref, leaf: '' }));
  return places.length === 0 ? [] : [unsound('two-entries-in-one-place', known, places)];
}

function unsound(
  code: 'evidence-beyond-horizon' | 'two-entries-in-one-place' | 'policy-without-digest',
  known: Case,
  entries: readonly EntryRef[],
): Found {
  return insufficient(
    code,
    { facts: { lot: known.subject, horizon: known.evidence.horizon.size }, entries },
    {
      code: 'gather-again',
      by: 'policy',
      what: 'gather the evidence of one horizon again, and judge by a published policy',
    },
  );
}

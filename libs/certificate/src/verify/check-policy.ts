import { parsePolicyDocument, RULES, type Policy } from '@lodemark/policy';
import { canonicalBytes, sha256Hex } from '@lodemark/transparency';
import type { Bundle } from '../bundle/bundle.js';
import type { Certificate } from '../credential/certificate.js';
import { finding, type Report } from './finding.js';
import type { RootView } from './root-prefix.js';

/** The policy that the certificate names: the same bytes, published before the horizon, of rules that are known here. */
export function readPolicy(
  { policy: shown }: Pick<Bundle, 'policy'>,
  { policy, statements }: Pick<Certificate, 'policy'> & Pick<RootView, 'statements'>,
  report: Report,
): Policy | undefined {
  const digest = sha256Hex(canonicalBytes(shown));
  if (digest !== policy.document) {
    report(
      finding('policy-mismatch', '/policy', `it is ${digest}, the certificate names ${policy.document}`),
    );
    return undefined;
  }
  const isPublished = statements.some(
    ({ statement: one }) =>
      one.type === 'PolicyPublished' && one.document === digest && one.policy === policy.id,
  );
  if (!isPublished) {
    report(
      finding(
        'policy-unpublished',
        '/policy',
        `before the horizon the root log publishes no ${policy.id} ${digest}`,
      ),
    );
  }
  const document = parsePolicyDocument(shown);
  if (!document.ok) {
    const [first] = document.problems;
    report(
      finding('policy-unreadable', `/policy${first?.pointer ?? ''}`, first?.detail ?? 'it is no policy'),
    );
    return undefined;
  }
  const unknown = document.value.rules.filter((rule) => !RULES.has(rule));
  for (const rule of unknown) {
    report(
      finding(
        'rule-unknown',
        '/policy/rules',
        `this verifier does not know the rule ${rule}: use a newer one`,
      ),
    );
  }
  // Judged without a rule it would come out otherwise, which says nothing against the certificate (invariant 8).
  if (unknown.length > 0) return undefined;
  return { document: document.value, digest };
}

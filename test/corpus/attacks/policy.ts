import { copyOf } from '../copy.js';
import { sha256Hex, type JsonObject } from '@lodemark/transparency';
import { withCertified } from '../sealed.js';
import {
  bytesOf,
  claiming,
  forAuditor,
  inCertificate,
  inFile,
  inWorld,
  insertIntoRoot,
  saying,
  subjectOf,
  type Attack,
  type Mutant,
} from '../mutant.js';
import { textOf } from '../text.js';
import type { World } from '../world.js';

/** Another policy document, published in the root log and named by the certificate, as an issuer might. */
function published(world: World, change: (policy: Record<string, unknown>) => void, names = true): void {
  const policy = copyOf(world.policy) as Record<string, unknown>;
  change(policy);
  world.policy = policy as JsonObject;
  const document = sha256Hex(bytesOf(policy));
  for (const item of world.root) {
    if (
      names &&
      item.kind === 'statement' &&
      item.payload['type'] === 'PolicyPublished' &&
      item.payload['policy'] === 'WC-3'
    )
      saying(item, { document });
  }
  world.certificate.credential = claiming(world.certificate.credential, (draft) => {
    const said = subjectOf(draft as JsonObject).lodemark['policy'] as Record<string, unknown>;
    said['document'] = document;
  });
}

const rulesOf = (policy: Record<string, unknown>): string[] => policy['rules'] as string[];

function saysOtherwise(
  name: string,
  change: (lodemark: Record<string, unknown>) => void,
  codes: Mutant['codes'] = ['verdict-mismatch'],
): Mutant {
  return inCertificate(name, codes, (credential) =>
    claiming(credential, (draft) => change(subjectOf(draft as JsonObject).lodemark)),
  );
}

export const substitution: Attack = {
  attack: 'swapped policy or evaluator',
  mutants: [
    inFile('another policy in the file', ['policy-mismatch'], ({ policy }) => {
      policy['id'] = 'WC-0';
    }),
    inFile('a policy without its rules', ['policy-mismatch'], ({ policy }) => {
      policy['rules'] = [];
    }),
    inFile('no policy', ['policy-mismatch'], (bundle) => {
      bundle.policy = {};
    }),
    inWorld('a policy that nobody published', ['policy-unpublished', 'verdict-mismatch'], (world) =>
      published(world, (policy) => rulesOf(policy).pop(), false),
    ),
    inWorld('a laxer policy published under the same name', ['verdict-mismatch'], (world) =>
      published(world, (policy) => rulesOf(policy).pop()),
    ),
    inWorld('a rule that this verifier does not know', ['rule-unknown'], (world) =>
      published(world, (policy) => rulesOf(policy).push('C99@1')),
    ),
    inWorld('a newer version of a rule', ['rule-unknown'], (world) =>
      published(world, (policy) => (rulesOf(policy)[0] = (rulesOf(policy)[0] ?? '').replace(/@\d+$/, '@99'))),
    ),
    inWorld('a policy that does not read', ['policy-unreadable'], (world) =>
      published(world, (policy) => (policy['rules'] = 'all of them')),
    ),
    inWorld('a policy with a member nobody knows', ['policy-unreadable'], (world) =>
      published(world, (policy) => (policy['alwaysPass'] = true)),
    ),
    forAuditor('for an auditor who accepts another policy', ['policy-not-accepted'], {
      trust: (trust) => ({ ...trust, policies: ['ab'.repeat(32)] }),
    }),
    saysOtherwise(
      'the name of another policy',
      (lodemark) => ((lodemark['policy'] as Record<string, unknown>)['id'] = 'WC-4'),
      ['policy-unpublished', 'verdict-mismatch'],
    ),
    saysOtherwise(
      'another question than was judged',
      (lodemark) => (lodemark['question'] = { endItem: 'anything' }),
    ),
    saysOtherwise('the verdict on another lot', (lodemark) => (lodemark['lot'] = 'src/NPM-2026-09')),
    saysOtherwise('another verdict’s digest', (lodemark) => (lodemark['verdict'] = 'ab'.repeat(32))),
    saysOtherwise(
      'a mass that the evidence does not give',
      (lodemark) => ((lodemark['material'] as Record<string, unknown>)['netMass'] = '999999 kg'),
    ),
    saysOtherwise('a caveat left out', (lodemark) => (lodemark['caveats'] = [])),
    saysOtherwise('a rule left out', (lodemark) => (lodemark['rules'] as unknown[]).pop()),
    saysOtherwise(
      'a facility in another country',
      (lodemark) => (((lodemark['facilities'] as Record<string, unknown>[])[0] ?? {})['country'] = 'XX'),
    ),
    saysOtherwise(
      'a custody model that it is not',
      (lodemark) => (lodemark['custodyModel'] = 'identity-preserved-and-blessed'),
    ),
    saysOtherwise(
      'something beside what follows from the evidence',
      (lodemark) => (lodemark['alsoCertified'] = 'everything'),
    ),
    saysOtherwise(
      'an earlier horizon than it was judged at',
      (lodemark) => ((lodemark['horizon'] as Record<string, unknown>)['size'] = 100),
      ['horizon-mismatch'],
    ),
    saysOtherwise(
      'another tree at its horizon',
      (lodemark) => ((lodemark['horizon'] as Record<string, unknown>)['rootHash'] = 'ab'.repeat(32)),
      ['horizon-mismatch'],
    ),
    saysOtherwise(
      'another time of its horizon',
      (lodemark) => ((lodemark['horizon'] as Record<string, unknown>)['at'] = '2026-12-01T00:00:00.000Z'),
      ['horizon-mismatch'],
    ),
    saysOtherwise(
      'a horizon beyond the root log',
      (lodemark) => ((lodemark['horizon'] as Record<string, unknown>)['size'] = 5_000),
      ['certificate-not-logged', 'horizon-mismatch'],
    ),
    saysOtherwise('a format of the future', (lodemark) => (lodemark['v'] = 2), ['certificate-malformed']),
    {
      ...saysOtherwise('a pass on a verdict that is none', (lodemark) => (lodemark['outcome'] = 'PASS')),
      base: 'commingled' as const,
    },
    {
      ...inCertificate(
        'a title that says PASS over a verdict that is none',
        ['certificate-claims'],
        (credential) =>
          claiming(credential, (draft) => {
            draft['name'] = textOf(draft['name']).replace('FAIL', 'PASS');
            subjectOf(draft as JsonObject)['name'] = draft['name'];
          }),
      ),
      base: 'commingled' as const,
    },
    {
      ...inCertificate('conformance to a rule that fails', ['certificate-claims'], (credential) =>
        claiming(credential, (draft) => {
          for (const one of subjectOf(draft as JsonObject)['conformityAssessment'] as Record<
            string,
            unknown
          >[])
            one['conformance'] = true;
        }),
      ),
      base: 'correction' as const,
    },
    inCertificate('an endorsement that it does not give', ['certificate-claims'], (credential) =>
      claiming(
        credential,
        (draft) => (subjectOf(draft as JsonObject)['assessmentLevel'] = 'authority-endorsed'),
      ),
    ),
    inCertificate('a scheme that it was not judged under', ['certificate-claims'], (credential) =>
      claiming(
        credential,
        (draft) =>
          ((subjectOf(draft as JsonObject)['referenceScheme'] as Record<string, unknown>)['name'] =
            'DFARS 252.225-7052'),
      ),
    ),
  ],
};

export const silently: Attack = {
  attack: 'silently issued certificate',
  mutants: [
    inWorld('a certificate that the root log does not name', ['certificate-not-logged'], {
      logged: () => 'ab'.repeat(32),
    }),
    inWorld('a certificate that the root log names in capitals', ['certificate-not-logged'], {
      logged: (digest) => digest.toUpperCase(),
    }),
    inFile(
      'a certificate whose signature is another of the same key',
      ['certificate-not-logged', 'certificate-signature'],
      (bundle) => {
        const [list = ''] = bundle.statusLists;
        bundle.certificate = `${bundle.certificate.slice(0, bundle.certificate.lastIndexOf('.'))}${list.slice(list.lastIndexOf('.'))}`;
      },
    ),
    inWorld(
      'a certificate whose entry comes before its horizon',
      ['certificate-not-logged', 'horizon-mismatch'],
      {
        claims: (credential) =>
          withCertified(credential, {
            horizon: { size: 119, rootHash: 'ab'.repeat(32), at: '2026-12-18T03:00:00.000Z' },
          }),
      },
    ),
    inWorld(
      'a certificate that the root log names as a status list',
      ['certificate-not-logged', 'status-missing'],
      {
        alter: (world) => {
          const recordedAt = world.root.at(-1)?.recordedAt ?? '';
          insertIntoRoot(world, world.root.length, { kind: 'status', recordedAt, document: 'ab'.repeat(32) });
          world.checkpoints = [world.checkpoints[0] ?? 1, world.root.length];
        },
        logged: () => 'cd'.repeat(32),
      },
    ),
    inFile(
      'a certificate logged only in a part that no checkpoint covers',
      ['root-mismatch'],
      ({ root }) => void root.checkpoints.pop(),
    ),
  ],
};

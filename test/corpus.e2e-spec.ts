import { copyOf } from './corpus/copy.js';
import { beforeAll, describe, expect, it } from '@jest/globals';
import '@lodemark/ledger';
import {
  bundleBytes,
  parseTrust,
  reportOf,
  verifyBundle,
  verifyFile,
  VERIFICATION_CODES,
  type Verification,
} from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform';
import { isAdmissible } from '@lodemark/transparency';
import fc from 'fast-check';
import { CORPUS } from './corpus/corpus.js';
import { Keyring } from './corpus/keyring.js';
import { reportsInPage, reportsOn } from './corpus/elsewhere.js';
import type { Attempt, Base, BaseName, Expected, Mutant } from './corpus/mutant.js';
import { anyDamage, damaged, onlyLacksBrackets } from './corpus/damage.js';
import { record, type Recording } from './corpus/recording.js';
import { portsOf, verifySealed } from './corpus/sealed.js';
import { sealHonestly, Sealing } from './corpus/sealing.js';
import { worldOf } from './corpus/world.js';
import { whereChromiumRuns } from './support/chromium.js';
import { expanded, schemaProblems } from './support/credential-conformity.js';
import { sharedServerUrl } from './support/database.js';
import { whereNewestNodeRuns } from './support/newest-node.js';

const LOT = { lot: 'magnet-plant/MAG-0033', policy: 'WC-3' };
const RECORDED: readonly (readonly [BaseName, string])[] = [
  ['rotation', 'X01-keys-rotated-revoked-and-attested-again.yaml'],
  ['correction', 'S28-late-correction.yaml'],
  ['commingled', 'S02-commingled-at-the-separator.yaml'],
];
/** No file may keep an auditor's machine busy for longer than he waits for it. */
const LONGEST_MS = 30_000;

const recordings = new Map<BaseName, Recording>();
const bases = new Map<BaseName, Base>();

beforeAll(async () => {
  const adminUrl = sharedServerUrl();
  const made = await Promise.all(RECORDED.map(([, scenario]) => record({ scenario, ...LOT }, adminUrl)));
  for (const [i, recording] of made.entries()) {
    const [name] = RECORDED[i] ?? ['rotation'];
    const [world, at] = [worldOf(recording), new Date(recording.at)];
    recordings.set(name, recording);
    bases.set(name, { world, at, sealed: await sealHonestly(world, at) });
  }
}, 600_000);

function base(name: BaseName): Base {
  const known = bases.get(name);
  if (known === undefined) throw new Error(`nothing was recorded for ${name}`);
  return known;
}

interface Tried {
  readonly attempt: Attempt;
  readonly found: Verification;
  readonly took: number;
  /** As JSON. */
  readonly report: string;
}

const tried = new Map<Mutant, Promise<Tried>>();

/** Made and verified once, for what is expected of it and for what other machines say of it. */
function trying(mutant: Mutant): Promise<Tried> {
  const known = tried.get(mutant) ?? attempted(mutant);
  tried.set(mutant, known);
  return known;
}

async function attempted(mutant: Mutant): Promise<Tried> {
  const { now, ...file } = await mutant.attempt(base(mutant.base));
  // To the second, as the verifier's page takes a time.
  const attempt = { ...file, now: new Date(Math.floor(now.getTime() / 1_000) * 1_000) };
  const begun = performance.now();
  const found = await verifyFile(attempt.bytes, portsOf(attempt.trust, attempt.now));
  return { attempt, found, took: performance.now() - begun, report: JSON.stringify(reportOf(found)) };
}

function codesOf({ findings }: Verification): readonly string[] {
  return [...new Set(findings.map(({ code }) => code))].sort();
}

/** What the verdict that was worked out anew rests on, where it is no pass. */
function decidedBy({ verdict }: Verification): readonly string[] {
  if (verdict === undefined || verdict.outcome.startsWith('PASS')) return [];
  const deciding = verdict.findings.filter(({ outcome }) => outcome === verdict.outcome);
  return deciding.map(({ rule, code }) => `${rule} ${code}`);
}

function codesIn(expected: Expected): readonly string[] {
  if ('judged' in expected) return ['verdict-mismatch'];
  return 'among' in expected ? expected.among : expected;
}

function expectFound(found: Verification, expected: Expected): void {
  expect(found.standing).not.toBe('VALID');
  const codes = [...codesIn(expected)].sort();
  expect(codesOf(found)).toEqual('among' in expected ? expect.arrayContaining(codes) : codes);
  if ('judged' in expected) expect(decidedBy(found)).toContain(expected.judged);
}

describe('what a mutant is made of', () => {
  it.each(RECORDED)('is a bundle of a real run that verifies: %s', async (name) => {
    const recording = recordings.get(name);
    const trust = parseTrust(Buffer.from(recording?.trust ?? ''));
    if (recording === undefined || !trust.ok) throw new Error('nothing was recorded');
    const verified = await verifyBundle(Buffer.from(recording.bundle, 'base64'), {
      ...{ trust: trust.value, checker: nodeSignatures(isAdmissible), gzip: nodeGzip },
      now: new Date(recording.at),
    });
    expect([verified.standing, verified.findings]).toEqual(['VALID', []]);
  });

  it.each(RECORDED)('verifies again when other keys have signed all of it: %s', async (name) => {
    const { sealed, at } = base(name);
    const verified = await verifySealed(sealed, at);
    expect([verified.standing, verified.findings]).toEqual(['VALID', []]);
    expect(verified.verdict?.outcome).toBe(name === 'rotation' ? 'PASS' : 'FAIL');
  });

  it('verifies when the issuer has an ES256 key', async () => {
    const { world, sealed, at } = base('rotation');
    const keyring = new Keyring(new Set([world.certificate.key]));
    const other = await sealHonestly(copyOf(world), at, { keyring });
    expect(other.trust.issuers).not.toEqual(sealed.trust.issuers);
    expect((await verifySealed(other, at)).findings).toEqual([]);
  });

  it.each(RECORDED)(
    'is a UNTP credential, and JSON-LD in safe mode, with its status lists: %s',
    async (name) => {
      const { world } = base(name);
      expect(schemaProblems(world.certificate.credential)).toEqual([]);
      for (const { credential } of [world.certificate, ...world.statusLists]) {
        expect(await expanded(credential)).toHaveLength(1);
      }
    },
  );

  it('is the same to the byte each time that it is sealed', async () => {
    const { world, sealed } = base('correction');
    const again = await new Sealing(copyOf(world)).seal();
    expect(Buffer.compare(bundleBytes(again.bundle), bundleBytes(sealed.bundle))).toBe(0);
  });
});

describe.each(CORPUS.map(({ attack, mutants }) => [attack, mutants] as const))('%s', (_, mutants) => {
  it('is tried in five ways or more', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(5);
  });

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_name, mutant) => {
    const { found, took } = await trying(mutant);
    expectFound(found, mutant.codes);
    expect(took).toBeLessThan(LONGEST_MS);
  });
});

describe('the corpus', () => {
  it('holds more than two hundred mutants, no two of one name', () => {
    const names = CORPUS.flatMap(({ attack, mutants }) => mutants.map(({ name }) => `${attack}: ${name}`));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(200);
  });

  it('has a mutant for every code that a bundle can be told', () => {
    // What a bundle is not: a trust file, a certificate alone.
    const others = ['trust-malformed', 'evidence-missing'];
    const told = CORPUS.flatMap(({ mutants }) =>
      mutants.flatMap(({ codes }): readonly string[] => codesIn(codes)),
    );
    expect(
      Object.keys(VERIFICATION_CODES)
        .filter((code) => !told.includes(code))
        .sort(),
    ).toEqual(others.sort());
  });
});

describe('what other machines say of it', () => {
  const everything = CORPUS.flatMap(({ attack, mutants }) => mutants.map((mutant) => ({ attack, mutant })));
  const names = everything.map(({ attack, mutant }) => `${attack}: ${mutant.name}`);

  async function compared() {
    const attempts: Attempt[] = [];
    const here: string[] = [];
    for (const { mutant } of everything) {
      const { attempt, report } = await trying(mutant);
      attempts.push(attempt);
      here.push(report);
    }
    return { attempts, here };
  }

  /** Each report by its mutant, so that a difference is found by its name. */
  const named = (reports: readonly (string | undefined)[]) => names.map((name, at) => [name, reports[at]]);

  whereNewestNodeRuns('the newest Node', (executable) => {
    it('reports of every mutant what this Node reports, to the byte', async () => {
      const { attempts, here } = await compared();
      expect(named(await reportsOn(executable, attempts))).toEqual(named(here));
    }, 1_200_000);
  });

  whereChromiumRuns('the verifier page', (executable) => {
    it('reports of every mutant what Node reports, to the byte', async () => {
      const { attempts, here } = await compared();
      expect(named(await reportsInPage(executable, attempts))).toEqual(named(here));
    }, 1_800_000);
  });
});

describe('random damage', () => {
  it('leaves a bundle as good as it was that only says less of when something was covered', async () => {
    const { sealed, at } = base('rotation');
    const { root } = sealed.bundle;
    expect(root.checkpoints.length).toBeGreaterThan(1);
    const bytes = bundleBytes({
      ...sealed.bundle,
      root: { ...root, checkpoints: root.checkpoints.slice(-1) },
    });
    expect((await verifyBundle(bytes, portsOf(sealed.trust, at))).standing).toBe('VALID');
  });

  it('to any value of a bundle is never taken for the bundle, and never throws', async () => {
    const { sealed, at } = base('rotation');
    const whole = Buffer.from(bundleBytes(sealed.bundle));
    await fc.assert(
      fc.asyncProperty(anyDamage(), async (damage) => {
        const bytes = damaged(sealed.bundle, damage);
        fc.pre(!whole.equals(bytes) && !onlyLacksBrackets(sealed.bundle, bytes));
        const { standing } = await verifyBundle(bytes, portsOf(sealed.trust, at));
        expect(standing).not.toBe('VALID');
      }),
      { numRuns: Number(process.env['DAMAGES'] ?? 60) },
    );
  }, 3_000_000);

  it('to any byte of it neither', async () => {
    const { sealed, at } = base('commingled');
    const whole = Buffer.from(bundleBytes(sealed.bundle));
    const ports = portsOf(sealed.trust, at);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at_, flip) => {
        const bytes = Buffer.from(whole);
        bytes[at_] = (bytes[at_] ?? 0) ^ flip;
        expect((await verifyBundle(bytes, ports)).standing).not.toBe('VALID');
      }),
      { numRuns: Number(process.env['DAMAGES'] ?? 60) },
    );
  }, 3_000_000);
});

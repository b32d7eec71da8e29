import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseTrust, verifyBundle, type Verification } from '@lodemark/certificate';
import { nodeGzip, nodeSignatures, type DrivenClock } from '@lodemark/platform';
import { canonicalBytes, isAdmissible } from '@lodemark/transparency';
import { parse } from 'yaml';
import { lodemark, type Ran } from '../apps/cli/test/support.js';
import { WebhookReceiver } from '../apps/provenance/test/support/webhook-receiver.js';
import type { Network } from '../apps/standalone/src/network.js';
import { runScenarioFile } from '../apps/standalone/src/scenario/run-file.js';
import type { ScenarioStep } from '../apps/standalone/src/scenario/scenario-file.js';
import { sharedServerUrl } from './support/database.js';
import { scenarioFolder } from './support/scenario-folder.js';
import { until } from './support/until.js';

interface Shown {
  readonly id: string;
  readonly digest: string;
  readonly lot: string;
  readonly horizon: number;
  readonly status: string;
  readonly changes: readonly {
    readonly purpose: string;
    readonly isSet: boolean;
    readonly reason: string;
    readonly at: string;
    readonly verdict: string;
    readonly cause: { readonly origin: string; readonly index: number };
  }[];
}

interface Step {
  readonly event?: string;
  readonly at?: string;
}

const MAGNET = 'magnet-plant/MAG-0033';
const ALLOY = 'euclid/A-2026-0102';
/** Neodymium and praseodymium that went into the alloy: received by Euclid under its key, and of no iron. */
const METAL = 'src/NPM-2026-09';
const ROOT = 'scenario.lodemark.example/root';

/** X01: a key of Euclid's is compromised and its entries attested again; S28: then it corrects where its iron is from. */
async function story(folder: string): Promise<string> {
  const read = async (name: string) =>
    parse(await readFile(join(scenarioFolder, name), 'utf8')) as { changes: object; steps: Step[] };
  const x01 = await read('X01-keys-rotated-revoked-and-attested-again.yaml');
  const s28 = await read('S28-late-correction.yaml');
  const [, revoked, , attested] = x01.steps;
  const corrected = s28.steps.find(({ event }) => event === 'iron-corrected');
  const steps = [
    { mark: 'good', at: '2026-12-17T18:00:00-05:00' },
    revoked,
    { mark: 'suspect' },
    attested,
    { mark: 'attested' },
    { ...corrected, at: '2026-12-17T23:00:00-05:00', signedBy: 'euclid-second' },
    { mark: 'corrected' },
  ];
  const file = {
    ...{ scenario: 1, id: 'followed', title: 'A certificate from issue to revocation', figures: 'invented' },
    ...{ basedOn: join(scenarioFolder, 'golden-path.yaml'), changes: x01.changes, steps },
  };
  const path = join(folder, 'followed.yaml');
  await writeFile(path, JSON.stringify(file));
  return path;
}

/** One auditor who looks at the network as the story goes on. */
class Auditor {
  constructor(
    private readonly network: Network,
    private readonly clock: DrivenClock,
  ) {}

  now(): string {
    return this.clock.now().toISOString();
  }

  async ask<T>(path: string, body?: object): Promise<T> {
    const token = await this.network.token('auditor', [{ role: 'administrator' }]);
    const response = await fetch(this.network.provenanceUrl + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** What is answered instead of a certificate. */
  async refused(body: object): Promise<{ type: string; status: number; verdicts: unknown }> {
    const token = await this.network.token('auditor', [{ role: 'administrator' }]);
    const response = await fetch(`${this.network.provenanceUrl}/v1/certificates`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ policy: 'WC-3', ...body }),
    });
    return (await response.json()) as { type: string; status: number; verdicts: unknown };
  }

  async issue(lot: string, at: object = {}): Promise<Shown> {
    const asked = { lot, policy: 'WC-3', ...at };
    const { certificates } = await this.ask<{ certificates: Shown[] }>('/v1/certificates', asked);
    return certificates[0]!;
  }

  /** The certificate once it stands so. */
  async once(id: string, status: string): Promise<Shown> {
    let shown: Shown | undefined;
    await until(async () => (shown = await this.ask<Shown>(`/v1/certificates/${id}`)).status === status);
    return shown!;
  }

  async bundle(id: string): Promise<Uint8Array> {
    await this.network.settle();
    const token = await this.network.token('auditor', [{ role: 'administrator' }]);
    const response = await fetch(`${this.network.provenanceUrl}/v1/certificates/${id}/bundle`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(await response.text());
    return new Uint8Array(await response.arrayBuffer());
  }

  /** Whatever a bundle says once the status lists that were made are covered. */
  async bundleSaying(id: string, said: (codes: readonly string[]) => boolean): Promise<Verification> {
    let verification: Verification | undefined;
    await until(async () => {
      verification = await this.verify(await this.bundle(id));
      return said(codesOf(verification));
    });
    return verification!;
  }

  async verify(bytes: Uint8Array): Promise<Verification> {
    const trust = parseTrust(await this.trustFile());
    if (!trust.ok) throw new Error(JSON.stringify(trust.problems));
    const checker = nodeSignatures(isAdmissible);
    return verifyBundle(bytes, { trust: trust.value, checker, gzip: nodeGzip, now: this.clock.now() });
  }

  /** What the command says of the certificate's bundle as it is now. */
  async command(id: string): Promise<Pick<Ran, 'exit' | 'out'>> {
    const folder = await mkdtemp(join(tmpdir(), 'lodemark-verified-'));
    const [file, trust] = [join(folder, 'bundle.json'), join(folder, 'trust.json')];
    await writeFile(file, await this.bundle(id));
    await writeFile(trust, await this.trustFile());
    const { exit, out } = await lodemark(['verify', file, '--trust', trust, '--at', this.now()]);
    await rm(folder, { recursive: true });
    return { exit, out };
  }

  /** How many certificates the suspension list suspends, now or as of a time; the problem where there is none. */
  async suspended(timestamp?: string): Promise<number | string> {
    const query = timestamp === undefined ? '' : `?timestamp=${encodeURIComponent(timestamp)}`;
    const response = await fetch(`${this.network.provenanceUrl}/v1/status/suspension/0${query}`);
    const text = await response.text();
    if (!response.ok) return `${String(response.status)} ${(JSON.parse(text) as { type: string }).type}`;
    const payload = Buffer.from(text.split('.')[1]!, 'base64url').toString();
    const { credentialSubject } = JSON.parse(payload) as { credentialSubject: { encodedList: string } };
    const bits = gunzipSync(Buffer.from(credentialSubject.encodedList.slice(1), 'base64url'));
    return bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  }

  private async trustFile(): Promise<Uint8Array> {
    const { leaf, logKey } = await this.plain<{ leaf: string; logKey: string }>(
      `${this.network.registryUrl}/v1/root/genesis`,
    );
    const did = await this.plain<{ verificationMethod: { id: string }[] }>(
      `${this.network.provenanceUrl}/.well-known/did.json`,
    );
    return canonicalBytes({
      ...{ v: 1, trustPolicy: `log ${logKey}\nquorum none\n`, genesis: leaf },
      issuers: [did.verificationMethod[0]!.id.split('#')[1]!],
    });
  }

  private async plain<T>(url: string): Promise<T> {
    return (await (await fetch(url)).json()) as T;
  }
}

function codesOf({ findings }: Verification): readonly string[] {
  return findings.map(({ code }) => code);
}

describe('a certificate whose evidence changes', () => {
  const seen = {} as {
    magnet: Shown;
    alloy: Shown;
    metal: Shown;
    suspended: Shown;
    revoked: Shown;
    bundles: Record<'good' | 'suspended' | 'reinstated' | 'revoked' | 'oldOne', Verification>;
    said: Record<'good' | 'suspended' | 'revoked', Pick<Ran, 'exit' | 'out'>>;
    touched: string[];
    paged: string[];
    untouched: Shown;
    changes: { what: string; certificate: string; lot: string }[];
    told: readonly { readonly type: string; readonly data: Record<string, unknown> }[];
    tried: number;
    again: Shown;
    overtaken: { type: string; status: number; verdicts: unknown }[];
    asOf: Shown;
    lists: Record<string, number | string>;
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lodemark-followed-'));
    const receiver = await WebhookReceiver.start();
    let secret = '';
    let before: Uint8Array;
    let goodAt = '';
    let [suspectAt, attestedAt] = ['', ''];
    seen.bundles = {} as typeof seen.bundles;
    seen.said = {} as typeof seen.said;

    const onMark: Readonly<Record<string, (auditor: Auditor) => Promise<void>>> = {
      good: async (auditor) => {
        ({ secret } = await auditor.ask<{ secret: string }>('/v1/webhooks', { url: receiver.url }));
        // The receiver is down until everything is over.
        receiver.status = 503;
        [seen.magnet, seen.alloy] = [await auditor.issue(MAGNET), await auditor.issue(ALLOY)];
        seen.metal = await auditor.issue(METAL);
        goodAt = auditor.now();
        before = await auditor.bundle(seen.magnet.id);
        seen.bundles.good = await auditor.verify(before);
        seen.said.good = await auditor.command(seen.magnet.id);
      },
      suspect: async (auditor) => {
        seen.suspended = await auditor.once(seen.magnet.id, 'suspended');
        seen.bundles.suspended = await auditor.bundleSaying(seen.magnet.id, (codes) =>
          codes.includes('suspended'),
        );
        seen.said.suspended = await auditor.command(seen.magnet.id);
        suspectAt = auditor.now();
      },
      attested: async (auditor) => {
        await auditor.once(seen.magnet.id, 'valid');
        seen.bundles.reinstated = await auditor.bundleSaying(seen.magnet.id, (codes) => codes.length === 0);
        attestedAt = auditor.now();
      },
      corrected: async (auditor) => {
        seen.revoked = await auditor.once(seen.magnet.id, 'revoked');
        await auditor.once(seen.alloy.id, 'revoked');
        seen.bundles.revoked = await auditor.bundleSaying(seen.magnet.id, (codes) =>
          codes.includes('revoked'),
        );
        seen.said.revoked = await auditor.command(seen.magnet.id);
        seen.bundles.oldOne = await auditor.verify(before);
        const bad = '/v1/certificates?descendsFrom=euclid/FE-2026-07';
        type Page = { certificates: Shown[]; next?: number };
        seen.touched = (await auditor.ask<Page>(bad)).certificates.map(({ id }) => id);
        const first = await auditor.ask<Page>(`${bad}&limit=1`);
        const second = await auditor.ask<Page>(`${bad}&limit=1&after=${String(first.next)}`);
        seen.paged = [...first.certificates, ...second.certificates].map(({ id }) => id);
        expect(second.next).toBeUndefined();
        seen.untouched = await auditor.ask<Shown>(`/v1/certificates/${seen.metal.id}`);
        seen.changes = (
          await auditor.ask<{ changes: typeof seen.changes }>('/v1/certificates/changes')
        ).changes;
        [seen.tried, receiver.status] = [receiver.refused.length, 200];
        await until(() => receiver.taken.length >= seen.changes.length);
        seen.told = receiver.verified(secret);
        const { horizon } = seen.magnet;
        seen.again = await auditor.issue(MAGNET, { horizon });
        const issuedTo = { id: 'https://buyer.example', name: 'Buyer (invented)' };
        const asOf = goodAt;
        seen.overtaken = [
          await auditor.refused({ lot: MAGNET, horizon, issuedTo }),
          await auditor.refused({ lot: MAGNET, asOf, issuedTo }),
          await auditor.refused({ lots: [METAL, MAGNET], asOf, issuedTo }),
        ];
        seen.asOf = await auditor.issue(METAL, { asOf, issuedTo });
        seen.lists = {
          good: await auditor.suspended(goodAt),
          suspect: await auditor.suspended(suspectAt),
          attested: await auditor.suspended(attestedAt),
          now: await auditor.suspended(),
          before: await auditor.suspended('2026-01-01T00:00:00+05:00'),
          later: await auditor.suspended('2099-01-01T00:00:00Z'),
          never: await auditor.suspended('yesterday'),
        };
      },
    };
    try {
      await runScenarioFile(await story(folder), {
        adminUrl: sharedServerUrl(),
        onStep: async (step: ScenarioStep, network, clock) => {
          const act = 'mark' in step ? onMark[step.mark] : undefined;
          await act?.(new Auditor(network, clock));
        },
      });
    } finally {
      await receiver.close();
      await rm(folder, { recursive: true });
    }
  }, 600_000);

  it('is suspended while a key that signed is suspect, with the entry that says so as the reason', () => {
    expect(seen.suspended.changes).toEqual([
      {
        ...{ purpose: 'suspension', isSet: true, at: expect.any(String), verdict: expect.any(String) },
        reason: expect.stringMatching(/^the verdict at horizon \d+ is INSUFFICIENT because of entry \d+ of /),
        cause: { origin: ROOT, index: expect.any(Number) },
      },
    ]);
  });

  it('is told apart offline from a bundle that was fetched then, with the reason from the root log', () => {
    expect(seen.bundles.good.standing).toBe('VALID');
    const { standing, findings } = seen.bundles.suspended;
    // The verifier sees the suspect key in the root log by itself, before and beside the suspension.
    expect([standing, findings.map(({ code }) => code)]).toEqual(['INVALID', ['suspended', 'overtaken']]);
    const { index } = seen.suspended.changes[0]!.cause;
    expect(findings[0]?.detail).toContain(`entry ${String(index)} of ${ROOT} gave verdict`);
  });

  it('stands again when the plant has attested its entries again', () => {
    expect(seen.bundles.reinstated.standing).toBe('VALID');
  });

  it('is revoked for good by a late correction at the plant', () => {
    const { changes } = seen.revoked;
    expect(changes.map(({ purpose, isSet }) => [purpose, isSet])).toEqual([
      ['suspension', true],
      ['suspension', false],
      ['revocation', true],
      ['suspension', true],
    ]);
    expect(changes.at(-1)?.cause.origin).toBe('scenario.lodemark.example/log/euclid');
    const { standing, findings } = seen.bundles.revoked;
    expect([standing, findings.map(({ code }) => code)]).toEqual(['INVALID', ['revoked']]);
    expect(findings[0]?.detail).toContain('of scenario.lodemark.example/log/euclid gave verdict');
  });

  it('is told apart by the command: valid, then suspended, then revoked', () => {
    const { good, suspended, revoked } = seen.said;
    expect([good.exit, suspended.exit, revoked.exit]).toEqual([0, 3, 3]);
    expect(good.out).toMatch(/^VALID/);
    for (const [{ out }, code] of [
      [suspended, 'suspended'],
      [revoked, 'revoked'],
    ] as const) {
      expect(out).toMatch(/^INVALID/);
      expect(out).toContain(code);
    }
  });

  it('stands in the status list of a time as it stood then', () => {
    const { suspect, now, ...others } = seen.lists;
    expect(others).toEqual({
      good: 0,
      attested: 0,
      before: expect.stringMatching(/^404 .*\/status-list-unknown$/),
      later: expect.stringMatching(/^422 .*\/as-of-in-future$/),
      never: expect.stringMatching(/^400 .*\/invalid-request$/),
    });
    // Suspended were all three, and at the end the two that the correction revoked.
    expect([suspect, now]).toEqual([3, 2]);
  });

  it('is what it was in a bundle of before', () => {
    expect(seen.bundles.oldOne.standing).toBe('VALID');
  });

  it('is found from the bad lot, with all others that it touches and no other', () => {
    expect(seen.touched).toEqual([seen.magnet.id, seen.alloy.id]);
    expect(seen.paged).toEqual(seen.touched);
    expect(seen.untouched.status).toBe('valid');
  });

  it('is in the feed with everything that happened to it, in order', () => {
    const of = (one: Shown) =>
      seen.changes.filter(({ certificate }) => certificate === one.id).map(({ what }) => what);
    expect(of(seen.magnet)).toEqual(['issued', 'suspended', 'reinstated', 'revoked']);
    expect(of(seen.alloy)).toEqual(['issued', 'suspended', 'reinstated', 'revoked']);
    expect(of(seen.metal)).toEqual(['issued', 'suspended', 'reinstated']);
  });

  it('is told of by signed webhook, all of it and in order, to a receiver that was down all the while', () => {
    expect(seen.tried).toBeGreaterThan(0);
    expect(seen.told.map(({ data }) => data)).toEqual(seen.changes);
    expect(seen.told.map(({ type }) => type)).toEqual(seen.changes.map(({ what }) => `certificate.${what}`));
  });

  it('is not issued anew as of a time when the verdict was another than today', () => {
    for (const { type, status, verdicts } of seen.overtaken)
      expect([type.split('/').at(-1), status, verdicts]).toEqual([
        ...['verdict-overtaken', 409],
        [
          {
            ...{ lot: MAGNET, outcome: 'PASS', verdict: expect.any(String) },
            today: { outcome: 'FAIL', verdict: expect.any(String) },
          },
        ],
      ]);
  });

  it('is issued as of an earlier time where nothing that was recorded since says otherwise', () => {
    expect(seen.asOf).toMatchObject({ lot: METAL, status: 'valid' });
    expect(seen.asOf.horizon).toBeGreaterThanOrEqual(seen.metal.horizon);
    expect(seen.asOf.id).not.toBe(seen.metal.id);
  });

  it('is shown as revoked to whoever asks for it again as of then', () => {
    expect([seen.again.id, seen.again.status]).toEqual([seen.magnet.id, 'revoked']);
  });
});

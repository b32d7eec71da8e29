import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseVcJwt, signVcJwt } from '@lodemark/certificate';
import {
  readCanonicalJson,
  canonicalBytes,
  sha256Hex,
  toUtf8,
  type JsonObject,
} from '@lodemark/transparency';
import type { Ran, TestSite } from '../apps/cli/test/support.js';
import { issuerOf, issuerSettings } from '../apps/standalone/src/certifier.js';
import { siteSecret } from '../apps/standalone/src/site-secret.js';
import { TwoHistories } from './support/two-histories.js';

jest.setTimeout(300_000);

const LOT = 'kokbulak/7';

/**
 * An issuer who holds every key of his own, the root log's included, and gives one customer another bundle on a lot than
 * everybody else sees.
 */
describe('a second bundle on a lot that nobody else has seen', () => {
  let histories: TwoHistories;
  let shown: TestSite;
  let hidden: TestSite;
  /** Digest of the certificate that everybody sees, and of the one for one customer. */
  const digests = { first: '', second: '' };

  beforeAll(async () => {
    histories = await TwoHistories.begin(() => Promise.resolve());
    ({ shown, hidden } = histories);
    await histories.post(shown, '7');
    await histories.post(hidden, '7', { mass: { net: { value: '7000', unit: 'kg' } } });
    digests.first = await certified(shown, 'first.bundle');
    digests.second = await certified(hidden, 'second.bundle');
    for (const site of [shown, hidden])
      expect((await site.run(['trust', site.path('trust.json')])).exit).toBe(0);
    await writeFile(shown.path('asked.txt'), `${digests.first}\n`);
  });
  afterAll(async () => {
    await histories.stop();
  });

  /** A certificate of refusal, the most that a lot without any evidence can have. */
  async function certified(site: TestSite, name: string): Promise<string> {
    const { exit, out } = await site.run([
      ...['certificate', LOT, '--policy', 'WC-3', '--refusal', '--bundle', site.path(name), '--json'],
    ]);
    expect(exit).toBe(0);
    return (JSON.parse(out) as { digest: string }).digest;
  }

  /** What an auditor learns offline from a file and his own trust file. */
  async function verified(
    file: string,
    trust: string,
  ): Promise<readonly [number, string, readonly string[]]> {
    const { exit, out } = await shown.run(['verify', file, '--trust', trust, '--json']);
    const { standing, findings } = JSON.parse(out) as { standing: string; findings: { code: string }[] };
    return [exit, standing, findings.map(({ code }) => code)];
  }

  async function monitor(of: TestSite, state: string, ...more: readonly string[]) {
    const ran = await shown.run([
      ...['monitor', '--once', '--json', '--policy', join(shown.home, 'trust-policy.txt')],
      ...['--state', shown.path(state), '--registry-url', of.site.network.registryUrl, ...more],
    ]);
    return { exit: ran.exit, codes: codesOf(ran) };
  }

  it('is flawless to whoever trusts the issuer’s own witnesses', async () => {
    expect(await verified(hidden.path('second.bundle'), hidden.path('trust.json'))).toEqual([1, 'VALID', []]);
    expect(await verified(shown.path('first.bundle'), shown.path('trust.json'))).toEqual([1, 'VALID', []]);
    expect(digests.second).not.toBe(digests.first);
  });

  it('is not taken by an auditor whose witnesses never saw that root log', async () => {
    const [exit, standing, codes] = await verified(hidden.path('second.bundle'), shown.path('trust.json'));
    expect([exit, standing, new Set(codes)]).toEqual([2, 'INDETERMINATE', new Set(['quorum-missing'])]);
  });

  it('is found to be of another history by a monitor that is given it', async () => {
    expect(await monitor(shown, 'given', '--also', shown.path('first.bundle'))).toEqual({
      ...{ exit: 0, codes: [] },
    });
    const { exit, codes } = await monitor(shown, 'given', '--also', hidden.path('second.bundle'));
    expect([exit, codes]).toEqual([5, expect.arrayContaining(['split-view'])]);
  });

  it('is a certificate nobody asked for to a monitor that is shown the log it stands in, and to no other', async () => {
    const asked = ['--certificates', shown.path('asked.txt')];
    expect(await monitor(shown, 'shown', ...asked)).toEqual({ exit: 0, codes: [] });
    const { exit, codes } = await monitor(hidden, 'hidden', ...asked);
    expect([exit, codes]).toEqual([5, expect.arrayContaining(['certificate-unasked', 'split-view'])]);
  });

  it('is unknown to the registry that everybody sees, which keeps the first', async () => {
    const { registryUrl } = shown.site.network;
    const status = async (digest: string) => (await fetch(`${registryUrl}/v1/certificates/${digest}`)).status;
    expect([await status(digests.first), await status(digests.second)]).toEqual([200, 404]);
  });

  it('is refused by its code when no root log holds the certificate at all', async () => {
    // The same words, dated a second later: nothing else is wrong with it.
    const second = await signedAgain((credential) => {
      const validFrom = new Date(Date.parse(credential['validFrom'] as string) + 1_000);
      return { ...credential, validFrom: validFrom.toISOString() };
    });
    await writeFile(shown.path('unlogged.bundle'), second.bundle);
    const trust = shown.path('trust.json');
    expect(await verified(shown.path('unlogged.bundle'), trust)).toEqual([
      ...[3, 'INVALID', ['certificate-not-logged']],
    ]);
    const { status } = await fetch(`${shown.site.network.registryUrl}/v1/certificates/${second.digest}`);
    expect(status).toBe(404);
  });

  /** The certificate that everybody sees, altered and signed by its own issuer, in the place of the first. */
  async function signedAgain(alter: (credential: JsonObject) => JsonObject) {
    const bytes = new Uint8Array(await readFile(shown.path('first.bundle')));
    const bundle = readCanonicalJson(bytes);
    if (!bundle.ok) throw new Error('no bundle');
    const { certificate, ...rest } = bundle.value as JsonObject;
    const jwt = parseVcJwt(certificate as string);
    if ('problem' in jwt) throw new Error(jwt.problem);
    const secret = await siteSecret(join(shown.home, 'site.key'));
    const { name } = shown.site.network;
    const { signer } = issuerOf(issuerSettings(secret, { name, url: `https://${name}` }));
    const signed = await signVcJwt(alter(jwt.credential), jwt.kid, signer);
    return {
      bundle: canonicalBytes({ ...rest, certificate: signed }),
      digest: sha256Hex(toUtf8(signed)),
    };
  }
});

function codesOf({ out }: Ran): readonly string[] {
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { code: string }).code);
}

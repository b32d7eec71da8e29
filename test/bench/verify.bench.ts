// A bundle of some 1,000 events verified offline, beside bare Ed25519 verification of the events' signatures, on one core
// and with the same checker.
// npm run bench -- verify [--width 250] [--layers 16] [--rounds 5]
import '@lodemark/ledger';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseBundle, parseTrust, verifyBundle, type Bundle } from '@lodemark/certificate';
import { nodeGzip } from '@lodemark/platform';
import { parseJws, type PublicJwk, type SignatureToCheck } from '@lodemark/transparency';
import { findChromium } from '../support/find-chromium.js';
import { VerifierPage } from '../support/verifier-page.js';
import { CertifiedNetwork } from './certified-network.js';
import { conclude, median, perSecond, say } from './figures.js';
import { oneCoreSignatures } from './one-core-signatures.js';

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '250' },
    layers: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '5' },
  },
});

const network = await CertifiedNetwork.start();
const lots = await network.weave(Number(values.width), Number(values.layers));
const issued = await network.issue(lots[0] ?? '');
const bytes = await network.bundle(issued.id);
const trustFile = new TextEncoder().encode(await network.trustFile());
const trust = parseTrust(trustFile);
const now = network.clock.now();
await network.stop();

const parsed = parseBundle(bytes);
if (!parsed.ok || !trust.ok) throw new Error('the bundle or the trust file does not read');
const signatures = signaturesOf(parsed.value);
const events = signatures.length;
const ports = { trust: trust.value, checker: oneCoreSignatures, gzip: nodeGzip, now };
say(
  `${events} events, ${bytes.length} bytes: ${Math.round(bytes.length / events)} an event; ${issued.outcome}`,
);

async function verifyOnce(): Promise<void> {
  const { standing, findings } = await verifyBundle(bytes, ports);
  if (standing !== 'VALID') throw new Error(JSON.stringify(findings.slice(0, 5)));
}

async function checkOnly(): Promise<void> {
  const answers = await oneCoreSignatures.check(signatures);
  if (answers.includes(false)) throw new Error('a signature does not hold');
}

await verifyOnce();
await checkOnly();
const ours: number[] = [];
const baseline: number[] = [];
for (let round = 1; round <= Number(values.rounds); round += 1) {
  baseline.push(await perSecond(events, checkOnly));
  const begun = process.cpuUsage();
  ours.push(await perSecond(events, verifyOnce));
  const { user, system } = process.cpuUsage(begun);
  say(
    `round ${round}: signatures alone ${baseline.at(-1)?.toFixed(0)} events/s, verification ${ours.at(-1)?.toFixed(0)} events/s, ` +
      `${((user + system) / 1_000).toFixed(0)} ms of processor time`,
  );
}
await inChromium();
conclude({
  name: 'verify',
  ours: median(ours),
  baseline: median(baseline),
  unit: 'events/s',
  wanted: '>= 0.7',
});

/** The auditor's page, from the files being chosen to the report, where it says the same as Node did. */
async function inChromium(): Promise<void> {
  const executable = findChromium();
  if (executable === undefined) {
    say('not timed in Chromium: there is none on this machine');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'lodemark-verify-'));
  const page = await VerifierPage.open(executable, folder);
  try {
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const begun = performance.now();
      const { heading } = await page.verify(bytes, { trust: trustFile, at: now });
      times.push(performance.now() - begun);
      if (!heading.startsWith('VALID')) throw new Error(`the page says ${heading}`);
    }
    const inNode = events / median(ours);
    say(
      `in Chromium, from the page being opened to its report: ${(median(times) / 1_000).toFixed(2)} s; verified in Node ${inNode.toFixed(2)} s`,
    );
  } finally {
    await page.close();
    await rm(folder, { recursive: true });
  }
}

/** The signatures of the events shown, each under the key that the root log has for it. */
function signaturesOf({ logs, root }: Bundle): readonly SignatureToCheck[] {
  const keys = new Map<string, PublicJwk>();
  for (const entry of root.entries) {
    const text = 'entry' in entry ? entry.entry['jws'] : undefined;
    const jws = typeof text === 'string' ? parseJws(text, 'lodemark-statement+jws') : undefined;
    if (jws?.ok !== true) continue;
    const { kid, jwk } = JSON.parse(Buffer.from(jws.value.payload).toString()) as {
      kid?: string;
      jwk?: PublicJwk;
    };
    if (kid !== undefined && jwk !== undefined) keys.set(kid, jwk);
  }
  return logs.flatMap(({ entries }) =>
    entries.flatMap((entry) => {
      const text = 'entry' in entry ? entry.entry['jws'] : undefined;
      const jws = typeof text === 'string' ? parseJws(text, 'lodemark-event+jws') : undefined;
      const publicKey = jws?.ok === true ? keys.get(jws.value.header.kid) : undefined;
      if (jws?.ok !== true || publicKey === undefined) return [];
      const { header, signingInput: message, signature } = jws.value;
      return [{ alg: header.alg, publicKey, message, signature }];
    }),
  );
}

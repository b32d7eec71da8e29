import {
  BUNDLE_LIMITS,
  certificateSheet,
  parseTrust,
  reportOf,
  TRUST_LIMIT,
  verifyFile,
} from '@lodemark/certificate';
import { webCryptoSignatures } from '@lodemark/transparency';
import { browserGzip } from './browser-gzip.js';
import type { Answer, Task } from './task.js';

// Beside the page, so that a large file keeps nobody from scrolling or giving up.
self.addEventListener('message', ({ data }: MessageEvent<Task>) => {
  void answer(data).then((said) => self.postMessage(said));
});

async function answer({ file, trust: trustFile, now }: Task): Promise<Answer> {
  try {
    if (!(await checksEd25519())) return { kind: 'browser-too-old' };
    const trust = parseTrust(await start(trustFile, TRUST_LIMIT));
    if (!trust.ok) {
      const problems = trust.problems.map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
      return { kind: 'trust-refused', problems };
    }
    const ports = { trust: trust.value, checker: webCryptoSignatures, gzip: browserGzip, now: new Date(now) };
    const report = reportOf(await verifyFile(await start(file, BUNDLE_LIMITS.length), ports));
    const { certificate, policyTitle } = report;
    const sheet = certificate && certificateSheet(certificate, policyTitle ?? undefined);
    return { kind: 'report', report, sheet, json: JSON.stringify(report) };
  } catch (error) {
    return { kind: 'broke-off', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** A byte more than may be, so that a longer file is found to be too long and is not cut short. */
async function start(file: File, most: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, most + 1).arrayBuffer());
}

/** RFC 8032, section 7.1, test 1: a browser that cannot read this key would find every signature wrong. */
const KNOWN_KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

async function checksEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('jwk', KNOWN_KEY, { name: 'Ed25519' }, false, ['verify']);
    return true;
  } catch {
    return false;
  }
}

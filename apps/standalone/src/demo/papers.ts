import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bundleBytes,
  issuerKeysIn,
  parseBundle,
  parseTrust,
  verifyFile,
  type Bundle,
  type Verification,
} from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform';
import { isAdmissible } from '@lodemark/transparency';
import { call, callOk, member } from '../scenario/api.js';
import type { DrivenNetwork } from '../scenario/network.js';
import { TRUST_POLICY_FILE } from '../witnesses.js';
import { heading, paint, prose, say } from './paint.js';

/** What an auditor takes along from the demonstration. */
export interface Papers {
  readonly bundle: string;
  readonly pdf: string;
  readonly trust: string;
  readonly at: Date;
}

/** Has a certificate issued, and writes its bundle, its PDF and a trust file; undefined where nobody issues any. */
export async function writePapers(
  network: DrivenNetwork,
  home: string,
  asked: { readonly lot: string; readonly policy: string },
): Promise<Papers | undefined> {
  const token = await network.token('demo-auditor', [{ role: 'administrator' }]);
  const answer = await call(`${network.provenanceUrl}/v1/certificates`, {
    method: 'POST',
    token,
    body: asked,
  });
  if (answer.status !== 201) return undefined;
  const [issued] = member(answer.body, 'certificates') as readonly unknown[];
  await network.settle();
  const folder = join(home, 'certificate');
  await mkdir(folder, { recursive: true });
  const name = asked.lot.slice(asked.lot.indexOf('/') + 1);
  const papers = {
    bundle: join(folder, `${name}.bundle`),
    pdf: join(folder, `${name}.pdf`),
    trust: join(folder, 'trust.json'),
    at: network.clock.now(),
  };
  const address = `${network.provenanceUrl}/v1/certificates/${String(member(issued, 'id'))}`;
  await writeFile(papers.bundle, await download(`${address}.bundle`, token));
  await writeFile(papers.pdf, await download(`${address}.pdf?bundle=embedded`, token));
  await writeFile(papers.trust, `${JSON.stringify(await trustIn(network, home), undefined, 2)}\n`);
  return papers;
}

async function download(url: string, token: string): Promise<Uint8Array> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new Error(`GET ${url} answered ${String(response.status)}: ${await response.text()}`);
}

/** An auditor would take these from where they were published; the demonstration asks its own services. */
async function trustIn(network: DrivenNetwork, home: string): Promise<object> {
  const genesis = await callOk(`${network.registryUrl}/v1/root/genesis`);
  const did = await callOk(`${network.provenanceUrl}/.well-known/did.json`);
  const witnessed = join(home, TRUST_POLICY_FILE);
  const trustPolicy = existsSync(witnessed)
    ? await readFile(witnessed, 'utf8')
    : `log ${String(member(genesis, 'logKey'))}\nquorum none\n`;
  return { v: 1, trustPolicy, genesis: member(genesis, 'leaf'), issuers: issuerKeysIn(did) };
}

/** Verifies them from the files alone, and a copy that somebody altered; true when that comes out as it must. */
export async function checkPapers(papers: Papers): Promise<boolean> {
  heading('Checked without us');
  prose(
    'The certificate’s bundle and its PDF were written, and all services are stopped. What follows is worked out from ' +
      'the files alone: signatures, logs, witnesses, and the verdict once more from the custody events.',
  );
  const [bundle, trust] = [await readFile(papers.bundle), await readFile(papers.trust)];
  const verified = [
    tell('the bundle', await verify(bundle, trust, papers.at)),
    tell('the PDF', await verify(await readFile(papers.pdf), trust, papers.at)),
    tell('a copy with one custody event left out', await verify(tampered(bundle), trust, papers.at)),
  ];
  say(
    `\n  npx lodemark verify ${papers.pdf} \\\n    --trust ${papers.trust} --at ${papers.at.toISOString()}`,
  );
  return verified.join() === 'VALID,VALID,INVALID';
}

async function verify(file: Uint8Array, trustFile: Uint8Array, now: Date): Promise<Verification> {
  const trust = parseTrust(trustFile);
  if (!trust.ok) throw new Error(`the trust file cannot be read: ${JSON.stringify(trust.problems)}`);
  return verifyFile(file, {
    ...{ trust: trust.value, gzip: nodeGzip, now },
    checker: nodeSignatures(isAdmissible),
  });
}

function tell(what: string, { standing, findings, certificate }: Verification): Verification['standing'] {
  const colour = standing === 'VALID' ? 32 : 31;
  const says = standing === 'VALID' ? `: ${certificate?.outcome ?? ''} for ${certificate?.lot ?? ''}` : '';
  say(`  ${paint(colour, standing.padEnd(8))} ${what}${says}`);
  for (const { code, where, detail } of findings.slice(0, MOST_TOLD))
    prose(`${code} at ${where}: ${detail}`, '    ');
  if (findings.length > MOST_TOLD) say(`    and ${String(findings.length - MOST_TOLD)} more`);
  return standing;
}

const MOST_TOLD = 2;

/** Without the last event of the first log that shows any: at the end stands what counts them. */
function tampered(bytes: Uint8Array): Uint8Array {
  const read = parseBundle(bytes);
  if (!read.ok) throw new Error('the bundle cannot be read');
  const at = read.value.logs.findIndex(({ entries }) => entries.length > 2);
  const logs: Bundle['logs'] = read.value.logs.map((log, i) =>
    i === at ? { ...log, entries: log.entries.toSpliced(-2, 1) } : log,
  );
  return bundleBytes({ ...read.value, logs });
}

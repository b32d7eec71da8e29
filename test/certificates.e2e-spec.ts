import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  parseTrust,
  verifyBundle,
  type Bundle,
  type Verification,
  type VerifierPorts,
} from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform';
import { canonicalBytes, isAdmissible } from '@lodemark/transparency';
import { runScenarioFile } from '../apps/standalone/src/scenario/run-file.js';
import type { Network } from '../apps/standalone/src/network.js';
import { sharedServerUrl } from './support/database.js';
import { scenarioFolder } from './support/scenario-files.js';

interface Issued {
  readonly id: string;
  readonly outcome: string;
  readonly rootIndex: number | null;
  readonly credential: { readonly issuer: { readonly id: string } };
}

const AUDITOR = [{ role: 'administrator' }] as const;

async function ask(network: Network, path: string, body?: object): Promise<Response> {
  return fetch(`${network.provenanceUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${await network.token('auditor', [...AUDITOR])}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function issue(network: Network, body: object): Promise<Issued> {
  const response = await ask(network, '/v1/certificates', body);
  const text = await response.text();
  if (response.status !== 201) throw new Error(text);
  const { certificates } = JSON.parse(text) as { certificates: Issued[] };
  const [first] = certificates;
  if (first === undefined) throw new Error('no certificate');
  return first;
}

async function trustOf(network: Network): Promise<VerifierPorts['trust']> {
  const genesis = (await (await fetch(`${network.registryUrl}/v1/root/genesis`)).json()) as {
    readonly leaf: string;
    readonly logKey: string;
  };
  const did = (await (await fetch(`${network.provenanceUrl}/.well-known/did.json`)).json()) as {
    readonly verificationMethod: readonly { readonly id: string }[];
  };
  const [method] = did.verificationMethod;
  const trust = parseTrust(
    canonicalBytes({
      v: 1,
      trustPolicy: `log ${genesis.logKey}\nquorum none\n`,
      genesis: genesis.leaf,
      issuers: [method?.id.split('#')[1] ?? ''],
    }),
  );
  if (!trust.ok) throw new Error(JSON.stringify(trust.problems));
  return trust.value;
}

describe('a certificate', () => {
  it('is judged anew from its bundle alone, and nothing in it can be altered', async () => {
    let verified: Verification | undefined;
    const codes = new Map<string, readonly string[]>();
    await runScenarioFile(join(scenarioFolder, 'golden-path.yaml'), {
      adminUrl: sharedServerUrl(),
      after: async (network, clock) => {
        const issued = await issue(network, { lot: 'magnet-plant/MAG-0033', policy: 'WC-3' });
        expect(issued.outcome).toBe('PASS');
        expect(issued.rootIndex).not.toBeNull();
        await network.settle();
        const response = await ask(network, `/v1/certificates/${issued.id}/bundle`);
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (response.status !== 200) throw new Error(Buffer.from(bytes).toString());
        const ports = {
          trust: await trustOf(network),
          checker: nodeSignatures(isAdmissible),
          gzip: nodeGzip,
          now: clock.now(),
        };
        verified = await verifyBundle(bytes, ports);
        const bundle = JSON.parse(Buffer.from(bytes).toString()) as Bundle;
        for (const [name, altered] of alterations(bundle)) {
          const result = await verifyBundle(canonicalBytes(altered), ports);
          codes.set(name, [result.standing, ...new Set(result.findings.map(({ code }) => code))]);
        }
      },
    });
    expect(verified?.findings).toEqual([]);
    expect(verified?.standing).toBe('VALID');
    expect(verified?.verdict?.outcome).toBe('PASS');
    for (const [name, [standing]] of codes) expect([name, standing]).not.toEqual([name, 'VALID']);
  }, 600_000);
});

function alterations(bundle: Bundle): [string, Bundle][] {
  const [log] = bundle.logs;
  if (log === undefined) throw new Error('no logs');
  return [
    ['a log left out', { ...bundle, logs: bundle.logs.slice(1) }],
    [
      'an entry left out',
      { ...bundle, logs: [{ ...log, entries: log.entries.slice(1) }, ...bundle.logs.slice(1)] },
    ],
    ['a root entry left out', { ...bundle, root: { ...bundle.root, entries: bundle.root.entries.slice(1) } }],
    ['the status lists left out', { ...bundle, statusLists: [] }],
    ['another policy', { ...bundle, policy: { ...bundle.policy, id: 'WC-0' } }],
  ];
}

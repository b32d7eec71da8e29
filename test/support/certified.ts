import { join } from 'node:path';
import { LODEMARK_CONTEXT_PATH } from '@lodemark/certificate';
import { canonicalBytes } from '@lodemark/transparency';
import type { Network } from '../../apps/standalone/src/network.js';
import { runScenarioFile } from '../../apps/standalone/src/scenario/run-file.js';
import { sharedServerUrl } from './database.js';
import { scenarioFolder } from './scenario-folder.js';

/** What an auditor holds when the services are gone. */
export interface Certified {
  /** As `POST /v1/certificates` answered. */
  readonly issued: {
    readonly id: string;
    readonly digest: string;
    readonly outcome: string;
    readonly rootIndex: number | null;
  };
  readonly bundle: Uint8Array;
  /** A trust file that asks for no witnesses. */
  readonly trust: Uint8Array;
  readonly at: Date;
  /** What is served under the address of the context that certificates name. */
  readonly context: { readonly headers: Headers; readonly document: unknown };
  /** What else was asked for, by what stands after the certificate's address. */
  readonly forms: ReadonlyMap<string, Answered>;
  /** The same, asked for without a token, as a browser asks. */
  readonly anonymous: ReadonlyMap<string, Answered>;
}

export interface Answered {
  readonly response: Response;
  readonly bytes: Uint8Array;
}

export interface Asked {
  readonly lot: string;
  readonly policy: string;
  /** Addresses below `/v1/certificates/{id}` to ask for too. */
  readonly forms?: readonly string[];
  readonly anonymous?: readonly string[];
}

const AUDITOR = [{ role: 'administrator' }] as const;

/** Plays a scenario through the HTTP APIs, has a certificate issued on what comes out, and stops everything. */
export async function certifiedBy(scenario: string, asked: Asked): Promise<Certified> {
  let certified: Certified | undefined;
  await runScenarioFile(join(scenarioFolder, scenario), {
    adminUrl: sharedServerUrl(),
    after: async (network, clock) => {
      certified = { ...(await collect(network, asked)), at: clock.now() };
    },
  });
  if (certified === undefined) throw new Error('the scenario ended early');
  return certified;
}

async function collect(
  network: Network,
  { lot, policy, forms = [], anonymous = [] }: Asked,
): Promise<Omit<Certified, 'at'>> {
  const answer = await ask(network, '/v1/certificates', { lot, policy });
  const [issued] = ((await answer.json()) as { certificates: Certified['issued'][] }).certificates;
  if (issued === undefined) throw new Error('no certificate');
  await network.settle();
  const address = `/v1/certificates/${issued.id}`;
  const asked = new Map<string, Answered>();
  for (const form of forms) asked.set(form, await read(ask(network, `${address}${form}`)));
  const unnamed = new Map<string, Answered>();
  const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const form of anonymous)
    unnamed.set(form, await read(fetch(`${network.provenanceUrl}${address}${form}`, { headers })));
  const { bytes: bundle } = await read(ask(network, `${address}/bundle`));
  const served = await fetch(`${network.provenanceUrl}${LODEMARK_CONTEXT_PATH}`);
  const context = { headers: served.headers, document: (await served.json()) as unknown };
  return { issued, bundle, trust: await trustOf(network), context, forms: asked, anonymous: unnamed };
}

async function read(asked: Promise<Response>): Promise<Answered> {
  const response = await asked;
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function ask(network: Network, path: string, body?: object): Promise<Response> {
  const response = await fetch(`${network.provenanceUrl}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${await network.token('auditor', [...AUDITOR])}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response;
}

async function trustOf(network: Network): Promise<Uint8Array> {
  const genesis = (await (await fetch(`${network.registryUrl}/v1/root/genesis`)).json()) as {
    readonly leaf: string;
    readonly logKey: string;
  };
  const did = (await (await fetch(`${network.provenanceUrl}/.well-known/did.json`)).json()) as {
    readonly verificationMethod: readonly { readonly id: string }[];
  };
  const [method] = did.verificationMethod;
  return canonicalBytes({
    v: 1,
    trustPolicy: `log ${genesis.logKey}\nquorum none\n`,
    genesis: genesis.leaf,
    issuers: [method?.id.split('#')[1] ?? ''],
  });
}

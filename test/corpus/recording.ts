import { join } from 'node:path';
import { runScenarioFile } from '../../apps/standalone/src/scenario/run-file.js';
import type { Network } from '../../apps/standalone/src/network.js';
import { scenarioFolder } from '../support/scenario-folder.js';

/** What a network had when it was taken away: a bundle, what an auditor would trust, and its logs as a whole. */
export interface Recording {
  readonly scenario: string;
  /** Canonical bytes, in base64. */
  readonly bundle: string;
  /** The text of a trust file. */
  readonly trust: string;
  /** When it was recorded, RFC 3339. */
  readonly at: string;
  /** Entries in base64, by the name of the facility log. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
}

/** What a certificate is asked for. */
export interface Wanted {
  readonly scenario: string;
  readonly lot: string;
  readonly policy: string;
}

/** Plays a scenario on a network of its own, has a certificate issued, of refusal if need be, and keeps what is left. */
export async function record({ scenario, lot, policy }: Wanted, adminUrl: string): Promise<Recording> {
  let recording: Recording | undefined;
  await runScenarioFile(join(scenarioFolder, scenario), {
    adminUrl,
    // As many checkpoints as can be, so that there is much to damage.
    roundEachStep: true,
    after: async (network, clock) => {
      const token = await network.token('auditor', [{ role: 'administrator' }]);
      const ask = asking(network, token);
      const issued = await ask('/v1/certificates', { lot, policy, refusal: true });
      const { certificates } = (await issued.json()) as { certificates: { id: string }[] };
      await network.settle();
      const response = await ask(`/v1/certificates/${certificates[0]?.id ?? ''}/bundle`);
      const bundle = Buffer.from(await response.arrayBuffer());
      const { logs } = JSON.parse(bundle.toString()) as { logs: { origin: string }[] };
      const facilities = logs.map(({ origin }) => origin.slice(origin.lastIndexOf('/') + 1));
      const whole: Record<string, readonly string[]> = {};
      for (const facility of facilities) whole[facility] = await wholeLog(network, facility, token);
      const trust = await trustFileOf(network);
      recording = {
        scenario,
        bundle: bundle.toString('base64'),
        trust,
        at: clock.now().toISOString(),
        logs: whole,
      };
    },
  });
  if (recording === undefined) throw new Error(`${scenario} left nothing`);
  return recording;
}

function asking(network: Network, token: string) {
  return async (path: string, body?: object): Promise<Response> => {
    const response = await fetch(`${network.provenanceUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return response;
  };
}

async function wholeLog(network: Network, facility: string, token: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (;;) {
    const url = `${network.custodyUrl}/v1/logs/${facility}/entries?from=${all.length}&limit=1000`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
    const { size, entries } = (await response.json()) as { size: number; entries: { entry: string }[] };
    all.push(...entries.map(({ entry }) => entry));
    if (all.length >= size || entries.length === 0) return all;
  }
}

/** A trust file that asks for no witnesses. */
export async function trustFileOf(network: Network): Promise<string> {
  const genesis = (await (await fetch(`${network.registryUrl}/v1/root/genesis`)).json()) as {
    readonly leaf: string;
    readonly logKey: string;
  };
  const did = (await (await fetch(`${network.provenanceUrl}/.well-known/did.json`)).json()) as {
    readonly verificationMethod: readonly { readonly id: string; readonly type: string }[];
  };
  const keys = did.verificationMethod.filter(({ type }) => type === 'JsonWebKey');
  const issuers = keys.map(({ id }) => id.slice(id.indexOf('#') + 1));
  const trustPolicy = `log ${genesis.logKey}\nquorum none\n`;
  return JSON.stringify({ v: 1, trustPolicy, genesis: genesis.leaf, issuers });
}

import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  errorCode,
  generateKey,
  nodeSignatures,
  NodeSigner,
  type Logger,
  type PrivateJwk,
} from '@lodemark/platform';
import {
  cosignerKey,
  formatCosignerKey,
  isAdmissible,
  parseVerifierKey,
  type Signer,
} from '@lodemark/transparency';
import { serveWitness, VouchedTrees, Witness, type WitnessServer } from '@lodemark/witness';
import { createOnce } from './create-once.js';

/** Readers of this site trust it, and its registry publishes nothing that it does not allow. */
export const TRUST_POLICY_FILE = 'trust-policy.txt';

const NAMES = ['witness-1', 'witness-2'] as const;

interface Started {
  readonly witness: Witness;
  readonly server: WitnessServer;
  readonly line: string;
}

export interface WitnessesOptions {
  /** Where each witness keeps its key and what it cosigned last, and where the trust policy is written. */
  readonly folder: string;
  readonly network: string;
  readonly host: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/**
 * Two witnesses of a site's root log, in its process. They show how witnesses work; that they are run by whoever runs
 * the log is what real ones must not be.
 */
export class SiteWitnesses {
  private constructor(
    private readonly folder: string,
    private readonly started: readonly Started[],
  ) {}

  static async start(options: WitnessesOptions): Promise<SiteWitnesses> {
    const started = await Promise.all(NAMES.map((name) => startOne(name, options)));
    const witnesses = new SiteWitnesses(options.folder, started);
    await witnesses.writePolicy([]);
    return witnesses;
  }

  get policyFile(): string {
    return join(this.folder, TRUST_POLICY_FILE);
  }

  /** From now on they cosign the log of this verifier key, and the trust policy names it. */
  async watch(logKey: string): Promise<void> {
    const key = parseVerifierKey(logKey);
    if (!key.ok) throw new Error(`${logKey} is no verifier key`);
    for (const { witness } of this.started) witness.watch({ origin: key.value.name, keys: [key.value] });
    await this.writePolicy([`log ${logKey}`]);
  }

  async close(): Promise<void> {
    await Promise.all(this.started.map(({ server }) => server.close()));
  }

  private async writePolicy(logs: readonly string[]): Promise<void> {
    const witnesses = this.started.map(({ line }) => line);
    const quorum = [`group both all ${NAMES.join(' ')}`, 'quorum both'];
    const draft = `${this.policyFile}.new`;
    await writeFile(draft, `${[...logs, ...witnesses, ...quorum].join('\n')}\n`);
    await rename(draft, this.policyFile);
  }
}

async function startOne(
  name: string,
  { folder, network, host, now, logger }: WitnessesOptions,
): Promise<Started> {
  const signer = await openSigner(join(folder, `${name}.key`));
  const fullName = `${network}/${name}`;
  const witness = new Witness({
    ...{ name: fullName, signer, logs: [], now },
    trees: new VouchedTrees(join(folder, name)),
    checker: nodeSignatures(isAdmissible),
  });
  const onTrouble = (error: unknown): void => {
    logger.error({ err: error, witness: name }, 'a witness is in trouble');
  };
  const server = await serveWitness(witness, { host, port: 0, onTrouble });
  if (signer.publicKey.kty !== 'OKP') throw new Error(`the key of ${name} is not an Ed25519 key`);
  const vkey = formatCosignerKey(cosignerKey(fullName, signer.publicKey));
  return { witness, server, line: `witness ${name} ${vkey} ${server.url}` };
}

async function openSigner(path: string): Promise<Signer> {
  const kept = await readFile(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  const made = async (): Promise<Buffer> =>
    createOnce(path, Buffer.from(JSON.stringify(await generateKey('EdDSA'))));
  return NodeSigner.fromJwk(JSON.parse((kept ?? (await made())).toString('utf8')) as PrivateJwk);
}

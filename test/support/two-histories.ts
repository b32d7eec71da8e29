import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeSignatures } from '@lodemark/platform';
import {
  consistencyProof,
  decodeEntryBundle,
  isAdmissible,
  leafHash,
  parseTrustPolicy,
  rootOf,
  type NodeReader,
  type TrustPolicy,
} from '@lodemark/transparency';
import { CosignatureCollector, type CollectedCosignatures } from '@lodemark/witness';
import { JOIN, mined } from '../../apps/cli/test/events.js';
import { TestSite, type Ran } from '../../apps/cli/test/support.js';

/**
 * An operator who runs his registry twice, with the same keys and the same past: what he shows to most, which the
 * witnesses cosign, and what he shows to some.
 */
export class TwoHistories {
  private constructor(
    readonly shown: TestSite,
    readonly hidden: TestSite,
    private readonly token: string,
  ) {}

  /** @param before what everybody sees before they part */
  static async begin(before: (site: TestSite) => Promise<void>): Promise<TwoHistories> {
    const shown = await TestSite.start();
    const { token } = JSON.parse((await shown.run([...JOIN, '--json'])).out) as { token: string };
    await post(shown, token, mined('1'));
    await before(shown);
    return new TwoHistories(shown, await shown.second(), token);
  }

  /** Of the one history or the other. */
  async post(site: TestSite, number: string, more: object = {}): Promise<void> {
    await post(site, this.token, mined(number, more));
  }

  /** The policy of whoever trusts the witnesses that are nobody's; those of the hidden history are the operator's. */
  async trusted(): Promise<string> {
    return readFile(join(this.shown.home, 'trust-policy.txt'), 'utf8');
  }

  /** What the witnesses answer when the hidden history's latest checkpoint is put to them. */
  async putToWitnesses(): Promise<CollectedCosignatures> {
    const folder = this.hidden.path('hidden-root');
    done(await this.hidden.run(['log', 'export', 'root', folder]));
    const { text, size } = await checkpointIn(folder);
    const tile = await readFile(join(folder, 'tile/entries/000.p', String(size)));
    const entries = decodeEntryBundle(new Uint8Array(tile));
    if (!entries.ok) throw new Error(JSON.stringify(entries.problems));
    const leaves = entries.value.map(leafHash);
    // As the log signed it: what the operator's own witnesses said is of no interest.
    const note = `${text}\n\n${signatureLines(await readFile(join(folder, 'checkpoint'), 'utf8'))[0] ?? ''}\n`;
    const collector = new CosignatureCollector(await this.policy(), nodeSignatures(isAdmissible));
    return collector.collect({
      ...{ note, size },
      proofFrom: (from) => consistencyProof(from, size, readerOf(leaves)),
    });
  }

  async stop(): Promise<void> {
    await this.hidden.stop();
    await this.shown.stop();
  }

  private async policy(): Promise<TrustPolicy> {
    const policy = parseTrustPolicy(await this.trusted());
    if (!policy.ok) throw new Error(JSON.stringify(policy.problems));
    return policy.value;
  }
}

/** Size of the root log that a site publishes. */
export async function rootSizeOf(site: TestSite): Promise<number> {
  const { registryUrl } = site.site.network;
  return Number((await (await fetch(`${registryUrl}/v1/root/checkpoint`)).text()).split('\n')[1]);
}

async function post(site: TestSite, token: string, event: object): Promise<void> {
  const stdin = JSON.stringify(event);
  done(await site.run(['post', '-'], { stdin, env: { LODEMARK_TOKEN: token } }));
  await site.site.network.settle();
}

function done({ exit, err }: Ran): void {
  if (exit !== 0) throw new Error(err);
}

async function checkpointIn(folder: string): Promise<{ readonly text: string; readonly size: number }> {
  const [text = ''] = (await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n\n');
  return { text, size: Number(text.split('\n')[1]) };
}

function signatureLines(note: string): readonly string[] {
  return (note.split('\n\n')[1] ?? '').split('\n');
}

function readerOf(leaves: readonly Uint8Array[]): NodeReader {
  return {
    readNodes: (nodes) =>
      Promise.resolve(
        nodes.map(({ level, index }) => rootOf(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))),
      ),
  };
}

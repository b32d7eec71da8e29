import type pg from 'pg';
import { median } from './figures.js';
import {
  ancestorsOf,
  answerIn,
  clientOf,
  cloth,
  FACILITIES,
  LAYERS,
  ms,
  WIDTH,
  type Asked,
} from './woven-asked.js';
import { lastOf, WovenNetwork, type Woven } from './woven-network.js';

/** Verdicts on lots of a cloth of which nobody asked about any. */
const VERDICTS_EACH = 4;

/** A network that is filled up to a size, and what is measured in it. */
export class Grown {
  readonly cloths: Woven[] = [];
  readonly rates: number[] = [];
  readonly verdicts: number[] = [];
  readonly closures: number[] = [];

  private constructor(
    readonly network: WovenNetwork,
    readonly client: pg.Client,
    private readonly asked: Asked,
  ) {}

  static async of(lots: number): Promise<Grown> {
    const network = await WovenNetwork.open(FACILITIES);
    const client = await clientOf(network);
    const grown = new Grown(network, client, network.model.rejudging());
    while (network.lots < lots) {
      const missing = Math.ceil((lots - network.lots) / (WIDTH * LAYERS));
      const cloths = Array.from({ length: Math.min(40, missing) }, () => cloth(WIDTH, LAYERS));
      grown.cloths.push(...(await network.weave(cloths)));
      await network.project(...FACILITIES);
    }
    await client.query('VACUUM ANALYZE');
    return grown;
  }

  /** One more cloth, and verdicts on some of its lots, of which nobody asked about any. */
  async measure(): Promise<void> {
    const { network, asked, client } = this;
    const [woven] = await network.weave([cloth(WIDTH, LAYERS)]);
    if (woven === undefined) throw new Error('nothing was woven');
    this.cloths.push(woven);
    let entries = 0;
    const took = await ms(async () => {
      entries = await network.project(...FACILITIES);
    });
    this.rates.push((1_000 * entries) / took);
    for (const lot of lastOf(woven).slice(0, VERDICTS_EACH)) {
      this.closures.push(await ms(() => ancestorsOf(client, lot)));
      this.verdicts.push(await answerIn(asked, { lot, document: network.document }));
    }
  }

  toString(): string {
    const { network, rates, verdicts, closures } = this;
    return (
      `${String(network.lots)} lots, ${String(network.edges)} edges: projected ${median(rates).toFixed(0)} entries/s (p50); ` +
      `verdict p50 ${median(verdicts).toFixed(1)} ms, closure ${median(closures).toFixed(1)} ms, ${String(WIDTH * (LAYERS - 1))} ancestors`
    );
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.network.close();
  }
}

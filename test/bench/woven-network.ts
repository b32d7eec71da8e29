import type { FeedEntry } from '@lodemark/feed';
import { FedReadModel } from '../../apps/provenance/test/support/fed-read-model.js';
import type { Recorded } from '../../apps/provenance/test/support/test-custody.js';
import { closeWorld, openWorld, type World } from '../../apps/provenance/test/support/world.js';
import { inParallel } from './figures.js';
import { shippedPolicies } from '../../apps/standalone/src/publish-policies.js';

/** Lots that go into one step, and that come out of it: so many edges each lot has. */
export const STRANDS = 5;

/** Lots that have nothing to do with any others: mined side by side, and blended with one another layer by layer. */
export interface Cloth {
  readonly facility: string;
  readonly name: string;
  /** Lots of a layer, a multiple of STRANDS. */
  readonly width: number;
  readonly layers: number;
}

/** What the first mined lot of a cloth was recorded as. */
export interface Woven extends Cloth {
  readonly first: Recorded;
}

/** Assayed, so that every verdict follows two elements through all of the lineage. */
const MATERIAL = {
  form: 'ORE',
  mass: { net: { value: '100', unit: 'kg' }, moisture: { value: '0', unit: '%' } },
  composition: {
    basis: 'dry',
    treo: { value: '9.0', unit: '%' },
    analytes: [
      { substance: 'Nd2O3', fraction: { value: '17.5', unit: '%' }, of: 'treo' },
      { substance: 'Pr6O11', fraction: { value: '5.1', unit: '%' }, of: 'treo' },
    ],
  },
};

export const REGISTERED = {
  steps: [{ step: 'MINE' }, { step: 'BLEND' }],
  site: [
    { latitude: '50.05', longitude: '66.15' },
    { latitude: '50.05', longitude: '66.25' },
    { latitude: '50.15', longitude: '66.25' },
  ],
  baseline: { composition: MATERIAL.composition },
};

export const REVIEWED = {
  ...{ type: 'ContractsReviewed', reviewedOn: '2026-11-01', from: '2026-01-01', agreements: [] },
  ...{ complete: true, document: 'c0'.repeat(32) },
};

export const FLOAT = {
  holder: { name: 'many', kind: 'public-float', country: 'CA' },
  ...{ equity: '100', votes: '100', seats: '100' },
};

const PAGE = 1_000;
const LANES = 3;

/**
 * A network of which every entry is signed and recorded in a ledger, and then applied by provenance's own projection, in
 * this process. Its lots all have as many edges as strands go into a step.
 */
export class WovenNetwork {
  private readonly applied = new Map<string, number>();
  lots = 0;
  edges = 0;

  private constructor(
    readonly world: World,
    readonly model: FedReadModel,
    readonly document: string,
  ) {}

  static async open(facilities: readonly string[]): Promise<WovenNetwork> {
    const world = await openWorld();
    const { custody, registry } = world;
    const wc3 = (await shippedPolicies()).find(({ id }) => id === 'WC-3');
    if (wc3 === undefined) throw new Error('WC-3 is shipped');
    const document = await registry.publishPolicy('WC-3', wc3);
    for (const facility of facilities) {
      await custody.join(facility, REGISTERED);
      await registry.state({
        ...{ type: 'OwnershipDeclared', organization: `${facility}-co`, from: '2020-01-01' },
        holders: [FLOAT],
      });
    }
    for (const facility of facilities) {
      await custody.seeRoot(facility);
      await custody.post(facility, REVIEWED);
    }
    return new WovenNetwork(world, await FedReadModel.open(world), document);
  }

  /** Records these, their layers side by side. */
  async weave(cloths: readonly Cloth[]): Promise<readonly Woven[]> {
    const woven: Woven[] = [];
    const { custody, clock } = this.world;
    await inParallel(cloths, 20, async (cloth) => {
      const { facility, width, layers } = cloth;
      let first: Recorded | undefined;
      for (const events of layersOf(cloth)) {
        const made = await Promise.all(events.map((event) => custody.post(facility, event)));
        first ??= made[0];
      }
      if (first === undefined) throw new Error('a cloth has width');
      woven.push({ ...cloth, first });
      this.lots += width * layers;
      this.edges += width * (layers - 1) * STRANDS;
    });
    clock.advance(1_000);
    return woven;
  }

  /** Covers everything by checkpoints and applies it; how many entries that were. */
  async project(...facilities: readonly string[]): Promise<number> {
    const { custody, registry } = this.world;
    const size = await custody.round(...facilities);
    let entries = await this.follow(registry.network.rootOrigin, registry.reader);
    const origins = await custody.reader.origins();
    await inParallel(origins, LANES, async (origin) => {
      entries += await this.follow(origin, custody.reader);
    });
    await this.model.publish(size);
    return entries;
  }

  private async follow(origin: string, reader: World['custody']['reader']): Promise<number> {
    const from = this.applied.get(origin) ?? 0;
    let next = from;
    for (;;) {
      const page = await reader.entries(origin, next, PAGE);
      if (page.length === 0) break;
      await this.model.apply(
        page.map(({ index, leaf, data }): FeedEntry => ({ origin, index, leafHash: leaf, bytes: data })),
      );
      next += page.length;
    }
    this.applied.set(origin, next);
    return next - from;
  }

  async close(): Promise<void> {
    await this.model.close();
    await closeWorld(this.world);
  }
}

/** The events that make a cloth, layer by layer; those of one layer can be posted side by side. */
export function layersOf(cloth: Cloth): readonly (readonly object[])[] {
  const { width, layers } = cloth;
  const layer = (depth: number) => Array.from({ length: width }, (_, at) => lotOf(cloth, depth, at));
  const steps = width / STRANDS;
  const blends = Array.from({ length: layers - 1 }, (_, before) => {
    const [from, to] = [layer(before), layer(before + 1)];
    // Strands that are next to one another went apart in the layer before: after some layers all have met.
    const inputs = (step: number) => from.filter((_lot, at) => at % steps === step);
    return Array.from({ length: steps }, (_, step) =>
      blended(inputs(step), to.slice(step * STRANDS, (step + 1) * STRANDS)),
    );
  });
  return [layer(0).map(mined), ...blends];
}

function mined(lot: string): object {
  return { type: 'LotCreated', lot, ...MATERIAL, origin: { kind: 'mined', licence: 'INVENTED-1' } };
}

function blended(inputs: readonly string[], outputs: readonly string[]): object {
  return {
    ...{ type: 'Transformed', step: 'BLEND', custodyModel: 'segregated' },
    inputs: inputs.map((lot) => ({ lot, mass: MATERIAL.mass })),
    outputs: outputs.map((lot) => ({ lot, ...MATERIAL, role: 'product' })),
  };
}

export function lotOf({ facility, name }: Cloth, depth: number, at: number): string {
  return `${facility}/${name}-${String(depth)}-${String(at)}`;
}

/** Lots of the last layer. */
export function lastOf(cloth: Cloth): readonly string[] {
  return Array.from({ length: cloth.width }, (_, at) => lotOf(cloth, cloth.layers - 1, at));
}

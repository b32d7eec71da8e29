import { Network } from '@lodemark/domain';
import { LedgerReader, type PublishedCheckpoint } from '@lodemark/ledger';
import { toBase64, toHex, type TileCoordinate } from '@lodemark/transparency';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import type {
  ConsistencyProofResponse,
  InclusionProofResponse,
  RootEntriesResponse,
} from './root-log.response.js';

export class ReadEntries extends Query<RootEntriesResponse> {
  constructor(
    readonly from: number,
    readonly limit: number,
  ) {
    super();
  }
}

@QueryHandler(ReadEntries)
export class ReadEntriesHandler implements IQueryHandler<ReadEntries> {
  constructor(
    private readonly reader: LedgerReader,
    private readonly network: Network,
  ) {}

  async execute({ from, limit }: ReadEntries): Promise<RootEntriesResponse> {
    const origin = this.network.rootOrigin;
    // The entries first: whatever was read is then below the size.
    const entries = await this.reader.entries(origin, from, limit);
    const { size } = await this.reader.head(origin);
    return {
      origin,
      size,
      entries: entries.map(({ index, leaf, data }) => ({ index, leaf, entry: toBase64(data) })),
    };
  }
}

/** The published checkpoint of the largest size. */
export class ReadCheckpoint extends Query<PublishedCheckpoint> {}

@QueryHandler(ReadCheckpoint)
export class ReadCheckpointHandler implements IQueryHandler<ReadCheckpoint> {
  constructor(
    private readonly reader: LedgerReader,
    private readonly network: Network,
  ) {}

  async execute(): Promise<PublishedCheckpoint> {
    const published = await this.reader.publishedCheckpoint(this.network.rootOrigin);
    if (published !== undefined) return published;
    throw new RegistrationRefusal({ code: 'not-found', detail: 'No checkpoint has been published yet.' });
  }
}

export class ProveInclusion extends Query<InclusionProofResponse> {
  constructor(
    readonly index: number,
    /** The published checkpoint's when undefined. */
    readonly size: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ProveInclusion)
export class ProveInclusionHandler implements IQueryHandler<ProveInclusion> {
  constructor(
    private readonly reader: LedgerReader,
    private readonly network: Network,
  ) {}

  async execute({ index, size: asked }: ProveInclusion): Promise<InclusionProofResponse> {
    const origin = this.network.rootOrigin;
    const size = asked ?? (await this.reader.publishedCheckpoint(origin))?.size ?? 0;
    const proof = await this.reader.inclusionProof(origin, index, size);
    const root = await this.reader.rootAt(origin, size);
    const leaf = (await this.reader.entry(origin, index))?.leaf;
    if (leaf === undefined) throw new Error(`entry ${index} was proved and is not there`);
    return { origin, index, size, leaf, root, proof: proof.map(toHex) };
  }
}

export class ProveConsistency extends Query<ConsistencyProofResponse> {
  constructor(
    readonly from: number,
    /** The published checkpoint's when undefined. */
    readonly to: number | undefined,
  ) {
    super();
  }
}

@QueryHandler(ProveConsistency)
export class ProveConsistencyHandler implements IQueryHandler<ProveConsistency> {
  constructor(
    private readonly reader: LedgerReader,
    private readonly network: Network,
  ) {}

  async execute({ from, to: asked }: ProveConsistency): Promise<ConsistencyProofResponse> {
    const origin = this.network.rootOrigin;
    const to = asked ?? (await this.reader.publishedCheckpoint(origin))?.size ?? 0;
    const proof = await this.reader.consistencyProof(origin, from, to);
    const fromRoot = await this.reader.rootAt(origin, from);
    const toRoot = await this.reader.rootAt(origin, to);
    return { origin, from, to, fromRoot, toRoot, proof: proof.map(toHex) };
  }
}

/** A tile or entry bundle (C2SP tlog-tiles); undefined where the log has not got that far. */
export class ReadTile extends Query<Uint8Array | undefined> {
  constructor(readonly tile: TileCoordinate) {
    super();
  }
}

@QueryHandler(ReadTile)
export class ReadTileHandler implements IQueryHandler<ReadTile> {
  constructor(
    private readonly reader: LedgerReader,
    private readonly network: Network,
  ) {}

  execute({ tile }: ReadTile): Promise<Uint8Array | undefined> {
    return this.reader.tile(this.network.rootOrigin, tile);
  }
}

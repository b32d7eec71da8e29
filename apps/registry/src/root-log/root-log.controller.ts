import { Network } from '@lodemark/domain';
import { Problems, Public } from '@lodemark/platform';
import { parseTilePath, toBase64 } from '@lodemark/transparency';
import { Controller, Get, Header, Inject, Param, Query, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Reads } from '../http/documented.js';
import { found } from '../http/found.js';
import { NetworkKeys } from '../network-keys.js';
import { PUBLISHED_POLICY } from '../ports.js';
import { FindHorizon } from './find-horizon.js';
import { GENESIS, type Genesis } from './genesis.js';
import { ProveConsistency, ProveInclusion, ReadCheckpoint, ReadEntries, ReadTile } from './read-root-log.js';
import {
  ConsistencyProofRequest,
  EntriesRequest,
  HorizonRequest,
  InclusionProofRequest,
} from './root-log.request.js';
import {
  ConsistencyProofResponse,
  GenesisResponse,
  HorizonResponse,
  InclusionProofResponse,
  RootEntriesResponse,
} from './root-log.response.js';

const HORIZON = {
  summary: 'The first evidence horizon that covers an entry of a facility log',
  description:
    'The smallest root log size whose facility checkpoints cover the entry, and the time of the covering root entry, ' +
    'which bounds when the entry existed. 404 as long as nothing covers it.',
};

@ApiTags('root log')
@Controller('v1')
@Public()
export class RootLogController {
  constructor(
    private readonly queries: QueryBus,
    private readonly network: Network,
    private readonly keys: NetworkKeys,
    @Inject(GENESIS) private readonly genesisEntry: Genesis,
    @Inject(PUBLISHED_POLICY) private readonly publishedPolicy: string,
  ) {}

  @Get('root/genesis')
  @Reads(
    { summary: 'Entry 0 of the root log', description: 'Verifiers pin its leaf hash and the verifier key.' },
    { type: GenesisResponse },
  )
  genesis(): GenesisResponse {
    const { leaf, bytes, entry } = this.genesisEntry;
    return {
      network: entry.network,
      origin: this.network.rootOrigin,
      leaf,
      entry: toBase64(bytes),
      recordedAt: entry.recordedAt,
      registrarKeys: entry.registrarKeys.map((key) => ({ ...key })),
      logKey: this.keys.logKeyText,
    };
  }

  @Get('root/trust-policy')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({
    summary: 'The log’s key and the witnesses that cosign it, with their quorum (C2SP tlog-policy)',
    description:
      'What the registry asks for before it publishes a checkpoint. Compare it with what the witnesses say themselves: ' +
      'whom to trust is for the reader to choose.',
  })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @Problems()
  trustPolicy(): string {
    return this.publishedPolicy;
  }

  @Get('root/checkpoint')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  @ApiOperation({ summary: 'The published root checkpoint (C2SP tlog-checkpoint)' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  @Problems(404)
  async checkpoint(): Promise<string> {
    return (await this.queries.execute(new ReadCheckpoint())).note;
  }

  @Get('root/entries')
  @Reads({ summary: 'Entries of the root log, in index order' }, { type: RootEntriesResponse })
  entries(@Query() { from, limit }: EntriesRequest): Promise<RootEntriesResponse> {
    return this.queries.execute(new ReadEntries(from, limit));
  }

  @Get('root/proofs/inclusion')
  @Reads({ summary: 'Proof that an entry is in the tree' }, { type: InclusionProofResponse })
  inclusion(@Query() { index, size }: InclusionProofRequest): Promise<InclusionProofResponse> {
    return this.queries.execute(new ProveInclusion(index, size));
  }

  @Get('root/proofs/consistency')
  @Reads({ summary: 'Proof that a later tree extends an earlier one' }, { type: ConsistencyProofResponse })
  consistency(@Query() { from, to }: ConsistencyProofRequest): Promise<ConsistencyProofResponse> {
    return this.queries.execute(new ProveConsistency(from, to));
  }

  @Get('root/horizons')
  @Reads(HORIZON, { type: HorizonResponse })
  rootHorizon(@Query() request: HorizonRequest): Promise<HorizonResponse> {
    return this.horizon(request);
  }

  @Get('horizons')
  @Reads(HORIZON, { type: HorizonResponse })
  horizon(@Query() { covers }: HorizonRequest): Promise<HorizonResponse> {
    const [facility = '', index = ''] = covers.split('/');
    return this.queries.execute(new FindHorizon(facility, Number(index)));
  }

  @Get('root/tile/*')
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({ summary: 'A tile or entry bundle of the root log (C2SP tlog-tiles)' })
  @ApiParam({
    name: 'path',
    type: 'string',
    description: '<L>/<N>[.p/<W>], or entries/<N>[.p/<W>]',
    example: '0/000.p/1',
  })
  @ApiOkResponse({
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @Problems(404)
  async tile(@Param() params: Readonly<Record<string, string>>): Promise<StreamableFile> {
    const path = params['*'] ?? '';
    const coordinate = found(parseTilePath(`tile/${path}`), `tile ${path}`);
    const bytes = found(await this.queries.execute(new ReadTile(coordinate)), `tile ${path} yet`);
    return new StreamableFile(bytes, { type: 'application/octet-stream', length: bytes.length });
  }
}

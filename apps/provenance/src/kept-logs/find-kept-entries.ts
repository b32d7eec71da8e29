import type { Network } from '@lodemark/domain';
import type { Caller } from '@lodemark/platform';
import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Access } from '../access/access.js';
import { NETWORK } from '../ports.js';
import { KeptEntries } from './kept-entries.js';
import type { KeptEntriesRequest } from './kept-entries.request.js';
import type { KeptEntriesResponse } from './kept-entries.response.js';

export class FindKeptEntries extends Query<KeptEntriesResponse> {
  constructor(
    readonly facility: string,
    readonly page: KeptEntriesRequest,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Entries of a facility's log, for whoever may act for it. */
@QueryHandler(FindKeptEntries)
export class FindKeptEntriesHandler implements IQueryHandler<FindKeptEntries> {
  constructor(
    private readonly access: Access,
    @Inject(NETWORK) private readonly network: Network,
    private readonly kept: KeptEntries,
  ) {}

  async execute({ facility, page, caller }: FindKeptEntries): Promise<KeptEntriesResponse> {
    this.access.mayActFor(facility, caller);
    return this.kept.page(this.network.logOrigin(facility), page);
  }
}

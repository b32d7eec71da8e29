import { Network } from '@lodemark/domain';
import { LedgerReader } from '@lodemark/ledger';
import { buildReceipt, canonicalBytes, payloadDigest } from '@lodemark/transparency';
import { Injectable } from '@nestjs/common';
import { NetworkKeys } from '../network-keys.js';
import { Register, type StatementOnRecord } from '../register/register.js';
import type { StatementRecordedResponse } from './statement-recorded.response.js';

/** Makes the receipt of a recorded statement: always the same bytes, since Ed25519 signatures are deterministic. */
@Injectable()
export class StatementReceipts {
  constructor(
    private readonly register: Register,
    private readonly reader: LedgerReader,
    private readonly network: Network,
    private readonly keys: NetworkKeys,
  ) {}

  async receiptOf(statementId: string): Promise<StatementRecordedResponse | undefined> {
    const known = await this.register.findStatement(statementId);
    return known && this.describe(known);
  }

  private async describe(known: StatementOnRecord): Promise<StatementRecordedResponse> {
    const origin = this.network.rootOrigin;
    const { statement, jws, rootIndex: index, recordedAt } = known;
    const entry = await this.reader.entry(origin, index);
    if (entry === undefined) throw new Error(`the register names root entry ${index}, which is not there`);
    const { leaf } = entry;
    const { statementId, type } = statement;
    const digest = payloadDigest(canonicalBytes(statement));
    const receipt = await buildReceipt(
      { v: 1, origin, index, leaf, eventId: statementId, payloadDigest: digest, recordedAt },
      this.keys.log,
    );
    return {
      statementId,
      type,
      origin,
      index,
      leaf,
      payloadDigest: digest,
      recordedAt,
      statement: jws,
      receipt,
    };
  }
}

import { CLOCK, type Clock } from '@lodemark/platform';
import { toUtf8, type SignatureChecker } from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import {
  Command,
  CommandHandler,
  Query,
  QueryHandler,
  type ICommandHandler,
  type IQueryHandler,
} from '@nestjs/cqrs';
import { DATABASE, SIGNATURES } from '../ports.js';
import type { Queryable } from '../register/queryable.js';
import { CertifiedDocuments, type DocumentKind, type DocumentOnRecord } from './certified-documents.js';
import { judgeDocument } from './judge-document.js';

/** A certificate or a status list comes in; it authenticates itself by the registered key that signed it. */
export class RecordDocument extends Command<DocumentOnRecord> {
  constructor(
    readonly kind: DocumentKind,
    /** vc+jwt. */
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(RecordDocument)
export class RecordDocumentHandler implements ICommandHandler<RecordDocument> {
  constructor(
    private readonly documents: CertifiedDocuments,
    @Inject(DATABASE) private readonly database: Queryable,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ kind, text }: RecordDocument): Promise<DocumentOnRecord> {
    // What the root log names already needs nobody's word but its digest.
    const returned = await this.documents.giveBack(kind, toUtf8(text));
    if (returned !== undefined) return returned;
    const { database, signatures } = this;
    const at = this.clock.now().toISOString();
    const changes = await judgeDocument(kind, text, { database, signatures, at });
    return this.documents.record({ kind, text, changes });
  }
}

export class FindDocument extends Query<string | undefined> {
  constructor(
    readonly kind: DocumentKind,
    readonly digest: string,
  ) {
    super();
  }
}

@QueryHandler(FindDocument)
export class FindDocumentHandler implements IQueryHandler<FindDocument> {
  constructor(private readonly documents: CertifiedDocuments) {}

  execute({ kind, digest }: FindDocument): Promise<string | undefined> {
    return this.documents.find(kind, digest);
  }
}

import type { StatementOf } from '@lodemark/domain';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsDefined, ValidateNested } from 'class-validator';
import { fieldsOf, Stated } from '../http/stated.js';
import { StatementHeaderRequest } from '../statements/statement-header.request.js';

type Declared = StatementOf<'OwnershipDeclared'>;
const FIELDS = fieldsOf('OwnershipDeclared');
const HOLDER = FIELDS.holders.element.shape;

export class HolderRequest {
  @Stated(HOLDER.holder, {
    description: 'A registered organization, or somebody who ends the chain.',
    example: { name: 'Free float', kind: 'public-float', country: 'CA' },
  })
  readonly holder!: Declared['holders'][number]['holder'];

  @Stated(HOLDER.equity, { description: 'Percent.', example: '60' })
  readonly equity!: string;

  @Stated(HOLDER.votes, { description: 'Percent.', example: '60' })
  readonly votes!: string;

  @Stated(HOLDER.seats, { description: 'Percent.', example: '50' })
  readonly seats!: string;
}

/** Who holds an organization, from a date on. */
export class DeclareOwnershipRequest extends StatementHeaderRequest {
  @IsDefined()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => HolderRequest)
  readonly holders!: HolderRequest[];

  @Stated(FIELDS.creditors, { description: 'Who holds its debt; empty: it has none.' })
  readonly creditors?: NonNullable<Declared['creditors']>;

  @Stated(FIELDS.appointers, { description: 'Who may appoint officers beside those who hold seats.' })
  readonly appointers?: NonNullable<Declared['appointers']>;

  @Stated(FIELDS.from, { example: '2024-01-01' })
  readonly from!: string;

  @Stated(FIELDS.to)
  readonly to?: string;

  @Stated(FIELDS.documents)
  readonly documents?: string[];
}

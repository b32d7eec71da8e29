import { Public, Roles } from '@lodemark/platform';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { Reads, RecordsStatement } from '../http/documented.js';
import { found } from '../http/found.js';
import { PageRequest } from '../http/page.request.js';
import { IdRequest } from '../http/path.request.js';
import { StatementDesk } from '../statements/statement-desk.js';
import { StatementRecordedResponse } from '../statements/statement-recorded.response.js';
import { DeclareOwnershipRequest } from './declare-ownership.request.js';
import { FindOrganization, ListOrganizations } from './find-organization.js';
import { OrganizationResponse, OrganizationsResponse } from './organization.response.js';
import { RegisterOrganizationRequest } from './register-organization.request.js';

const ID = ApiParam({ name: 'id', example: EXAMPLES.organization.organization });

@ApiTags('organizations')
@Controller('v1/organizations')
export class OrganizationsController {
  constructor(
    private readonly desk: StatementDesk,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Roles('registrar')
  @RecordsStatement(
    {
      summary: 'Register an organization',
      description:
        'A newcomer joins by this, then its facility, then its keys (a log key, and an event or custodial key). Each ' +
        'step may be sent again after a lost answer: the same statementId with the same content is recorded once.',
    },
    { type: RegisterOrganizationRequest, example: EXAMPLES.organization },
  )
  register(@Body() body: RegisterOrganizationRequest): Promise<StatementRecordedResponse> {
    return this.desk.make('OrganizationRegistered', body);
  }

  @Post(':id/ownership')
  @Roles('registrar')
  @ID
  @RecordsStatement(
    {
      summary: 'Declare who holds an organization, from a date on',
      description:
        'Holders that are organizations must be registered, so that their own holders can be declared in turn.',
    },
    { type: DeclareOwnershipRequest, example: EXAMPLES.ownership },
  )
  declareOwnership(
    @Param() { id: organization }: IdRequest,
    @Body() body: DeclareOwnershipRequest,
  ): Promise<StatementRecordedResponse> {
    return this.desk.make('OwnershipDeclared', body, { organization });
  }

  @Get()
  @Public()
  @Reads({ summary: 'Organizations, in the order of their ids' }, { type: OrganizationsResponse })
  list(@Query() page: PageRequest): Promise<OrganizationsResponse> {
    return this.queries.execute(new ListOrganizations(page));
  }

  @Get(':id')
  @Public()
  @ID
  @Reads(
    { summary: 'An organization, its ownership, facilities and keys as the root log has them' },
    { type: OrganizationResponse },
  )
  async find(@Param() { id }: IdRequest): Promise<OrganizationResponse> {
    return found(await this.queries.execute(new FindOrganization(id)), `organization ${id}`);
  }
}

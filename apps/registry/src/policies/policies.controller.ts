import {
  AcceptsBytes,
  CurrentCaller,
  Problems,
  Public,
  RawBody,
  Roles,
  type Caller,
} from '@lodemark/platform';
import { Controller, Get, Header, HttpCode, Param, Post, Put, Query, StreamableFile } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples/examples.js';
import { Reads, RecordsStatement } from '../http/documented.js';
import { found } from '../http/found.js';
import { LogOrderPageRequest } from '../http/page.request.js';
import { DigestRequest } from '../http/path.request.js';
import { StatementDesk } from '../statements/statement-desk.js';
import { StatementRecordedResponse } from '../statements/statement-recorded.response.js';
import { ApprovePolicy, PolicyApprovals } from './policy-approvals.js';
import { FindPolicyDocument, KeepPolicyDocument, ListPolicies } from './policies.js';
import { PoliciesResponse, PolicyApprovedResponse, PolicyDocumentKeptResponse } from './policy.response.js';
import { PublishPolicyRequest } from './publish-policy.request.js';
import { readPublication } from './read-publication.js';

const DIGEST = ApiParam({ name: 'digest', example: EXAMPLES.policyDigest });

@ApiTags('policies')
@Controller('v1/policies')
export class PoliciesController {
  constructor(
    private readonly desk: StatementDesk,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly approvals: PolicyApprovals,
  ) {}

  @Post()
  @Roles('registrar')
  @AcceptsBytes(['application/json'])
  @RecordsStatement(
    {
      summary: 'Publish a policy',
      description:
        'The root log names the document by the SHA-256 of its canonical bytes (RFC 8785), which the registry keeps. A ' +
        'changed document is another version; a document is published once, and only if another person of the registrar ' +
        'than you approved it before (`policy-not-approved`). The statement names both by pseudonyms.',
    },
    { type: PublishPolicyRequest, example: EXAMPLES.policy },
  )
  async publish(
    @RawBody() { bytes }: { readonly bytes: Uint8Array },
    @CurrentCaller() caller: Caller,
  ): Promise<StatementRecordedResponse> {
    const { document: json, fields } = readPublication(bytes);
    const document = await this.commands.execute(new KeepPolicyDocument({ json }));
    const proposedBy = this.approvals.pseudonym(caller);
    const others = (await this.approvals.of(document)).filter((one) => one !== proposedBy);
    const approvedBy = others.length === 0 ? {} : { approvedBy: others };
    return this.desk.make('PolicyPublished', fields, { document, proposedBy, ...approvedBy });
  }

  @Post(':digest/approval')
  @HttpCode(200)
  @Roles('registrar')
  @DIGEST
  @ApiOperation({
    summary: 'Approve a policy document, so that somebody else may publish it',
    description: 'The registry must hold the document. Approving again changes nothing.',
  })
  @ApiOkResponse({ type: PolicyApprovedResponse })
  @Problems(401, 403, 409, 422)
  async approve(
    @Param() { digest }: DigestRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<PolicyApprovedResponse> {
    const approvals = await this.commands.execute(new ApprovePolicy(digest, caller));
    return { document: digest, you: approvals.caller, approvedBy: [...approvals.approvedBy] };
  }

  @Put(':digest')
  @Roles('registrar')
  @AcceptsBytes(['application/json'])
  @DIGEST
  @ApiOperation({
    summary: 'Hand in a policy document without publishing it',
    description:
      'For a PolicyPublished that a registrar signs himself and hands in by POST /v1/statements: the registry must hold ' +
      'the document first. The body is the canonical bytes.',
  })
  @ApiBody({
    schema: { type: 'object', additionalProperties: true },
    examples: { example: { value: EXAMPLES.policy.document } },
  })
  @ApiOkResponse({ type: PolicyDocumentKeptResponse })
  @Problems(401, 403, 413, 415, 422)
  async keep(
    @Param() { digest }: DigestRequest,
    @RawBody() { bytes }: { readonly bytes: Uint8Array },
  ): Promise<PolicyDocumentKeptResponse> {
    return { document: await this.commands.execute(new KeepPolicyDocument({ digest, bytes })) };
  }

  @Get()
  @Public()
  @Reads({ summary: 'Published policies, in log order' }, { type: PoliciesResponse })
  list(@Query() page: LogOrderPageRequest): Promise<PoliciesResponse> {
    return this.queries.execute(new ListPolicies(page));
  }

  @Get(':digest')
  @Public()
  @DIGEST
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  @ApiOperation({ summary: 'A policy document, exactly the bytes that its digest names' })
  @ApiOkResponse({
    content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
  })
  @Problems(404)
  async document(@Param() { digest }: DigestRequest): Promise<StreamableFile> {
    const bytes = found(
      await this.queries.execute(new FindPolicyDocument(digest)),
      `policy document ${digest}`,
    );
    return new StreamableFile(bytes, { type: 'application/json', length: bytes.length });
  }
}

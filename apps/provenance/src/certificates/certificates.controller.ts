import {
  BUNDLE_MEDIA_TYPE,
  bundleSchema,
  parseVcJwt,
  provenCredentialSchema,
  VC_JWT_MEDIA_TYPE,
  VC_MEDIA_TYPE,
} from '@lodemark/certificate';
import {
  CurrentCaller,
  invalidRequest,
  OptionalCaller,
  Problems,
  Public,
  Roles,
  unauthenticated,
  type Caller,
} from '@lodemark/platform';
import { canonicalBytes } from '@lodemark/transparency';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EXAMPLES } from '../examples.js';
import { answered } from '../http/documented.js';
import { negotiated } from '../http/negotiated.js';
import { ReadRefusal } from '../http/read-refusal.js';
import { questionGiven } from '../verdicts/question-given.js';
import { DID_DOCUMENT, didDocument, ISSUER, type CertificateIssuer } from './certificate-issuer.js';
import {
  FindCertificate,
  IssueCertificates,
  MakeBundle,
  type CertificateWithStatus,
} from './certificate-queries.js';
import { statusOf } from './forms/certificate-form.js';
import { CertificateForms, type HeaderSetter } from './forms/certificate-forms.js';
import {
  CertificateChangesRequest,
  CertificateFormRequest,
  CertificateNameRequest,
  CertificatesRequest,
  IssueCertificateRequest,
  StatusListRequest,
  StatusListTimeRequest,
} from './certificates.request.js';
import {
  CertificateChangesResponse,
  CertificateResponse,
  CertificatesResponse,
  describeChange,
  IssuedCertificatesResponse,
} from './certificates.response.js';
import { ListCertificateChanges, ListCertificates } from './list-certificates.js';
import { provenForm } from './proven-form.js';
import { StatusLists } from './status-lists.js';

const ANYBODY = { id: 'urn:lodemark:bearer', name: 'whoever holds it' };
const UUID_LENGTH = 36;

/** What can be asked about the first certificate that was issued. */
const FIRST = { name: '/certificates/0/id' };
const LINKS = {
  certificate: answered('CertificatesController_find', FIRST),
  bundle: answered('CertificatesController_bundle', FIRST),
  document: answered('KeptRootController_document', { digest: '/certificates/0/digest' }),
};

@ApiTags('certificates')
@Controller()
@Roles('facility-operator', 'auditor', 'registrar', 'administrator')
export class CertificatesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly lists: StatusLists,
    private readonly forms: CertificateForms,
    @Inject(ISSUER) private readonly issuer: CertificateIssuer | undefined,
  ) {}

  @Post('v1/certificates')
  @HttpCode(201)
  @ApiOperation({
    summary: 'Ask for a certificate on a lot, or on each lot of a shipment',
    description:
      'Judges, and issues on PASS or PASS_EXCEPTION; with `refusal` also otherwise. The same verdict for the same party ' +
      'has the same certificate. Its bundle can be had once a published root checkpoint covers it. As of an earlier ' +
      '`horizon` or time (`asOf`) one is issued only while the latest verdict says the same (`verdict-overtaken`).',
  })
  @ApiBody({ type: IssueCertificateRequest, examples: { example: { value: EXAMPLES.certificate } } })
  @ApiCreatedResponse({ type: IssuedCertificatesResponse, links: LINKS })
  @Problems(401, 403, 404, 409, 413, 415, 422)
  async issue(
    @Body() body: IssueCertificateRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<IssuedCertificatesResponse> {
    const { lot, lots, policy, question = {}, refusal = false, issuedTo = ANYBODY } = body;
    const { horizon, asOf } = body;
    if ((lot === undefined) === (lots === undefined)) {
      const detail = 'Needed: `lot`, or `lots`, and not both.';
      throw invalidRequest([{ code: 'one-of', pointer: '/lot', detail }], 'body');
    }
    const asked = {
      ...(policy === undefined ? {} : { policy }),
      ...(horizon === undefined ? {} : { horizon }),
      ...(asOf === undefined ? {} : { asOf }),
      ...{ question: questionGiven(question), refusal, issuedTo: { id: issuedTo.id, name: issuedTo.name } },
    };
    const issued = await this.commands.execute(new IssueCertificates(lots ?? [lot ?? ''], asked, caller));
    return { certificates: issued.map((one) => shown(one, true)) };
  }

  @Get('v1/certificates')
  @ApiOperation({
    summary: 'Certificates, or those that a lot touches',
    description:
      'In the order of their issue. With `descendsFrom`: those on the lot itself and on all that its material may have ' +
      'gone into, as far as the caller may see these.',
  })
  @ApiOkResponse({ type: CertificatesResponse })
  @Problems(401, 403, 404, 409, 422)
  async list(
    @Query() { descendsFrom, after, limit }: CertificatesRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<CertificatesResponse> {
    const query = new ListCertificates(descendsFrom, { after, limit }, caller);
    const { certificates, next } = await this.queries.execute(query);
    return {
      certificates: certificates.map((one) => shown(one, false)),
      ...(next === undefined ? {} : { next }),
    };
  }

  @Get('v1/certificates/changes')
  @ApiOperation({
    summary: 'What happened to certificates, in order',
    description:
      'Issued, suspended, reinstated, revoked: of the certificates on lots that the caller may see. Ask again with ' +
      '`after` as `next` says, and nothing is missed and nothing comes twice.',
  })
  @ApiOkResponse({ type: CertificateChangesResponse })
  @Header('Cache-Control', 'private, no-cache')
  @Problems(401, 403, 409, 422)
  async changes(
    @Query() page: CertificateChangesRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<CertificateChangesResponse> {
    const { after, limit } = page;
    const found = await this.queries.execute(new ListCertificateChanges({ after, limit }, caller));
    return { ...found, changes: found.changes.map(describeChange) };
  }

  @Get('v1/certificates/:name')
  @OptionalCaller()
  @ApiParam({ name: 'name', example: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001' })
  @ApiOperation({
    summary: 'A certificate',
    description:
      'As JSON with its status, and as a page with `Accept: text/html`. With `.jwt` after the id exactly as it was ' +
      'signed; with `.vc.json` as a credential with an `eddsa-jcs-2022` proof inside (`Accept: application/vc+jwt` and ' +
      '`application/vc` ask for the same); with `.html` as a page, with `.pdf` on paper; with `.bundle`, and in a PDF with `bundle=embedded`, ' +
      'with all that it rests on, for whoever may see every entry of that.',
  })
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/CertificateResponse' } },
      'text/html': { schema: { type: 'string' } },
      'application/pdf': { schema: { type: 'string', format: 'binary' } },
      [VC_JWT_MEDIA_TYPE]: { schema: { type: 'string' } },
      [VC_MEDIA_TYPE]: { schema: provenCredentialSchema() },
      [BUNDLE_MEDIA_TYPE]: { schema: bundleSchema() },
    },
  })
  @Problems(400, 401, 403, 404, 409)
  async find(
    @Param() { name }: CertificateNameRequest,
    @Query() { bundle }: CertificateFormRequest,
    @Headers('accept') accept: string | undefined,
    @CurrentCaller() caller: Caller | undefined,
    @Res({ passthrough: true }) reply: HeaderSetter,
  ): Promise<CertificateResponse | StreamableFile | string> {
    const [id, form] = [name.slice(0, UUID_LENGTH), name.slice(UUID_LENGTH)];
    if (bundle !== undefined && form !== '.pdf') {
      const detail = 'Only a PDF can carry the bundle.';
      throw invalidRequest([{ code: 'misplaced', pointer: '/bundle', detail }], 'query');
    }
    reply.header('Vary', 'Accept, Authorization');
    // What was signed stays; the status that is shown with it may change.
    reply.header(
      'Cache-Control',
      bundle === undefined && form !== '.bundle' ? 'no-cache' : 'private, no-cache',
    );
    if (form === '.bundle') return file(Buffer.from(await this.bundleFor(id, caller)), BUNDLE_MEDIA_TYPE);
    const found = await this.queries.execute(new FindCertificate(id));
    const asked = formAsked(form, accept);
    if (asked === '.jwt') return file(Buffer.from(found.certificate.jwt, 'utf8'), VC_JWT_MEDIA_TYPE);
    if (asked === '.vc.json') {
      const proven = await provenForm(found.certificate, this.issuer);
      return file(Buffer.from(canonicalBytes(proven)), VC_MEDIA_TYPE);
    }
    if (asked === '.pdf')
      return this.forms.pdf(found, bundle === undefined ? undefined : await this.bundleFor(id, caller));
    if (asked === '.html') return this.forms.page(found, reply);
    return shown(found, true);
  }

  private bundleFor(id: string, caller: Caller | undefined): Promise<Uint8Array> {
    if (caller === undefined)
      throw unauthenticated('A bundle is for whoever may see all of it: it needs a bearer token.');
    return this.queries.execute(new MakeBundle(id, caller));
  }

  @Get('v1/certificates/:name/bundle')
  @ApiParam({ name: 'name', example: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001' })
  @ApiOperation({
    summary: 'Everything needed to check a certificate offline, in one file',
    description: 'For whoever may see every entry that it rests on. `lodemark verify` reads it.',
  })
  @ApiOkResponse({ content: { [BUNDLE_MEDIA_TYPE]: { schema: bundleSchema() } } })
  @Header('Cache-Control', 'private, no-cache')
  @Problems(401, 403, 404, 409)
  async bundle(
    @Param() { name }: CertificateNameRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<StreamableFile> {
    const bytes = await this.queries.execute(new MakeBundle(name.slice(0, UUID_LENGTH), caller));
    return file(Buffer.from(bytes), BUNDLE_MEDIA_TYPE);
  }

  @Get('v1/status/:purpose/:list')
  @Public()
  @ApiOperation({
    summary: 'The newest version of a status list (Bitstring Status List v1.0), as a vc+jwt',
    description: 'With `timestamp` the version that was the newest then.',
  })
  @ApiParam({ name: 'purpose', example: 'revocation' })
  @ApiParam({ name: 'list', example: '0' })
  @ApiOkResponse({ content: { [VC_JWT_MEDIA_TYPE]: { schema: { type: 'string' } } } })
  @Header('Cache-Control', 'no-cache')
  @Problems(400, 404, 422)
  async statusList(
    @Param() { purpose, list }: StatusListRequest,
    @Query() { timestamp }: StatusListTimeRequest,
  ): Promise<StreamableFile> {
    const jwt = await this.lists.served({ purpose, list: Number(list), timestamp });
    return file(Buffer.from(jwt, 'utf8'), VC_JWT_MEDIA_TYPE);
  }

  @Get('.well-known/did.json')
  @Public()
  @ApiOperation({ summary: 'The issuer’s DID document (did:web)' })
  @ApiOkResponse({ schema: DID_DOCUMENT })
  @Problems(404)
  did(): Record<string, unknown> {
    if (this.issuer !== undefined) return didDocument(this.issuer);
    throw new ReadRefusal({
      code: 'not-an-issuer',
      detail: 'This service has no key to issue certificates with.',
    });
  }
}

const NEGOTIATED = {
  'application/json': '',
  'text/html': '.html',
  [VC_JWT_MEDIA_TYPE]: '.jwt',
  [VC_MEDIA_TYPE]: '.vc.json',
} as const;

/** What follows the id; without anything, what the media type that is asked for is written with. */
function formAsked(form: string, accept: string | undefined): string {
  if (form !== '') return form;
  return NEGOTIATED[negotiated(['application/json', 'text/html', VC_JWT_MEDIA_TYPE, VC_MEDIA_TYPE], accept)];
}

function file(bytes: Buffer, type: string): StreamableFile {
  return new StreamableFile(bytes, { type, length: bytes.length });
}

function shown({ certificate, changes }: CertificateWithStatus, whole: boolean): CertificateResponse {
  const { id, digest, lot, policy, outcome, horizon, issuedAt, rootIndex, jwt } = certificate;
  const read = parseVcJwt(jwt);
  return {
    ...{ id, digest, lot, policy, outcome, horizon, issuedAt: issuedAt.toISOString() },
    rootIndex: rootIndex ?? null,
    status: statusOf(changes).state,
    changes: changes.map(({ at, cause, ...change }) => ({
      ...{ ...change, at: at.toISOString(), cause: { ...cause } },
    })),
    ...(whole && !('problem' in read) ? { credential: { ...read.credential } } : {}),
  };
}

import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Module,
  Param,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsOptional, IsString, Matches } from 'class-validator';
import {
  AcceptsBytes,
  ANY_MEDIA_TYPE,
  CLOCK,
  CurrentCaller,
  Nested,
  NestedList,
  Optional,
  OptionalCaller,
  ProblemError,
  Public,
  RawBody,
  RequestId,
  Roles,
  WholeNumber,
  type Caller,
  type Clock,
  type RawBodyBytes,
} from '../../src/index.js';

export class PackageRequest {
  @ApiProperty({ example: 'D-1' })
  @IsString()
  @Matches(/^[A-Z]-[0-9]+$/, { message: 'A package number looks like D-1.' })
  readonly number!: string;
}

export class LotRequest {
  @ApiProperty({ example: 'kokbulak/1' })
  @IsString()
  readonly lot!: string;

  @ApiPropertyOptional({ type: [PackageRequest] })
  @Optional()
  @ArrayMaxSize(200)
  @NestedList(() => PackageRequest)
  readonly packages?: PackageRequest[];

  @ApiPropertyOptional()
  @Optional()
  @Nested(() => PackageRequest)
  readonly sample?: PackageRequest;
}

export class PageQuery {
  @ApiPropertyOptional({ default: 100 })
  @IsOptional()
  @WholeNumber({ min: 1, max: 500 })
  readonly limit: number = 100;
}

export class EmptyRequest {
  @IsOptional()
  @IsString()
  readonly note?: string;
}

/** Requests that a test holds back and lets go. */
@Injectable()
export class Gate {
  private waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  get held(): number {
    return this.waiting.length;
  }

  open(): void {
    this.waiting.splice(0).forEach((go) => {
      go();
    });
  }
}

@Controller('v1')
export class TinyController {
  constructor(
    private readonly gate: Gate,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('lots')
  @Public()
  @ApiOperation({ summary: 'Echo a lot' })
  @ApiOkResponse({ type: LotRequest })
  @HttpCode(200)
  echo(@Body() body: LotRequest): unknown {
    return {
      isInstance:
        body instanceof LotRequest && (body.packages ?? []).every((one) => one instanceof PackageRequest),
      body,
    };
  }

  @Post('notes')
  @Public()
  @HttpCode(204)
  note(@Body() _body: EmptyRequest): void {
    return;
  }

  @Get('lots')
  @Public()
  page(@Query() query: PageQuery): unknown {
    return query;
  }

  @Get('entries/:index')
  @Public()
  entry(@Param('index') index: number): unknown {
    return { index };
  }

  @Post('events')
  @OptionalCaller()
  @HttpCode(200)
  @AcceptsBytes(['application/jose', 'application/x-ndjson', 'application/json'])
  events(@RawBody() body: RawBodyBytes, @CurrentCaller() caller?: Caller): unknown {
    return {
      mediaType: body.mediaType,
      text: Buffer.from(body.bytes).toString('latin1'),
      caller: caller?.subject ?? null,
    };
  }

  @Put('documents')
  @Public()
  @AcceptsBytes([ANY_MEDIA_TYPE], { limit: 4000 })
  document(@RawBody() body: RawBodyBytes): unknown {
    return { mediaType: body.mediaType, length: body.bytes.length };
  }

  @Get('whoami')
  whoami(@CurrentCaller() caller: Caller): unknown {
    return caller;
  }

  @Get('registrar')
  @Roles('registrar', 'administrator')
  registrar(@CurrentCaller() caller: Caller): unknown {
    return { subject: caller.subject };
  }

  @Get('problem')
  @Public()
  problem(@RequestId() id: string): never {
    throw new ProblemError({
      type: 'lot-not-held',
      status: 409,
      title: 'Lot not held',
      detail: 'The lot left on 3 May.',
      facts: { lot: 'kokbulak/1', status: 200, requestId: id },
      headers: { 'Retry-After': '7' },
    });
  }

  @Get('conflict')
  @Public()
  conflict(): never {
    throw new ConflictException('Already there.');
  }

  @Get('fault')
  @Public()
  fault(): never {
    throw new Error('table entry, password hush', { cause: new Error('the real cause') });
  }

  @Get('slow')
  @Public()
  async slow(): Promise<unknown> {
    await this.gate.wait();
    return { at: this.clock.now().toISOString() };
  }
}

@Module({ controllers: [TinyController], providers: [Gate] })
export class TinyModule {}

import { LODEMARK_CONTEXT_DOCUMENT, LODEMARK_CONTEXT_PATH } from '@lodemark/certificate';
import { Public } from '@lodemark/platform';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** What the words of a certificate mean to a JSON-LD processor, under the address that every certificate names. */
@ApiExcludeController()
@Controller()
export class ContextsController {
  @Get(LODEMARK_CONTEXT_PATH)
  @Public()
  @Header('Content-Type', 'application/ld+json')
  @Header('Cache-Control', 'public, max-age=31536000, immutable')
  context(): string {
    return JSON.stringify(LODEMARK_CONTEXT_DOCUMENT);
  }
}

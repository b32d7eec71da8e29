import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { listMember, member, textMember } from '../network/json.js';
import { failureOf } from '../network/problem.js';
import type { ServiceClient } from '../network/service-client.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import { lotArgument, type AddCommands } from './frame.js';
import { questionOf, withQuestion, type VerdictOptions } from './verdict.js';

interface CertificateOptions extends VerdictOptions {
  readonly bundle?: string;
  readonly pdf?: string;
  readonly refusal?: boolean;
}

export const addCertificateCommand: AddCommands = (program, frame) => {
  withQuestion(
    program
      .command('certificate')
      .description(
        'Have a certificate issued on a lot, and get the bundle that lets anybody check it offline.',
      )
      .argument('<lot>', 'facility/number', lotArgument),
  )
    .option('--refusal', 'also certify a verdict that is no pass')
    .option('--bundle <file>', 'write the bundle into this file')
    .option('--pdf <file>', 'write a PDF that carries the bundle into this file')
    .action((lot: string, options: CertificateOptions, self: Command) =>
      frame(self, async (session) => {
        const provenance = session.service('provenance');
        const body = { ...questionOf(lot, options), ...(options.refusal === true ? { refusal: true } : {}) };
        const asked = { method: 'POST', roles: [WHOLE_ENGAGEMENT], body } as const;
        const answer = await provenance.ask('/v1/certificates', asked);
        const [certificate] = listMember(answer, 'certificates');
        const id = textMember(certificate, 'id') ?? '';
        const [outcome, digest] = [textMember(certificate, 'outcome'), textMember(certificate, 'digest')];
        const { bundle, pdf } = options;
        if (bundle !== undefined) await writeFile(bundle, await formOf(provenance, `${id}.bundle`));
        if (pdf !== undefined) await writeFile(pdf, await formOf(provenance, `${id}.pdf?bundle=embedded`));
        session.output.answer({ id, lot, outcome, digest, bundle, pdf }, () => [
          `Certificate ${id} on ${lot}: ${outcome ?? ''}`,
          `digest ${digest ?? ''}`,
          ...(bundle === undefined ? [] : [`bundle written to ${bundle}`]),
          ...(pdf === undefined ? [] : [`PDF written to ${pdf}`]),
        ]);
        return EXIT.ok;
      }),
    );
};

const TIMES_ASKED = 60;
const PAUSE_MS = 1_000;

/** Waits until a published root checkpoint covers the certificate. @throws Failure */
async function formOf(provenance: ServiceClient, name: string): Promise<Uint8Array> {
  for (let asked = 1; ; asked += 1) {
    const path = `/v1/certificates/${name}`;
    const answer = await provenance.call(path, { roles: [WHOLE_ENGAGEMENT] });
    if (answer.status === 200) return answer.bytes;
    const waits = String(member(answer.body, 'type')).endsWith('certificate-not-covered');
    if (!waits || asked >= TIMES_ASKED) throw failureOf(`GET ${provenance.url}${path}`, answer);
    await sleep(PAUSE_MS);
  }
}

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Verification } from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform/light';
import { fromUtf8, isAdmissible } from '@lodemark/transparency';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { visible } from '../text.js';
import type { AddCommands } from './frame.js';

/** This command asks nobody, so that 3 is no trouble of a service here: it says that the file is not valid. */
const VERIFIED = {
  pass: EXIT.ok,
  noPass: EXIT.no,
  indeterminate: EXIT.notEnough,
  invalid: EXIT.trouble,
} as const;

export const addVerifyCommand: AddCommands = (program, frame) => {
  program
    .command('verify')
    .description(
      'Check a certificate offline, from its bundle and your own trust file alone; exit code 0 valid and a pass, ' +
        '1 valid and no pass, 2 something is missing, 3 invalid.',
    )
    .argument('<file>', 'a bundle, or a certificate by itself')
    .requiredOption('--trust <file>', 'your trust file (see docs/certificates.md)')
    .option('--at <time>', 'verify as of this time instead of now, RFC 3339')
    .action((file: string, options: { readonly trust: string; readonly at?: string }, self: Command) =>
      frame(self, async ({ output }) => {
        const { looksLike, parseTrust, verifyAlone, verifyBundle } = await import('@lodemark/certificate');
        const trust = parseTrust(await read(options.trust));
        if (!trust.ok) {
          const why = trust.problems.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; ');
          throw new Failure({
            code: 'trust-malformed',
            exit: EXIT.usage,
            cause: `${options.trust} is no trust file: ${why}`,
            next: 'lodemark trust writes one; docs/certificates.md says what stands in it.',
          });
        }
        const bytes = await read(file);
        const ports = {
          ...{ trust: trust.value, gzip: nodeGzip, checker: nodeSignatures(isAdmissible) },
          now: timeOf(options.at),
        };
        const verified =
          looksLike(bytes) === 'certificate'
            ? verifyAlone(fromUtf8(bytes) ?? '', ports)
            : await verifyBundle(bytes, ports);
        output.answer(answerOf(verified), () =>
          linesOf(verified, (colour, text) => output.paint(colour, text)),
        );
        return exitOf(verified);
      }),
    );
};

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Failure({
      code: 'file-unreadable',
      exit: EXIT.usage,
      cause: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      next: 'Give the path of a file that is there.',
    });
  }
}

function timeOf(text: string | undefined): Date {
  const time = text === undefined ? new Date() : new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new Failure({
    code: 'time-malformed',
    exit: EXIT.usage,
    cause: `${text ?? ''} is no time.`,
    next: 'Give it as RFC 3339, such as 2027-01-04T00:00:00Z.',
  });
}

function exitOf({ standing, certificate }: Verification): ExitCode {
  if (standing === 'INVALID') return VERIFIED.invalid;
  if (standing === 'INDETERMINATE') return VERIFIED.indeterminate;
  const passes = certificate?.outcome === 'PASS' || certificate?.outcome === 'PASS_EXCEPTION';
  return passes ? VERIFIED.pass : VERIFIED.noPass;
}

function answerOf({ standing, findings, certificate, asOf, assumed }: Verification) {
  const { id, lot, outcome, policy, question, horizon } = certificate ?? {};
  return { standing, findings, certificate: { id, lot, outcome, policy, question, horizon }, asOf, assumed };
}

function linesOf(
  { standing, findings, certificate, asOf, assumed }: Verification,
  paint: (colour: 'green' | 'yellow' | 'red', text: string) => string,
): string[] {
  const colour = standing === 'VALID' ? 'green' : standing === 'INVALID' ? 'red' : 'yellow';
  const about =
    certificate === undefined
      ? []
      : [
          `${certificate.outcome} for lot ${certificate.lot} under ${certificate.policy.id} (${certificate.policy.document})`,
          `judged at root log size ${String(certificate.horizon.size)} of ${certificate.horizon.at}`,
          `issued by ${certificate.issuer.name} (${certificate.issuer.id}) to ${certificate.issuedTo.name}`,
        ];
  return [
    paint(colour, standing),
    ...about.map(visible),
    ...(asOf === undefined
      ? []
      : [`status as of ${asOf.witnessedAt ?? asOf.recordedAt}, root log size ${String(asOf.size)}`]),
    ...findings.map(({ code, where, detail }) => visible(`  ${code} ${where}: ${detail}`)),
    'taken as given:',
    ...assumed.map((one) => visible(`  ${one}`)),
  ];
}

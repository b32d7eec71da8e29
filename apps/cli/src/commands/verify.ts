import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { VerificationReport } from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform/light';
import { isAdmissible } from '@lodemark/transparency';
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
    .argument('<file>', 'a bundle, a PDF that carries one, or a certificate by itself')
    .requiredOption('--trust <file>', 'your trust file (see docs/certificates.md)')
    .option('--at <time>', 'verify as of this time instead of now, RFC 3339')
    .action((file: string, options: { readonly trust: string; readonly at?: string }, self: Command) =>
      frame(self, async ({ output }) => {
        const { BUNDLE_LIMITS, parseTrust, reportOf, TRUST_LIMIT, verifyFile } =
          await import('@lodemark/certificate');
        const trust = parseTrust(await start(options.trust, TRUST_LIMIT));
        if (!trust.ok) {
          const why = trust.problems.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; ');
          throw new Failure({
            code: 'trust-malformed',
            exit: EXIT.usage,
            cause: `${options.trust} is no trust file: ${why}`,
            next: 'lodemark trust writes one; docs/certificates.md says what stands in it.',
          });
        }
        const bytes = await start(file, BUNDLE_LIMITS.length);
        const ports = {
          ...{ trust: trust.value, gzip: nodeGzip, checker: nodeSignatures(isAdmissible) },
          now: timeOf(options.at),
        };
        const report = reportOf(await verifyFile(bytes, ports));
        output.answer(report, () => linesOf(report, (colour, text) => output.paint(colour, text)));
        return exitOf(report);
      }),
    );
};

/** A byte more than may be, so that a longer file is found to be too long and is not cut short. */
async function start(path: string, most: number): Promise<Uint8Array> {
  try {
    // `end` is the last byte that is read.
    return await buffer(createReadStream(path, { end: most }));
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

function exitOf({ standing, passes }: VerificationReport): ExitCode {
  if (standing === 'INVALID') return VERIFIED.invalid;
  if (standing === 'INDETERMINATE') return VERIFIED.indeterminate;
  return passes ? VERIFIED.pass : VERIFIED.noPass;
}

function linesOf(
  { standing, findings, certificate, asOf, assumed }: VerificationReport,
  paint: (colour: 'green' | 'yellow' | 'red', text: string) => string,
): string[] {
  const colour = standing === 'VALID' ? 'green' : standing === 'INVALID' ? 'red' : 'yellow';
  const about =
    certificate === null
      ? []
      : [
          `${certificate.outcome} for lot ${certificate.lot} under ${certificate.policy.id} (${certificate.policy.document})`,
          `judged at root log size ${String(certificate.horizon.size)} of ${certificate.horizon.at}`,
          `issued by ${certificate.issuer.name} (${certificate.issuer.id}) to ${certificate.issuedTo.name}`,
        ];
  return [
    paint(colour, standing),
    ...about.map(visible),
    ...(asOf === null
      ? []
      : [`status as of ${asOf.witnessedAt ?? asOf.recordedAt}, root log size ${String(asOf.size)}`]),
    ...findings.map(({ code, where, detail }) => visible(`  ${code} ${where}: ${detail}`)),
    'taken as given:',
    ...assumed.map((one) => visible(`  ${one}`)),
  ];
}

import { Network } from '@lodemark/domain';
import type { PublicJwk, SignatureChecker } from '@lodemark/transparency';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CheckpointRegister } from '../checkpoints/checkpoint-register.js';
import { LogKeys } from '../checkpoints/log-keys.js';
import { SIGNATURES } from '../ports.js';
import { RegistrationRefusal } from '../statements/registration-refusal.js';
import { mayContradict, readEvidence, showsEntry, type Evidence } from './evidence.js';
import { LogFaults, type LogFaultOnRecord } from './log-faults.js';

export interface ReportedFault {
  readonly facility: string;
  readonly kind: 'fork' | 'withheld';
  /** First index that does not count any more. */
  readonly fromIndex: number;
  readonly evidence: readonly string[];
}

/** The registrar ends what counts from a facility log, on the evidence of what that log's own keys signed. */
export class ReportLogFault extends Command<LogFaultOnRecord> {
  constructor(readonly reported: ReportedFault) {
    super();
  }
}

@CommandHandler(ReportLogFault)
export class ReportLogFaultHandler implements ICommandHandler<ReportLogFault> {
  constructor(
    private readonly faults: LogFaults,
    private readonly logKeys: LogKeys,
    private readonly checkpoints: CheckpointRegister,
    private readonly network: Network,
    @Inject(SIGNATURES) private readonly signatures: SignatureChecker,
  ) {}

  async execute({ reported }: ReportLogFault): Promise<LogFaultOnRecord> {
    const { facility, kind, fromIndex } = reported;
    const keys = await this.logKeys.ever(facility);
    if (keys === undefined) throw facilityUnknown(facility);
    const evidence = await this.readAll(reported, keys);
    checkWeight(reported, evidence);
    return this.faults.record(facility, async ({ client }) => {
      const last = await this.checkpoints.last(facility, client);
      if (fromIndex > (last?.size ?? 0)) throw beyondLog(fromIndex, last?.size ?? 0);
      return { facility, fault: kind, size: fromIndex, evidence: evidence.map(({ text }) => text) };
    });
  }

  private async readAll(reported: ReportedFault, keys: readonly PublicJwk[]): Promise<readonly Evidence[]> {
    const log = { origin: this.network.logOrigin(reported.facility), keys };
    const read = await Promise.all(reported.evidence.map((text) => readEvidence(text, log, this.signatures)));
    RegistrationRefusal.throwIf(
      read.flatMap((one, i) =>
        one === undefined
          ? [
              {
                code: 'evidence-not-of-log',
                pointer: `/evidence/${i}`,
                detail: `This is no checkpoint or receipt of ${log.origin} that a key of that log signed.`,
              } as const,
            ]
          : [],
      ),
    );
    return read.filter((one) => one !== undefined);
  }
}

// One piece is enough for a fork: what it contradicts may be entries that only the registrar has seen. Several that
// certainly agree with each other show the opposite.
function checkWeight({ kind, fromIndex }: ReportedFault, evidence: readonly Evidence[]): void {
  const enough =
    kind === 'fork'
      ? evidence.length === 1 ||
        evidence.some((a, i) => evidence.slice(i + 1).some((b) => mayContradict(a, b)))
      : evidence.some((one) => showsEntry(one, fromIndex));
  if (enough) return;
  const detail =
    kind === 'fork'
      ? 'These pieces agree with each other: they show no fork.'
      : `Nothing here shows that the log has an entry at index ${fromIndex} or later.`;
  RegistrationRefusal.throwIf([{ code: 'evidence-too-thin', pointer: '/evidence', detail }]);
}

function facilityUnknown(facility: string): RegistrationRefusal {
  const detail = `There is no facility ${facility}.`;
  return new RegistrationRefusal({
    code: 'facility-unknown',
    detail,
    facts: { facility },
    errors: [{ code: 'facility-unknown', pointer: '/facility', detail }],
  });
}

function beyondLog(fromIndex: number, size: number): RegistrationRefusal {
  const detail = `The last checkpoint of the log is of size ${size}; nothing from index ${fromIndex} on has counted.`;
  return new RegistrationRefusal({
    code: 'from-index-beyond-log',
    detail,
    facts: { size },
    errors: [{ code: 'from-index-beyond-log', pointer: '/fromIndex', detail }],
  });
}

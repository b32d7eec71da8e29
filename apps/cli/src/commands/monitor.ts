import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { Network } from '@lodemark/domain';
import { parseTrustPolicy, type TrustPolicy } from '@lodemark/transparency';
import { errorText } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { httpSource } from '../log/log-source.js';
import { exitFor, type Alarm, type AlarmCode } from '../monitor/alarm.js';
import { Monitor, type Round } from '../monitor/monitor.js';
import { onlookerAt } from '../monitor/onlookers.js';
import type { Expected } from '../monitor/root-announcements.js';
import { MonitorMetrics } from '../monitor/serve-metrics.js';
import { WHOLE_ENGAGEMENT } from '../network/tokens.js';
import type { Session } from '../session.js';
import { counted, visible } from '../text.js';
import { facilityArgument, listenArgument, listOf, wholeNumber, type AddCommands } from './frame.js';

interface MonitorOptions {
  readonly policy: string;
  readonly state: string;
  readonly genesis?: string;
  readonly keys?: string;
  readonly certificates?: string;
  readonly facility?: readonly string[];
  readonly also?: readonly string[];
  readonly once?: boolean;
  readonly every: number;
  readonly stale: number;
  readonly metrics?: { readonly host: string; readonly port: number };
}

const MONITOR_HELP = `
Reads the root log, and the logs of the facilities that are named, from their beginnings; believes nothing that does
not follow from the entries; and compares what it is shown with what the witnesses were shown and with what earlier runs
saw. With --also it is compared with what others were shown, too: a monitor that serves (--metrics), the folder of a
monitor's --state, a checkpoint in a file, or a bundle that somebody was given. They are asked first, so that whoever was
shown more was shown what is kept from here ("behind").
Each alarm is one line (with --json one JSON object), with the signed notes that prove it to anybody.

  5  checkpoint-untrusted, equivocation, rolled-back, fork, entry-wrong, genesis-differs, split-view
  1  log-fault, key-unannounced, certificate-unasked, statement-without-authority
  2  quorum-missing, stale, behind, uncompared
`;

export const addMonitorCommand: AddCommands = (program, frame) => {
  program
    .command('monitor')
    .description(
      'Follow the logs and report whoever rewrites history, and keys and certificates nobody knows of.',
    )
    .requiredOption(
      '--policy <file>',
      'trust policy (https://c2sp.org/tlog-policy): root log, witnesses, quorum',
    )
    .requiredOption('--state <folder>', 'where it keeps what it saw last')
    .option('--genesis <hash>', 'leaf hash that the root log begins with')
    .option('--keys <file>', 'thumbprints of the keys that are announced, one a line; others raise an alarm')
    .option('--certificates <file>', 'digests of the certificates that were asked for, one a line')
    .option('--facility <id>', 'whose logs are read, too; may be repeated', listOf(facilityArgument))
    .option(
      '--also <where>',
      'address, folder or file of somebody else who was shown the root log; may be repeated',
      listOf(),
    )
    .option('--once', 'look once, and end with an exit code')
    .option('--every <seconds>', 'seconds between looks', wholeNumber({ min: 1, max: 86_400 }), 30)
    .option(
      '--stale <seconds>',
      'alarm when no witness cosigned for so long',
      wholeNumber({ min: 1, max: 1e9 }),
      3_600,
    )
    .option(
      '--metrics <host:port>',
      'answer Prometheus (GET /metrics) and the --also of other monitors',
      listenArgument,
    )
    .addHelpText('after', MONITOR_HELP)
    .action((options: MonitorOptions, self: Command) =>
      frame(self, async (session) => {
        const monitor = await monitorOf(session, options);
        const seen = new Set<AlarmCode>();
        const metrics = new MonitorMetrics();
        const server = options.metrics && (await metrics.serve(options.metrics, monitor.seen));
        const interruption = new AbortController();
        const release = session.surroundings.onInterrupt(() => interruption.abort());
        try {
          while (!interruption.signal.aborted) {
            const round = await look(session, monitor, { metrics, isLast: options.once === true });
            for (const { code } of round?.alarms ?? []) seen.add(code);
            if (options.once === true) break;
            await sleep(options.every * 1_000, undefined, { signal: interruption.signal }).catch(
              () => undefined,
            );
          }
        } finally {
          release();
          server?.close();
        }
        return exitFor(seen);
      }),
    );
};

/** Trouble ends only a single look: whoever follows goes on. @throws Failure */
async function look(
  session: Session,
  monitor: Monitor,
  { metrics, isLast }: { readonly metrics: MonitorMetrics; readonly isLast: boolean },
): Promise<Round | undefined> {
  const { output, surroundings } = session;
  try {
    const round = await monitor.round();
    metrics.made(round, surroundings.now());
    for (const alarm of round.alarms) output.line(output.json ? JSON.stringify(alarm) : alarmLine(alarm));
    for (const trouble of round.unreadable) output.remark(`Not read: ${trouble}`);
    if (isLast && !output.json) output.line(summary(round));
    return round;
  } catch (error) {
    metrics.failed();
    if (isLast || !(error instanceof Failure)) throw error;
    output.remark(error.message);
    return undefined;
  }
}

function alarmLine({ code, origin, at, detail }: Alarm): string {
  return visible(`ALARM ${code} ${origin} at ${at}: ${detail}`);
}

function summary({ root, logs, alarms }: Round): string {
  const read = Object.keys(logs).length;
  return `The root log was read up to ${root.size}, ${counted(read, 'facility log')} as far as it covers them: ${counted(alarms.length, 'alarm')}.`;
}

async function monitorOf(session: Session, options: MonitorOptions): Promise<Monitor> {
  const policy = await policyOf(options.policy);
  const rootOrigin = policy.logs[0]?.key.name ?? '';
  if (policy.logs.length !== 1 || !rootOrigin.endsWith('/root'))
    throw unusable(`${options.policy} has to name one log, a root log.`);
  const { VouchedTrees } = await import('@lodemark/witness');
  const [{ url: registry }, { tokens }] = [session.service('registry'), session];
  const facilities = new Set(options.facility ?? []);
  const logOf = (facility: string) =>
    facilities.has(facility)
      ? httpSource(`${session.service('custody').url}/v1/logs/${facility}`, tokens, [WHOLE_ENGAGEMENT])
      : undefined;
  return new Monitor({
    ...{ network: new Network(rootOrigin.slice(0, -'/root'.length)), policy, logOf },
    ...{ root: httpSource(`${registry}/v1/root`, tokens, []), trees: new VouchedTrees(options.state) },
    ...{ expected: await expectedOf(options), staleAfter: options.stale },
    ...{ others: (options.also ?? []).map(onlookerAt), now: () => session.surroundings.now() },
  });
}

async function policyOf(file: string): Promise<TrustPolicy> {
  const policy = parseTrustPolicy(await readGiven(file));
  if (policy.ok) return policy.value;
  throw unusable(`${file} is no trust policy: ${policy.problems.map(({ detail }) => detail).join(' ')}`);
}

async function expectedOf({ genesis, keys, certificates }: MonitorOptions): Promise<Expected> {
  return {
    ...(genesis === undefined ? {} : { genesis }),
    ...(keys === undefined ? {} : { keys: await linesOf(keys) }),
    ...(certificates === undefined ? {} : { certificates: await linesOf(certificates) }),
  };
}

async function linesOf(file: string): Promise<ReadonlySet<string>> {
  const lines = Buffer.from(await readGiven(file))
    .toString('utf8')
    .split('\n');
  return new Set(lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => line !== ''));
}

async function readGiven(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => {
    throw unusable(`${file} cannot be read: ${errorText(error)}`);
  });
}

function unusable(cause: string): Failure {
  return new Failure({ code: 'monitor-settings', exit: EXIT.usage, cause });
}

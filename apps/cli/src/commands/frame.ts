import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../exit-codes.js';
import type { Session } from '../session.js';

/** Opens the session of a command, runs its work and keeps the exit code. */
export type CommandFrame = (command: Command, work: (session: Session) => Promise<ExitCode>) => Promise<void>;

/** Adds one command or a few that belong together. */
export type AddCommands = (program: Command, frame: CommandFrame) => void;

const FACILITY = /^[a-z0-9-]{1,63}$/;
const LOT = /^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/;

export function facilityArgument(text: string): string {
  if (FACILITY.test(text)) return text;
  throw new InvalidArgumentError('A facility id is [a-z0-9-]{1,63}.');
}

export function lotArgument(text: string): string {
  if (LOT.test(text)) return text;
  throw new InvalidArgumentError('A lot id is <facility>/<number>, such as kokbulak/2026-0017.');
}

/** For options that may be given several times, or once with commas. */
export function listOf(check: (text: string) => string = (text) => text) {
  return (text: string, before: readonly string[] | undefined): readonly string[] => [
    ...(before ?? []),
    ...text.split(',').map((one) => check(one.trim())),
  ];
}

/** At which evidence horizon a read is answered. */
export function horizonOption(): Option {
  return new Option('--horizon <size>', 'root log size to answer at').argParser(
    wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  );
}

export function wholeNumber({ min, max }: { readonly min: number; readonly max: number }) {
  return (text: string): number => {
    const count = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (count >= min && count <= max) return count;
    throw new InvalidArgumentError(`A whole number from ${min} to ${max}.`);
  };
}

/** Where something answers. */
export interface Listen {
  readonly host: string;
  readonly port: number;
}

export function listenArgument(text: string): Listen {
  const [, host = '', digits = ''] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > 65_535)
    throw new InvalidArgumentError('An address is host:port, such as 127.0.0.1:4790.');
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port };
}

/** What the exit code says; part of the command's interface, never renumbered. */
export const EXIT = {
  ok: 0,
  no: 1,
  notEnough: 2,
  trouble: 3,
  usage: 4,
  unproven: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The table that every `--help` ends with. */
export const EXIT_CODES_HELP = `
Exit codes:
    0  it was done; the verdict is a pass
    1  a "no": rows are refused, the verdict is FAIL, a check of doctor fails
    2  not enough to say: the verdict is INSUFFICIENT, or nothing covers the entry yet
    3  a service or the network is in trouble, or does not let you in; nothing is known
    4  the command, a file or a setting is wrong; nothing was sent
    5  a receipt or the root log does not verify: do not rely on what was answered
  130  interrupted; what was confirmed stands, and the same command goes on
`;

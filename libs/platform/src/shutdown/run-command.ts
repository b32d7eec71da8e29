/** What a program can be asked to do, by the word on its command line. */
export type Commands = Readonly<Record<string, () => Promise<void>>>;

/**
 * Runs the command that the first argument names, `serve` without one. Whatever goes wrong is said on standard error
 * in one message, and the process ends with 1; a word that names no command is answered with the usage.
 */
export async function runCommand(usage: string, commands: Commands): Promise<void> {
  const name = process.argv[2] ?? 'serve';
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (run === undefined) throw new Error(usage);
    await run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

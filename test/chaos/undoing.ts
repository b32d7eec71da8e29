type Undo = () => Promise<void>;

/** What a run has to leave as it found it: processes, mounts, files. Undone last thing first, whatever happens. */
export class Undoing {
  private readonly steps: Undo[] = [];
  private undone: Promise<void> | undefined;

  add(step: Undo): void {
    this.steps.push(step);
  }

  /** Something to be done when all else is undone. */
  last(step: Undo): void {
    this.steps.unshift(step);
  }

  /** Ctrl-C and a time limit undo as well. */
  onSignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => void this.undo().finally(() => process.exit(1)));
  }

  undo(): Promise<void> {
    this.undone ??= this.all();
    return this.undone;
  }

  private async all(): Promise<void> {
    for (const step of this.steps.reverse())
      await step().catch((error: unknown) => process.stderr.write(`not undone: ${String(error)}\n`));
  }
}

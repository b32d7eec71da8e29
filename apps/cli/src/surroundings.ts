/** Everything a command touches besides files and the network; tests give their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly out: TextSink;
  readonly err: TextSink;
  now(): Date;
  /** Calls back when somebody wants the command to end (Ctrl-C), once; a second time ends it. Returns how to stop that. */
  onInterrupt(callback: () => void): () => void;
}

export interface TextSink {
  readonly isTerminal: boolean;
  write(text: string): void;
}

/** Those of this process. */
export function processSurroundings(): Surroundings {
  const sink = (stream: NodeJS.WriteStream): TextSink => ({
    isTerminal: stream.isTTY,
    write: (text) => void stream.write(text),
  });
  return {
    env: process.env,
    stdin: process.stdin,
    out: sink(process.stdout),
    err: sink(process.stderr),
    now: () => new Date(),
    onInterrupt: (callback) => {
      process.once('SIGINT', callback);
      return () => process.off('SIGINT', callback);
    },
  };
}

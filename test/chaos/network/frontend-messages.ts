const STARTUP_VERSION = 196_608;
/** Simple query, and the first half of an extended one. */
const QUERY = 0x51;
const PARSE = 0x50;
const COMMIT = /^\s*(COMMIT|END)\b/i;

/** What a client of Postgres sends, taken apart as far as it is needed to see a COMMIT (protocol 3.0). */
export class FrontendMessages {
  /** To which the connection goes; empty until the start-up message came. */
  database = '';
  private rest: Buffer = Buffer.alloc(0);
  private isStarted = false;

  /** The kinds of the messages that are complete now. */
  read(chunk: Buffer): readonly ('commit' | 'other')[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const kinds: ('commit' | 'other')[] = [];
    for (;;) {
      // A start-up message has no type before its length.
      const head = this.isStarted ? 1 : 0;
      if (this.rest.length < head + 4) return kinds;
      const length = this.rest.readUInt32BE(head) + head;
      if (this.rest.length < length) return kinds;
      const message = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      kinds.push(this.isStarted ? kindOf(message) : this.startUp(message));
    }
  }

  private startUp(message: Buffer): 'other' {
    if (message.readUInt32BE(4) !== STARTUP_VERSION) return 'other';
    this.isStarted = true;
    const words = message.subarray(8).toString().split('\0');
    this.database = words[words.indexOf('database') + 1] ?? '';
    return 'other';
  }
}

function kindOf(message: Buffer): 'commit' | 'other' {
  const [type] = message;
  if (type !== QUERY && type !== PARSE) return 'other';
  const words = message.subarray(5).toString('latin1').split('\0');
  return COMMIT.test((type === QUERY ? words[0] : words[1]) ?? '') ? 'commit' : 'other';
}

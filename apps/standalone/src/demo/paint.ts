const COLOUR = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
const COLUMNS = 100;

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function paint(code: number, text: string): string {
  return COLOUR ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
}

/** A heading that is found again when one scrolls back. */
export function heading(text: string): void {
  say(`\n${paint(1, `── ${text} ${'─'.repeat(Math.max(3, COLUMNS - text.length - 4))}`)}\n`);
}

/** Prose in lines of a readable length; the first begins with `first`, which is as long as the indentation. */
export function prose(text: string, first = ''): void {
  const indent = ' '.repeat(first.length);
  let line = first;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > COLUMNS && line.trim() !== '') {
      say(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  say(line.trimEnd());
}

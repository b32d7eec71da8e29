/** A line for each scenario file: its name, and the SHA-256 of the canonical bytes of each of its verdicts. */
export const DIGESTS_PAGE = new URL('./verdict-digests.txt', import.meta.url);

export function digestsPage(digests: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...digests].map(([name, ofVerdicts]) => [name, ...ofVerdicts].join(' '));
  return `${lines.sort().join('\n')}\n`;
}

export function readDigests(page: string): ReadonlyMap<string, readonly string[]> {
  const lines = page.trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', ...digests] = line.split(' ');
      return [name, digests];
    }),
  );
}

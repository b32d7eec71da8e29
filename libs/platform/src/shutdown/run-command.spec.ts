import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runCommand } from './run-command.js';

const USAGE = 'usage: main.js [serve | migrate]';

describe('runCommand', () => {
  const given = { argv: process.argv, exitCode: process.exitCode };
  let said: string;
  let ran: string[];

  beforeEach(() => {
    said = '';
    ran = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
  });

  afterEach(() => {
    jest.restoreAllMocks();
    process.argv = given.argv;
    process.exitCode = given.exitCode;
  });

  async function run(...words: string[]): Promise<typeof process.exitCode> {
    process.argv = ['node', 'main.js', ...words];
    process.exitCode = undefined;
    await runCommand(USAGE, {
      serve: () => Promise.resolve(void ran.push('serve')),
      migrate: () => Promise.reject(new Error('PROVENANCE_OWNER_URL is missing')),
    });
    return process.exitCode;
  }

  it('serves when nothing is said', async () => {
    expect(await run()).toBeUndefined();
    expect(ran).toEqual(['serve']);
    expect(said).toBe('');
  });

  it('ends with 1 and says why when the command fails', async () => {
    expect(await run('migrate')).toBe(1);
    expect(said).toBe('PROVENANCE_OWNER_URL is missing\n');
  });

  it.each(['sevre', 'constructor', 'toString', ''])(
    'answers "%s", which is no command, with the usage and runs nothing',
    async (word) => {
      expect(await run(word)).toBe(1);
      expect(said).toBe(`${USAGE}\n`);
      expect(ran).toEqual([]);
    },
  );
});

import { describe, expect, it } from '@jest/globals';
import { exitOf, questionOf } from './commands/verdict.js';
import { clock } from './doctor/services.js';
import { examineNode } from './doctor/machine.js';
import { statementIdOf } from './join/registrar.js';
import { failureOf } from './network/problem.js';
import { passesSoon, pause } from './network/service-client.js';
import { runLodemark } from './program.js';

async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let out = '';
  let err = '';
  const exit = await runLodemark(argv, {
    env: { LODEMARK_HOME: '/nonexistent', ...env },
    stdin: (async function* () {})(),
    out: { isTerminal: false, write: (text) => (out += text) },
    err: { isTerminal: false, write: (text) => (err += text) },
    now: () => new Date(),
    onInterrupt: () => () => undefined,
  });
  return { exit, out, err };
}

describe('the command line', () => {
  const commands = [
    ...['token', 'join', 'keys', 'post', 'check', 'lots', 'lot', 'lineage', 'inbound', 'verdict', 'horizon'],
    ...['rebuild', 'doctor', 'kafka'],
  ];

  it.each(commands)('explains %s with its exit codes, without any network', async (command) => {
    const { exit, out } = await run([command, '--help']);
    expect(exit).toBe(0);
    expect(out).toContain(`Usage: lodemark ${command}`);
    expect(out).toContain('Exit codes:');
  });

  it.each([
    [['frobnicate']],
    [['verdict', 'not-a-lot']],
    [['token', '--role', 'king']],
    [['token', '--role', 'facility-operator']],
    [['token', '--role', 'registrar', '--lots', 'a/1']],
    [['lineage', 'a/1', '--depth', '0']],
    [['horizon', 'a/01']],
    [['post', '/nonexistent/file.json']],
    [['join', '--organization', 'a']],
    [['join', '--organization', 'a', '--facility', 'b', '--steps', 'DANCE']],
    [['keys', 'register', '--key', '/nonexistent']],
    [['verdict', 'a/1', '--end-item-class', 'motor']],
    [['lots']],
    [['kafka', 'admit']],
    [['kafka', 'admit', '--users', '/nonexistent', '--registry-url', 'http://127.0.0.1:9']],
  ])('ends %j with exit code 4 and a reason, without any network', async (argv) => {
    const { exit, out, err } = await run(argv);
    expect(exit).toBe(4);
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  it('gives a failure as JSON on standard error when JSON is asked for', async () => {
    const { err, out } = await run(['lots', '--json']);
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'network-unknown', next: expect.stringContaining('npm start') },
    });
  });

  it('says as JSON what is wrong with the command line, too', async () => {
    const { exit, err, out } = await run(['verdict', 'nothing', '--json']);
    expect({ exit, out }).toEqual({ exit: 4, out: '' });
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'command-line', cause: expect.stringContaining('kokbulak/2026-0017') },
    });
  });

  it('ends with 3 when a service cannot be reached', async () => {
    const doctor = await run(['doctor', '--registry-url', 'http://127.0.0.1:9', '--json']);
    expect(doctor.exit).toBe(3);
  });
});

describe('exit codes', () => {
  it('are success for a pass alone, and not for a policy that is about something else', () => {
    const of = (
      outcome: 'PASS' | 'PASS_EXCEPTION' | 'FAIL' | 'INSUFFICIENT',
      scope: 'subject' | 'supports-magnet' | 'not-applicable' = 'subject',
    ) => exitOf({ outcome, scope });
    expect([of('PASS'), of('PASS_EXCEPTION'), of('PASS', 'supports-magnet')]).toEqual([0, 0, 0]);
    expect([of('FAIL'), of('FAIL', 'not-applicable')]).toEqual([1, 1]);
    expect([of('INSUFFICIENT'), of('PASS', 'not-applicable')]).toEqual([2, 2]);
  });

  it.each([
    [400, 'invalid-request', 4],
    [401, 'unauthenticated', 3],
    [404, 'lot-unknown', 1],
    [404, 'not-covered-yet', 2],
    [409, 'horizon-not-filled', 2],
    [422, 'holder-unknown', 1],
    [429, 'too-many-requests', 3],
    [503, 'unavailable', 3],
  ])('of a problem %i %s is %i', (status, code, exit) => {
    const body = { type: `https://lodemark.example/problems/${code}`, status };
    expect(failureOf('GET x', { status, body })).toMatchObject({ code, exit });
  });

  it('is trouble when something else than a Lodemark service answers', () => {
    const answer = { status: 404, body: '<html>' };
    expect(failureOf('GET x', answer).exit).toBe(3);
  });
});

describe('what is sent', () => {
  it('asks the question in the words of the API and leaves out what was not given', () => {
    expect(questionOf('a/1', { policy: 'WC-3' })).toEqual({ lot: 'a/1', policy: 'WC-3', question: {} });
    const asOf = '2026-12-31T23:59:59Z';
    expect(questionOf('a/1', { asOf })).toEqual({ lot: 'a/1', asOf, question: {} });
    const options = {
      deliveryDate: '2027-03-01',
      clause: 'MAY 2024',
      profile: 'strict',
      endItem: 'motor',
      horizon: 9,
    };
    expect(questionOf('a/1', options)).toEqual({
      lot: 'a/1',
      horizon: 9,
      question: {
        deliveryDate: '2027-03-01',
        clauseVersion: 'MAY 2024',
        elementProfile: 'strict',
        endItem: { name: 'motor' },
      },
    });
  });

  it('has the same statement id for the same words, a UUID, and another one for others', () => {
    const id = statementIdOf('/v1/organizations', { a: '1', b: '2' });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(statementIdOf('/v1/organizations', { b: '2', a: '1' })).toBe(id);
    expect(statementIdOf('/v1/facilities', { a: '1', b: '2' })).not.toBe(id);
  });

  it('waits as long as the service asks, and does not wait where it asks for more than half a minute', () => {
    expect(pause(1, '3')).toBe(3_000);
    expect([passesSoon(503, '30'), passesSoon(503, '31'), passesSoon(503, null)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([passesSoon(429, '9999'), passesSoon(500, null), passesSoon(409, '1')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(pause(3, null)).toBeGreaterThanOrEqual(1_500);
    expect(pause(9, 'tomorrow')).toBe(30_000);
  });
});

describe('doctor', () => {
  const skewed = (seconds: number) => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    const headers = new Headers({ date: new Date(now + seconds * 1_000).toUTCString() });
    return clock('custody', { headers }, { before: now, after: now + 20 }).status;
  };

  it('minds a clock that is off by more than an answer takes', () => {
    expect([0, 1, -1, 20, -20, 60, -60].map(skewed)).toEqual([
      ...['ok', 'ok', 'ok', 'warning', 'warning', 'wrong', 'wrong'],
    ]);
  });

  it('minds an old Node', () => {
    expect(['20.19.0', '24.0.1', '20.18.9', '18.20.0'].map((version) => examineNode(version).status)).toEqual(
      [...['ok', 'ok', 'wrong', 'wrong']],
    );
  });
});

import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { audit, RootLog, type RootAppendContext, type RootLogAppend } from '@lodemark/ledger';
import {
  canonicalize,
  decodeRootLogEntry,
  payloadDigest,
  TransparencyError,
  toUtf8,
} from '@lodemark/transparency';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility, NETWORK, signaturesOf } from './signed-events.js';

let fixture: LedgerFixture;
let log: RootLog;
let origin: string;
let count = 0;
const registrar = new Facility('registrar');

beforeAll(async () => {
  fixture = await LedgerFixture.open('root log');
  await fixture.poolOf(fixture.database.ownerUrl).query('CREATE TABLE ledger.party (name text PRIMARY KEY)');
  await fixture
    .poolOf(fixture.database.ownerUrl)
    .query(`GRANT ALL ON ledger.party TO "${fixture.database.serviceRole}"`);
});

beforeEach(async () => {
  origin = `${NETWORK}/root-${(count += 1)}`;
  log = new RootLog({ pool: fixture.pool, clock: fixture.clock, origin });
  await log.open();
  await log.append(({ recordedAt }) => Promise.resolve([genesis(recordedAt)]));
});

afterAll(() => fixture.close());

function genesis(recordedAt: string): RootLogAppend {
  const registrarKeys = [registrar.publicKey];
  return { entry: { v: 1, kind: 'genesis', network: NETWORK, registrarKeys, recordedAt } };
}

function certificate(recordedAt: string, name: string): RootLogAppend {
  const digest = createHash('sha256').update(name).digest('hex');
  return { entry: { v: 1, kind: 'certificate', digest, recordedAt } };
}

function statement(recordedAt: string, payload: { statementId: string; says: string }): RootLogAppend {
  const jws = registrar.jws(payload, 'lodemark-statement+jws');
  const digest = payloadDigest(toUtf8(canonicalize(payload)));
  return {
    entry: { v: 1, kind: 'statement', jws, recordedAt },
    statement: { statementId: payload.statementId, payloadDigest: digest },
  };
}

async function expectClean(): Promise<void> {
  expect(await audit(fixture.pool, origin, { signatures: signaturesOf(registrar) })).toEqual([]);
}

describe('the root log', () => {
  it('appends what is built, under one head', async () => {
    const references = await log.append(({ recordedAt, head }) => {
      expect(head).toMatchObject({ origin, size: 1 });
      return Promise.resolve([
        certificate(recordedAt, 'one'),
        statement(recordedAt, { statementId: randomUUID(), says: 'hello' }),
      ]);
    });
    expect(references.map(({ index }) => index)).toEqual([1, 2]);
    const stored = await fixture.reader.entries(origin, 0, 10);
    expect(stored.map(({ data }) => decodeRootLogEntry(data)).map((one) => one.ok && one.value.kind)).toEqual(
      ['genesis', 'certificate', 'statement'],
    );
    expect(stored[2]?.leaf).toBe(references[1]?.leaf);
    await expectClean();
  });

  it('finds a statement by its id, so that it is recorded once', async () => {
    const payload = { statementId: randomUUID(), says: 'hello' };
    const once = async ({ recordedAt, findStatement }: RootAppendContext): Promise<RootLogAppend[]> => {
      const found = await findStatement(payload.statementId);
      return found === undefined ? [statement(recordedAt, payload)] : [];
    };
    const [recorded, ...others] = (await Promise.all([1, 2, 3].map(() => log.append(once)))).flat();
    expect(others).toEqual([]);
    await log.append(async ({ findStatement }) => {
      expect(await findStatement(payload.statementId)).toEqual({
        ...recorded,
        statementId: payload.statementId,
        payloadDigest: payloadDigest(toUtf8(canonicalize(payload))),
      });
      return [];
    });
    await expectClean();
  });

  it('refuses a second statement of one id whoever forgets to look', async () => {
    const payload = { statementId: randomUUID(), says: 'hello' };
    const always = ({ recordedAt }: RootAppendContext) => Promise.resolve([statement(recordedAt, payload)]);
    await log.append(always);
    await expect(log.append(always)).rejects.toMatchObject({ code: '23505' });
    await expectClean();
  });

  it('commits what the caller writes with the entries, or neither', async () => {
    await log.append(async ({ recordedAt, client }) => {
      await client.query('INSERT INTO ledger.party VALUES ($1)', [`${origin} kept`]);
      return [certificate(recordedAt, 'kept')];
    });
    const failing = log.append(async ({ recordedAt, client }) => {
      await client.query('INSERT INTO ledger.party VALUES ($1)', [`${origin} lost`]);
      return [certificate(recordedAt, 'lost'), genesis(recordedAt)];
    });
    await expect(failing).rejects.toMatchObject({ code: 'entry-misplaced' });
    const own = new Error('the caller’s own');
    await expect(log.append(() => Promise.reject(own))).rejects.toBe(own);
    const { rows } = await fixture.pool.query('SELECT name FROM ledger.party WHERE name LIKE $1', [
      `${origin} %`,
    ]);
    expect(rows).toEqual([{ name: `${origin} kept` }]);
    expect(await fixture.reader.head(origin)).toMatchObject({ size: 2 });
    await expectClean();
  });

  it('orders appends that come at the same time', async () => {
    const references = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        log.append(({ recordedAt }) => Promise.resolve([certificate(recordedAt, String(i))])),
      ),
    );
    expect(
      references
        .flat()
        .map(({ index }) => index)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    await expectClean();
  });

  it('refuses entries that would make it unreadable', async () => {
    const misplaced = { code: 'entry-misplaced' };
    await expect(
      log.append(() => Promise.resolve([certificate('2026-11-24T00:00:00.000Z', 'x')])),
    ).rejects.toMatchObject(misplaced);
    await expect(
      log.append(({ recordedAt }) =>
        Promise.resolve([{ entry: statement(recordedAt, { statementId: randomUUID(), says: 'x' }).entry }]),
      ),
    ).rejects.toMatchObject(misplaced);
    await expect(
      log.append(({ recordedAt }) =>
        Promise.resolve([{ entry: { v: 1, kind: 'certificate', digest: 'no digest', recordedAt } }]),
      ),
    ).rejects.toBeInstanceOf(TransparencyError);
    expect(await fixture.reader.head(origin)).toMatchObject({ size: 1 });
    await expectClean();
  });

  it('takes no custody events, and a facility log takes no root entries', async () => {
    const plant = new Facility('plant');
    await fixture.ledger.open(plant.origin);
    const disguised = `${NETWORK}/log/plant-of-the-registry`;
    await new RootLog({ pool: fixture.pool, clock: fixture.clock, origin: disguised }).open();
    const event = new Facility('plant-of-the-registry').created('1', '1');
    await expect(fixture.ledger.post(disguised, event)).rejects.toMatchObject({ code: 'log-kind' });
    await expect(fixture.ledger.check(disguised, [event])).rejects.toMatchObject({ code: 'log-kind' });
    await expect(fixture.ledger.open(origin)).rejects.toMatchObject({ code: 'log-kind' });
    const wrong = new RootLog({ pool: fixture.pool, clock: fixture.clock, origin: plant.origin });
    await expect(wrong.open()).rejects.toMatchObject({ code: 'log-kind' });
    await expect(wrong.append(() => Promise.resolve([]))).rejects.toMatchObject({ code: 'log-kind' });
    await expectClean();
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nodeSignatures } from '@lodemark/platform';
import {
  buildReceipt,
  decodeRootLogEntry,
  fromBase64,
  isAdmissible,
  openCheckpoint,
  verifierKey,
  type RootLogEntry,
} from '@lodemark/transparency';
import { keyBody, LogInMemory, newKey, type Party } from './support/parties.js';
import { expectRecorded, faults, NETWORK, TestRegistry, typeOf } from './support/registry.js';

describe('facility checkpoints', () => {
  let registry: TestRegistry;
  let facilities = 0;

  beforeAll(async () => {
    registry = await TestRegistry.start('checkpoints');
  });

  afterAll(() => registry.stop());

  /** A facility of its own for each test, with a log of two entries and the key that signs it. */
  async function newLog(): Promise<{ facility: string; log: LogInMemory; key: Party }> {
    const facility = `plant-${(facilities += 1)}`;
    await registry.join(facility);
    const key = await registry.key(facility, 'log');
    return { facility, log: new LogInMemory(registry.logOrigin(facility), ['a', 'b']), key };
  }

  async function rootEntry(index: number): Promise<RootLogEntry> {
    const { entries } = (await registry.get(`/v1/root/entries?from=${index}&limit=1`)).json as unknown as {
      entries: [{ entry: string }];
    };
    const decoded = decodeRootLogEntry(fromBase64(entries[0].entry) ?? new Uint8Array());
    if (!decoded.ok) throw new Error('no entry');
    return decoded.value;
  }

  async function rootSize(): Promise<number> {
    return (await registry.get('/v1/root/entries?limit=1')).json['size'] as unknown as number;
  }

  const horizon = (covers: string) => registry.get(`/v1/root/horizons?covers=${covers}`);

  it('enter the root log with the next round, by the registry’s clock, and bound when entries existed', async () => {
    const { facility, log, key } = await newLog();
    const early = await horizon(`${facility}/0`);
    expect([early.status, typeOf(early)]).toEqual([404, 'not-covered-yet']);

    const handedIn = await registry.checkpoint(await log.note(key));
    expect([handedIn.status, handedIn.json]).toEqual([
      202,
      { origin: log.origin, size: 2, root: log.root(), fresh: true, rootIndex: null },
    ]);
    expect((await horizon(`${facility}/0`)).status).toBe(404);

    registry.clock.advance(5_000);
    const recordedAt = registry.clock.now().toISOString();
    const published = await registry.service.flush();
    const entry = await rootEntry(published.size - 1);
    expect(entry).toEqual({ kind: 'checkpoints', v: 1, recordedAt, checkpoints: [await log.note(key)] });
    const opened = await openCheckpoint(
      entry.kind === 'checkpoints' ? (entry.checkpoints[0] ?? '') : '',
      [verifierKey(log.origin, key.jwk as never)],
      nodeSignatures(isAdmissible),
    );
    expect(opened.ok).toBe(true);

    registry.clock.advance(60_000);
    log.append('c');
    expect((await registry.checkpoint(await log.note(key), await log.proof(2))).status).toBe(202);
    await registry.service.flush();
    const root = { size: published.size, root: published.root };
    const later = await registry.service.flush();
    for (const index of [0, 1]) {
      expect((await horizon(`${facility}/${index}`)).json).toEqual({
        ...{ facility, index, ...root, rootIndex: published.size - 1, coveredBy: 2, recordedAt },
        published: { size: later.size, root: later.root },
        endedBy: null,
      });
    }
    expect((await registry.get(`/v1/horizons?covers=${facility}/2`)).json).toMatchObject({
      rootIndex: later.size - 1,
      coveredBy: 3,
    });
    expect((await horizon(`${facility}/3`)).status).toBe(404);
  });

  it('are told apart: the same again, a smaller one, one without or with a wrong proof', async () => {
    const { facility, log, key } = await newLog();
    log.append('c', 'd');
    expect((await registry.checkpoint(await log.note(key, 3))).status).toBe(202);
    const again = await registry.checkpoint(await log.note(key, 3));
    expect([again.status, again.json['fresh']]).toEqual([202, false]);
    const smaller = await registry.checkpoint(await log.note(key, 2));
    expect([smaller.status, typeOf(smaller), smaller.json['lastSize']]).toEqual([
      409,
      'checkpoint-smaller',
      3,
    ]);
    for (const proof of [undefined, [], await log.proof(2, 4), ['0'.repeat(64)]]) {
      const answer = await registry.checkpoint(await log.note(key, 4), proof);
      expect([answer.status, typeOf(answer)]).toEqual([422, 'consistency-not-proved']);
      expect(answer.json).toMatchObject({ lastSize: 3, lastRoot: log.root(3) });
    }
    expect((await registry.checkpoint(await log.note(key, 4), await log.proof(3, 4))).status).toBe(202);
    const last = await registry.get(`/v1/checkpoints/${facility}`);
    expect(last.json).toEqual({
      ...{ origin: log.origin, size: 4, root: log.root(), checkpoint: await log.note(key), rootIndex: null },
    });
    await registry.service.flush();
    const old = await registry.checkpoint(await log.note(key, 3));
    expect(old.json).toMatchObject({ fresh: false, rootIndex: expect.any(Number) });
  });

  it('of several logs gather into one root entry, only the largest of each', async () => {
    const [a, b] = [await newLog(), await newLog()];
    await registry.service.flush();
    const before = await rootSize();
    const first = await a.log.note(a.key);
    a.log.append('c');
    const checkpoints = [
      { checkpoint: first },
      { checkpoint: await a.log.note(a.key), consistencyProof: await a.log.proof(2) },
      { checkpoint: await b.log.note(b.key) },
      { checkpoint: 'nonsense' },
      { checkpoint: await b.log.note(b.key, 1) },
    ];
    const answer = await registry.post('/v1/checkpoints', { checkpoints }, null);
    const { outcomes } = answer.json as unknown as {
      outcomes: { status: number; problem?: { type: string } }[];
    };
    expect([answer.status, outcomes.map(({ status }) => status)]).toEqual([202, [202, 202, 202, 400, 409]]);
    expect(outcomes[3]?.problem?.type).toMatch(/checkpoint-malformed$/);
    await registry.service.flush();
    expect(await rootSize()).toBe(before + 1);
    expect(await rootEntry(before)).toMatchObject({
      checkpoints: [await a.log.note(a.key), await b.log.note(b.key)],
    });
    await registry.service.flush();
    expect(await rootSize()).toBe(before + 1);
  });

  it('are signed by a log key of that facility that holds now', async () => {
    const { facility, log, key } = await newLog();
    const event = await registry.key(facility, 'event');
    const stranger = await newLog();
    const later = await newKey();
    const owner = { owner: { facility }, purpose: 'log' };
    expectRecorded(
      await registry.post('/v1/keys', await keyBody(later, owner, { validFrom: '2027-01-01T00:00:00Z' })),
    );
    for (const signer of [event, stranger.key, await newKey(), later]) {
      const answer = await registry.checkpoint(await log.note(signer));
      expect([answer.status, typeOf(answer)]).toEqual([403, 'checkpoint-not-signed']);
    }
    const revocation = {
      statementId: randomUUID(),
      reason: 'compromised',
      suspectFrom: '2026-11-24T00:00:00Z',
    };
    expectRecorded(await registry.post(`/v1/keys/${key.kid}/revocation`, revocation));
    expect(typeOf(await registry.checkpoint(await log.note(key)))).toBe('checkpoint-not-signed');
  });

  it('are of a facility of this network, and not of an empty log', async () => {
    const { log, key } = await newLog();
    for (const origin of [
      `${NETWORK}/log/ghost`,
      `${NETWORK}/root`,
      'other.example/log/plant-1',
      `${NETWORK}/log/plant-1/x`,
      `${NETWORK}/log/PLANT`,
    ]) {
      const answer = await registry.checkpoint(await new LogInMemory(origin, ['a']).note(key));
      expect([origin, answer.status, typeOf(answer)]).toEqual([origin, 422, 'checkpoint-of-unknown-log']);
    }
    const empty = await registry.checkpoint(await log.note(key, 0));
    expect([empty.status, typeOf(empty)]).toEqual([422, 'checkpoint-empty']);
  });

  it('keep only the signatures of the log’s own keys, so that nobody pads the root log', async () => {
    const { facility, log, key } = await newLog();
    const other = await newKey();
    const note = await log.note(key);
    const [, foreign = ''] = (await log.note(other)).split('\n\n');
    const padded = note + foreign;
    expect((await registry.checkpoint(padded)).status).toBe(202);
    expect((await registry.get(`/v1/checkpoints/${facility}`)).json['checkpoint']).toBe(note);
    const broken = note.replace(/.{6}=\n$/, 'AAAAAA=\n');
    expect(typeOf(await registry.checkpoint(broken))).toBe('checkpoint-not-signed');
  });

  it('are malformed in many ways and never a fault of the service', async () => {
    const { log, key } = await newLog();
    const note = await log.note(key);
    for (const text of [
      '',
      '\n',
      note.slice(0, -1),
      note.replace('\n2\n', '\n02\n'),
      note.replace('\n2\n', '\n2\nmore\n'),
      '\u0000',
    ]) {
      const answer = await registry.checkpoint(text);
      expect([text, answer.status]).toEqual([text, 400]);
    }
    for (const body of [
      {},
      { checkpoints: [] },
      { checkpoints: [[]] },
      { checkpoints: [null] },
      { checkpoints: null },
      { checkpoint: note, consistencyProof: null },
      { checkpoint: note, toString: 'overlooked' },
      { checkpoints: [{ checkpoint: note, constructor: 'overlooked' }] },
      { checkpoint: note, checkpoints: [{ checkpoint: note }] },
      { checkpoint: note, consistencyProof: [1] },
      { checkpoint: note, consistencyProof: ['AA'] },
      { checkpoint: note, consistencyProof: Array.from({ length: 64 }, () => 'a'.repeat(64)) },
    ]) {
      expect((await registry.post('/v1/checkpoints', body, null)).status).toBe(400);
    }
  });

  it('of one log, handed in by twenty at once, are accepted once and in order', async () => {
    const { facility, log, key } = await newLog();
    const note = await log.note(key);
    const answers = await Promise.all(Array.from({ length: 20 }, () => registry.checkpoint(note)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
    expect(answers.filter(({ json }) => json['fresh'] as unknown)).toHaveLength(1);
    await Promise.all([registry.service.flush(), registry.service.flush()]);
    expect((await registry.get(`/v1/checkpoints/${facility}`)).json['rootIndex']).not.toBeNull();
  });

  describe('of a log that forked', () => {
    async function forked() {
      const made = await newLog();
      const { log, key, facility } = made;
      expect((await registry.checkpoint(await log.note(key))).status).toBe(202);
      await registry.service.flush();
      const twin = new LogInMemory(log.origin, ['a', 'b', 'x']);
      log.append('c');
      expect((await registry.checkpoint(await log.note(key), await log.proof(2))).status).toBe(202);
      await registry.service.flush();
      return { ...made, twin, notes: [await log.note(key), await twin.note(key)], facility };
    }

    it('are both kept in the root log as a fault, which ends the log where it was last one', async () => {
      const { facility, log, key, twin, notes } = await forked();
      const answer = await registry.checkpoint(await twin.note(key), await twin.proof(2));
      expect([answer.status, typeOf(answer), answer.json['fromIndex']]).toEqual([409, 'log-forked', 2]);
      const index = answer.json['logFault'] as unknown as number;
      expect(await rootEntry(index)).toMatchObject({
        ...{ kind: 'logFault', fault: 'fork', origin: log.origin, size: 2, evidence: notes },
      });

      log.append('d');
      const more = await registry.checkpoint(await log.note(key), await log.proof(3));
      expect([more.status, typeOf(more), more.json['endedBy']]).toEqual([409, 'log-ended', index]);
      const again = await registry.checkpoint(await twin.note(key), await twin.proof(2));
      expect([again.status, typeOf(again), await rootSize()]).toEqual([409, 'log-ended', index + 1]);
      expect((await horizon(`${facility}/1`)).json).toMatchObject({ endedBy: null });
      expect((await horizon(`${facility}/2`)).json).toMatchObject({ endedBy: index });
    });

    it('also contradict an older checkpoint than the last', async () => {
      const { log, key, twin } = await forked();
      log.append('d', 'e');
      expect((await registry.checkpoint(await log.note(key), await log.proof(3))).status).toBe(202);
      const answer = await registry.checkpoint(await twin.note(key));
      expect([answer.status, typeOf(answer)]).toEqual([409, 'log-forked']);
    });

    it('are recorded once, however many hand in the contradiction at once', async () => {
      const { twin, key } = await forked();
      const before = await rootSize();
      const note = await twin.note(key);
      const answers = await Promise.all(Array.from({ length: 10 }, () => registry.checkpoint(note)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([409]));
      expect(await rootSize()).toBe(before + 1);
    });
  });

  describe('as evidence of a fault that the registrar reports', () => {
    const report = (body: object, as?: string) => registry.post('/v1/log-faults', body, as);

    it('end what counts from the log, once', async () => {
      const { facility, log, key } = await newLog();
      const note = await log.note(key);
      expect((await registry.checkpoint(note)).status).toBe(202);
      const body = { facility, kind: 'withheld', fromIndex: 1, evidence: [note] };
      expect((await report(body, 'operator')).status).toBe(403);
      const answer = await report(body);
      expect(answer.status).toBe(201);
      const { index } = answer.json as unknown as { index: number };
      expect(await rootEntry(index)).toMatchObject({ fault: 'withheld', size: 1, evidence: [note] });
      expect((await report(body)).text).toBe(answer.text);
      const earlier = await report({ ...body, fromIndex: 0 });
      expect([earlier.status, earlier.json['fromIndex']]).toEqual([201, 0]);
      const later = await report({ ...body, fromIndex: 1 });
      expect(later.text).toBe(answer.text);
    });

    it('may be receipts, also by a log key that has been revoked since', async () => {
      const { facility, log, key } = await newLog();
      expect((await registry.checkpoint(await log.note(key))).status).toBe(202);
      const revocation = { statementId: randomUUID(), reason: 'ceased', suspectFrom: '2026-11-24T00:00:00Z' };
      expectRecorded(await registry.post(`/v1/keys/${key.kid}/revocation`, revocation));
      const receipt = (leaf: string) =>
        buildReceipt(
          {
            ...{ v: 1, origin: log.origin, index: 1, leaf, eventId: randomUUID() },
            ...{ payloadDigest: 'b'.repeat(64), recordedAt: '2026-11-24T11:00:00.000Z' },
          },
          key.signer,
        );
      const evidence = [await receipt('a'.repeat(64)), await receipt('c'.repeat(64))];
      const answer = await report({ facility, kind: 'fork', fromIndex: 1, evidence });
      expect([answer.status, answer.json['kind']]).toEqual([201, 'fork']);
    });

    it('are worth nothing when the log did not sign them, or when they do not show it', async () => {
      const { facility, log, key } = await newLog();
      const note = await log.note(key);
      expect((await registry.checkpoint(note)).status).toBe(202);
      const body = { facility, kind: 'withheld', fromIndex: 1, evidence: [note] };
      const stranger = await log.note(await newKey());
      const foreign = await newLog();
      const cases = [
        [{ evidence: [note, stranger] }, 'evidence-not-of-log /evidence/1'],
        [{ evidence: [await foreign.log.note(foreign.key)] }, 'evidence-not-of-log /evidence/0'],
        [{ evidence: ['nonsense'] }, 'evidence-not-of-log /evidence/0'],
        [{ kind: 'fork', evidence: [note, note] }, 'evidence-too-thin /evidence'],
        [{ fromIndex: 2 }, 'evidence-too-thin /evidence'],
        [{ kind: 'fork', fromIndex: 3 }, 'from-index-beyond-log /fromIndex'],
        [{ facility: 'ghost' }, 'facility-unknown /facility'],
      ] as const;
      for (const [more, fault] of cases) {
        const answer = await report({ ...body, ...more });
        expect([answer.status, faults(answer)]).toEqual([422, [fault]]);
      }
    });
  });
});

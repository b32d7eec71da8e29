import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyDurability, type EventPost, type PostOutcome, type StoredEntry } from '@lodemark/ledger';
import { decodeFacilityLogEntry, verifyConsistency } from '@lodemark/transparency';
import { LedgerFixture } from './ledger-fixture.js';
import { Facility } from './signed-events.js';
import { WorkerKilled, WorkerProcess } from './worker-process.js';

const CLIENTS = 32;
const POSTS = 5_000;
const RACERS = 5;
const RACES = 100;
const KILLS = 3;

/** A post that one client makes, again and again until somebody answers it. */
interface Task {
  readonly facility: Facility;
  readonly post: EventPost;
  /** The lot that this post and its rivals all want to use up. */
  readonly contested?: string;
}

/** The clients' own record of what they were told. */
interface Journal {
  readonly answers: Map<Task, { readonly outcome: PostOutcome; readonly refusal?: string }>;
  /** Posts whose first answer never came. */
  unknown: number;
  /** Nobody posts any more. */
  isOver: boolean;
  readonly heads: { readonly facility: Facility; readonly size: number; readonly root: string }[];
}

let fixture: LedgerFixture;
let workers: WorkerProcess[];
const journal: Journal = { answers: new Map(), unknown: 0, isOver: false, heads: [] };
const facilities = ['kokbulak', 'src', 'euclid'].map((id) => new Facility(id));

beforeAll(async () => {
  fixture = await LedgerFixture.open('contention', { durable: true });
  for (const { origin } of facilities) await fixture.ledger.open(origin);
  workers = [1, 2].map(() => new WorkerProcess(fixture.database.serviceUrl));
  await Promise.all(workers.map((worker) => worker.ready()));
}, 60_000);

afterAll(async () => {
  journal.isOver = true;
  await Promise.allSettled(workers.map((worker) => worker.stop()));
  await fixture.close();
});

/** 500 posts that race for 100 lots, among posts that race for nothing but their place in the log. */
function makeTasks(): Task[] {
  const races = Array.from({ length: RACES }, (_, race) => {
    const facility = facilities[race % facilities.length]!;
    const contested = facility.lot(`contested-${race}`);
    return Array.from({ length: RACERS }, (_, i): Task => {
      return { facility, contested, post: facility.consumed(`contested-${race}`, '10', `won-${race}-${i}`) };
    });
  });
  const others: Task[][] = [];
  for (let made = RACES * RACERS, i = 0; made < POSTS; i++) {
    const facility = facilities[i % facilities.length]!;
    const eventId = randomUUID();
    const post = facility.created(`lot-${i}`, '10', { eventId });
    // One in ten is posted twice at once, one in twenty contradicted at once.
    const isLast = made === POSTS - 1;
    if (i % 10 === 0 && !isLast)
      others.push([
        { facility, post },
        { facility, post },
      ]);
    else if (i % 20 === 1 && !isLast) {
      others.push([
        { facility, post },
        { facility, post: facility.created(`lot-${i}`, '11', { eventId }) },
      ]);
    } else others.push([{ facility, post }]);
    made += others.at(-1)!.length;
  }
  const between = Math.floor(others.length / races.length);
  return races
    .flatMap((race, i) => [...race, ...others.slice(i * between, (i + 1) * between).flat()])
    .concat(others.slice(races.length * between).flat());
}

async function client(number: number, tasks: Task[]): Promise<void> {
  for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
    for (;;) {
      const worker = workers[number % workers.length]!;
      const request = {
        client: Math.floor(number / workers.length),
        origin: task.facility.origin,
        post: task.post,
      };
      try {
        const answer = await worker.post(request);
        if ('error' in answer) throw new Error(answer.error);
        journal.answers.set(task, answer);
        break;
      } catch (error) {
        if (!(error instanceof WorkerKilled) || journal.isOver) {
          // Nothing more to prove: let the others come to an end.
          journal.isOver = true;
          tasks.length = 0;
          throw error;
        }
        journal.unknown += 1;
      }
    }
  }
}

/** Kills one worker after the other when their part of the work is done, and notes heads as a witness would. */
async function disturb(tasks: Task[]): Promise<void> {
  let kills = 0;
  let appending: Promise<unknown> | undefined;
  while (tasks.length > 0) {
    await new Promise((go) => setTimeout(go, 50));
    const facility = facilities[randomInt(facilities.length)]!;
    // Heads come from a process that posts nothing, and so knows what the others record only from the log.
    // They wait for the same locks as everybody, and the kills must not wait for them.
    if (appending === undefined && randomInt(4) === 0) {
      appending = fixture.ledger.appendHeads(facility.origin).finally(() => {
        appending = undefined;
      });
    }
    const { size, root } = await fixture.reader.head(facility.origin);
    journal.heads.push({ facility, size, root });
    const done = 1 - tasks.length / POSTS;
    if (kills < KILLS && done > (kills + 1) / (KILLS + 1)) {
      await workers[kills % workers.length]!.killAndRestart();
      kills += 1;
    }
  }
  await appending;
  // A busy machine may be done with the posts before it comes to the last kill.
  expect(kills).toBeGreaterThan(0);
}

async function readAll(origin: string): Promise<readonly StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (let page = await fixture.reader.entries(origin, 0, 1_000); page.length > 0;) {
    all.push(...page);
    page = await fixture.reader.entries(origin, all.length, 1_000);
  }
  return all;
}

describe('two processes with 32 clients each, posting to three logs while they are killed', () => {
  let tasks: readonly Task[];
  let entries: readonly StoredEntry[];

  beforeAll(async () => {
    expect(await verifyDurability(fixture.pool)).toEqual([]);
    await Promise.all(
      Array.from({ length: RACES }, (_, race) => {
        const facility = facilities[race % facilities.length]!;
        return fixture.ledger.post(facility.origin, facility.created(`contested-${race}`, '10'));
      }),
    );
    tasks = makeTasks();
    const queue = [...tasks];
    const clients = Array.from({ length: workers.length * CLIENTS }, (_, i) => client(i, queue));
    await Promise.all([...clients, disturb(queue)]);
    entries = (await Promise.all(facilities.map(({ origin }) => readAll(origin)))).flat();
  }, 300_000);

  it('answers every post', () => {
    expect(tasks.length).toBe(POSTS);
    expect(journal.answers.size).toBe(POSTS);
    // Kills that nobody noticed would prove nothing.
    expect(journal.unknown).toBeGreaterThan(0);
  });

  it('gives each contested lot to one of those who want it, and refuses the others', () => {
    for (let race = 0; race < RACES; race++) {
      const rivals = tasks.filter(({ contested }) => contested?.endsWith(`/contested-${race}`) === true);
      const answers = rivals.map((one) => journal.answers.get(one)!);
      const won = answers.filter(({ outcome }) => outcome.kind === 'recorded' || outcome.kind === 'repeated');
      const lost = answers.filter(({ refusal }) => refusal === 'lot-not-held');
      expect([rivals.length, won.length, lost.length]).toEqual([RACERS, 1, RACERS - 1]);
    }
  });

  it('has every receipt that it gave, and no place twice', () => {
    const stored = new Map(entries.map(({ origin, index, leaf }) => [`${origin} ${index}`, leaf]));
    const owners = new Map<string, string>();
    for (const [{ facility, post }, { outcome }] of journal.answers) {
      if (outcome.kind === 'refused') continue;
      if (outcome.kind !== 'recorded' && outcome.kind !== 'repeated' && outcome.kind !== 'conflict') {
        throw new Error(`Nobody expects ${outcome.kind}.`);
      }
      const receipt = outcome.kind === 'conflict' ? outcome.original : outcome.receipt;
      const place = `${facility.origin} ${receipt.index}`;
      expect(stored.get(place)).toBe(receipt.leaf);
      expect(owners.get(place) ?? receipt.eventId).toBe(receipt.eventId);
      expect(receipt.eventId).toBe(post.event.eventId);
      owners.set(place, receipt.eventId);
      if (outcome.kind === 'conflict') {
        expect(stored.get(`${facility.origin} ${outcome.conflict.index}`)).toBe(outcome.conflict.leaf);
      }
    }
  });

  it('holds what was posted and nothing else, each event once', () => {
    const posted = new Set(tasks.map(({ post }) => post.jws));
    const recorded = new Set<string>();
    for (const { data } of entries) {
      const entry = decodeFacilityLogEntry(data);
      if (!entry.ok) throw new Error('An entry does not read.');
      if (entry.value.kind === 'heads') continue;
      expect(recorded.has(entry.value.jws)).toBe(false);
      recorded.add(entry.value.jws);
    }
    const refused = [...journal.answers].filter(([, { outcome }]) => outcome.kind === 'refused');
    const expected = new Set([...journal.answers.keys()].map(({ post }) => post.jws));
    for (const [{ post }] of refused) expected.delete(post.jws);
    const unasked = [...recorded].filter((jws) => !posted.has(jws));
    expect(unasked.length).toBe(RACES);
    expect(recorded.size).toBe(expected.size + RACES);
  });

  it('never forked: every head that was ever seen is a prefix of what is there now', async () => {
    expect(journal.heads.length).toBeGreaterThan(KILLS);
    for (const { facility, size, root } of journal.heads.slice(-60)) {
      const head = await fixture.reader.head(facility.origin);
      expect(await fixture.reader.rootAt(facility.origin, size)).toBe(root);
      if (size === 0) continue;
      const proof = await fixture.reader.consistencyProof(facility.origin, size, head.size);
      const claim = {
        oldSize: size,
        oldRoot: Buffer.from(root, 'hex'),
        newSize: head.size,
        newRoot: Buffer.from(head.root, 'hex'),
        proof,
      };
      expect(verifyConsistency(claim)).toBe(true);
    }
  }, 60_000);

  it('is clean when every entry is read again', async () => {
    await fixture.expectClean(...facilities);
  }, 120_000);
});

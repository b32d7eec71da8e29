import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { sharedKafka, whereKafkaRuns } from '../../../test/support/kafka.js';
import { until } from '../../../test/support/until.js';
import { topicOf } from '../src/kafka/topic-names.js';
import { RelayedLogs } from './relayed-logs.js';

whereKafkaRuns('relays', () => {
  jest.setTimeout(90_000);

  describe('relays', () => {
    let logs: RelayedLogs;

    beforeAll(async () => {
      logs = await RelayedLogs.open((await sharedKafka()).brokers);
    });

    afterAll(() => logs.close());

    async function published(origin: string, size: number): Promise<void> {
      await until(async () => (await logs.cursor(origin)) === size);
    }

    it('publish what is there and what comes, in the order of the log, of every log', async () => {
      const [one, other] = [logs.newOrigin(), logs.newOrigin()];
      await logs.append(one, 30);
      const relays = logs.relay();
      await published(one, 30);
      await logs.append(one, 20);
      await logs.append(other, 5);
      await published(one, 50);
      await published(other, 5);
      await logs.stop(relays);
      for (const origin of [one, other]) {
        const entries = await logs.onTopic(origin);
        expect(entries.map(({ leafHash }) => leafHash)).toEqual(await logs.leaves(origin));
        expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index));
      }
      expect(relays.lag).toBe(0);
    });

    it('publish again what was published when their process was killed before the cursor moved, and skip nothing', async () => {
      const origin = logs.newOrigin();
      await logs.append(origin, 3);
      const first = logs.relay();
      await published(origin, 3);
      await logs.stop(first);
      await logs.append(origin, 4);

      // Whoever holds the cursor's row keeps the relay from moving it after it has published.
      const holder = new pg.Client({ connectionString: logs.database.serviceUrl });
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('SELECT * FROM ledger.relay_cursor FOR UPDATE');
      const relay = relayProcess(logs);
      await until(async () => (await logs.onTopic(origin)).length === 7);
      const ended = once(relay, 'exit');
      relay.kill('SIGKILL');
      await ended;
      // Its statement waits for the row in the database still, and would be carried out without it.
      await endWaiting(logs);
      await holder.query('ROLLBACK');
      await holder.end();
      expect(await logs.cursor(origin)).toBe(3);

      logs.relay();
      await published(origin, 7);
      expect((await logs.onTopic(origin)).map(({ index }) => index)).toEqual([
        0, 1, 2, 3, 4, 5, 6, 3, 4, 5, 6,
      ]);
      expect(await logs.firstTimes(origin)).toEqual(await logs.leaves(origin));
    });

    it('of several processes of one service neither reorder nor skip, whoever of them is ended', async () => {
      const origin = logs.newOrigin();
      await logs.append(origin, 1);
      let relays = [logs.relay(), logs.relay(), logs.relay()];
      for (let round = 1; round <= 6; round += 1) {
        await logs.append(origin, 40);
        const [ended, ...rest] = relays;
        await logs.stop(ended!);
        relays = [...rest, logs.relay()];
      }
      await published(origin, 241);
      expect(await logs.firstTimes(origin)).toEqual(await logs.leaves(origin));
      for (const one of relays) await logs.stop(one);
    });

    it('fill a topic again that was deleted and made anew, while nothing is appended', async () => {
      const origin = logs.newOrigin();
      await logs.append(origin, 12);
      const relays = logs.relay();
      await published(origin, 12);
      await logs.admin.deleteTopics({ topics: [topicOf(origin)!] });
      await until(async () => (await logs.onTopic(origin)).length === 12);
      await published(origin, 12);
      expect(await logs.firstTimes(origin)).toEqual(await logs.leaves(origin));
      await logs.stop(relays);
    });

    it('notice by the next entry they publish that the topic was emptied', async () => {
      const origin = logs.newOrigin();
      await logs.append(origin, 8);
      const relays = logs.relay({ lookMs: 25_000 });
      await published(origin, 8);
      const topic = topicOf(origin)!;
      await logs.admin.deleteTopics({ topics: [topic] });
      await until(() =>
        logs.admin.createTopics({ topics: [{ topic }], waitForLeaders: true }).catch(() => false),
      );
      await logs.append(origin, 2);
      await until(async () => (await logs.firstTimes(origin)).length === 10);
      await published(origin, 10);
      const last = (await logs.onTopic(origin)).slice(-10);
      expect(last.map(({ leafHash }) => leafHash)).toEqual(await logs.leaves(origin));
      await logs.stop(relays);
    });
  });
});

async function endWaiting({ database }: RelayedLogs): Promise<void> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const text = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = $1 AND wait_event_type = 'Lock'`;
  await admin.query(text, [database.name]);
  await admin.end();
}

function relayProcess({ connection, database }: RelayedLogs) {
  const program = fileURLToPath(new URL('relay-process.ts', import.meta.url));
  const loader = new URL('../../../test/support/typescript-loader.js', import.meta.url).href;
  const options = { connection, databaseUrl: database.serviceUrl };
  return spawn(
    process.execPath,
    ['--conditions=source', '--import', loader, program, JSON.stringify(options)],
    { stdio: 'ignore' },
  );
}

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isForbidden } from '../../../libs/feed/src/kafka/forbidden.js';
import { kafkaClient } from '../../../libs/feed/src/kafka/kafka-connection.js';
import { TopicWriter } from '../../../libs/feed/src/kafka/topic-writer.js';
import { sharedKafka, whereKafkaRuns, type TestKafka } from '../../../test/support/kafka.js';
import { until } from '../../../test/support/until.js';
import { lodemark } from './support.js';

const SRC = 'https://custody.src.example';
const EUCLID = 'https://custody.euclid.example';

whereKafkaRuns('lodemark kafka admit', () => {
  describe('lodemark kafka admit', () => {
    let kafka: TestKafka;
    let folder: string;
    let registry: Server;
    let registered: readonly { readonly facility: string; readonly custodyUrl: string }[] = [];

    beforeAll(async () => {
      kafka = await sharedKafka();
      folder = await mkdtemp(join(tmpdir(), 'lodemark-admit-'));
      const users = { registry: 'registry', provenance: ['provenance'], custody: {} };
      await writeFile(
        join(folder, 'users.json'),
        JSON.stringify({ ...users, custody: { [SRC]: 'src', [EUCLID]: 'euclid' } }),
      );
      // As the registry lists facilities, one to a page.
      registry = createServer(({ url = '' }, response) => {
        const after = new URL(url, 'http://registry').searchParams.get('after');
        const at = after === null ? 0 : registered.findIndex(({ facility }) => facility === after) + 1;
        const next = at < registered.length - 1 ? { next: registered[at]?.facility } : {};
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ facilities: registered.slice(at, at + 1), ...next }));
      });
      await once(registry.listen(0, '127.0.0.1'), 'listening');
    });

    afterAll(async () => {
      registry.close();
      await rm(folder, { recursive: true, force: true });
    });

    const admit = (options: readonly string[] = [], interruption?: AbortSignal) => {
      const { port } = registry.address() as AddressInfo;
      const at = ['--registry-url', `http://127.0.0.1:${port}`, '--users', join(folder, 'users.json')];
      const env = { LODEMARK_HOME: '/nonexistent', KAFKA_BROKERS: kafka.brokers.join(',') };
      return lodemark(['kafka', 'admit', ...at, ...options], {
        env,
        ...(interruption === undefined ? {} : { interruption }),
      });
    };

    /** Whether a user may write the log of a facility. */
    async function mayWrite(user: string, facility: string): Promise<boolean> {
      const connection = { brokers: kafka.operatorBrokers, sasl: kafka.credentials(user), clientId: user };
      const writer = new TopicWriter(kafkaClient(connection));
      try {
        const entry = { origin: `x/log/${facility}`, index: 0, leafHash: '00', bytes: new Uint8Array([1]) };
        await writer.publish(`lodemark.log.${facility}`, [entry]);
        return true;
      } catch (error) {
        if (isForbidden(error)) return false;
        throw error;
      } finally {
        await writer.close();
      }
    }

    it('lets each operator write the logs of its own facilities, and names one that has no user', async () => {
      registered = [
        { facility: 'admit-1', custodyUrl: SRC },
        { facility: 'admit-2', custodyUrl: EUCLID },
        { facility: 'admit-3', custodyUrl: 'https://custody.tau-mining.example' },
      ];
      const { exit, out, err } = await admit();
      expect({ exit, out }).toEqual({
        exit: 1,
        out: 'src writes the log of admit-1\neuclid writes the log of admit-2\n',
      });
      expect(err).toContain('admit-3');
      await until(() => mayWrite('src', 'admit-1'));
      await until(() => mayWrite('euclid', 'admit-2'));
      expect(await mayWrite('src', 'admit-2')).toBe(false);
      expect(await mayWrite('euclid', 'admit-1')).toBe(false);
    });

    it('changes nothing when it is run again', async () => {
      registered = registered.slice(0, 2);
      const [first, second] = [await admit(), await admit()];
      expect([first.exit, second]).toEqual([0, first]);
      await until(() => mayWrite('src', 'admit-1'));
    });

    it('picks up, while it runs, a newcomer and a facility that moved to another operator', async () => {
      const ending = new AbortController();
      const running = admit(['--every', '1'], ending.signal);
      registered = [...registered, { facility: 'admit-4', custodyUrl: SRC }];
      await until(() => mayWrite('src', 'admit-4').catch(() => false));
      registered = registered.map((one) => ({ ...one, custodyUrl: EUCLID }));
      await until(async () => !(await mayWrite('src', 'admit-4')));
      await until(() => mayWrite('euclid', 'admit-4'));
      ending.abort();
      expect((await running).exit).toBe(130);
    });

    it('says what is wrong with cluster and file, and leaves everything as it is', async () => {
      await writeFile(join(folder, 'users.json'), '{"registry": "registry", "provenance": "provenance"}');
      expect(await admit()).toMatchObject({ exit: 4, err: expect.stringContaining('"provenance"') });
    });
  });
});

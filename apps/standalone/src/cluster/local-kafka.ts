import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './supervised.js';

export interface LocalKafkaOptions {
  /** Brokers, which are controllers too; default 1. */
  readonly nodes?: 1 | 3;
  /** First port; the system chooses without it. */
  readonly port?: number;
}

export interface LocalKafkaPlace {
  readonly folder: string;
  /** Folder for the logs of brokers and of their supervisor. */
  readonly logs: string;
  /** Who gets credentials. */
  readonly users: readonly string[];
}

/** This machine has not what a Kafka of its own takes. */
export class KafkaMissing extends Error {
  override readonly name = 'KafkaMissing';
}

/** What tools/kafka/serve.js tells. */
interface Answering {
  readonly brokers: readonly string[];
  readonly operatorBrokers: readonly string[];
  readonly users: Readonly<Record<string, string>>;
}

const SERVE = fileURLToPath(new URL('../../../../tools/kafka/serve.js', import.meta.url));
const PAUSE_MS = 1_000;

/** A Kafka of the cluster's own: real brokers in processes of their own, started again when they end. */
export class LocalKafka {
  private child: ChildProcess | undefined;
  private answering: Answering | undefined;
  private stopping = false;
  private readonly log: WriteStream;

  private constructor(
    private readonly options: LocalKafkaOptions,
    private readonly place: LocalKafkaPlace,
  ) {
    this.log = createWriteStream(join(place.logs, 'kafka.log'), { flags: 'a' });
  }

  /** Starts it and waits until it answers. @throws KafkaMissing @throws Error when it does not start */
  static async start(options: LocalKafkaOptions, place: LocalKafkaPlace): Promise<LocalKafka> {
    const kafka = new LocalKafka(options, place);
    await kafka.launch();
    return kafka;
  }

  /** For whoever administers it: without credentials, and allowed everything. */
  get brokers(): readonly string[] {
    return this.answering?.brokers ?? [];
  }

  /** The variables with which a service comes to it as this user. */
  environmentOf(user: string): Environment {
    const { operatorBrokers = [], users = {} } = this.answering ?? {};
    const password = users[user];
    if (password === undefined)
      throw new Error(`the Kafka in ${this.place.folder} was made without user ${user}`);
    return {
      KAFKA_BROKERS: operatorBrokers.join(','),
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_SASL_USERNAME: user,
      KAFKA_SASL_PASSWORD: password,
    };
  }

  /** Stops the brokers in order; what they hold stays. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    this.log.end();
  }

  private isStopping(): boolean {
    return this.stopping;
  }

  private async launch(): Promise<void> {
    const { folder, logs, users } = this.place;
    const { nodes = 1, port } = this.options;
    const args = ['--folder', folder, '--logs', logs, '--nodes', String(nodes), '--users', users.join(',')];
    const ports = port === undefined ? [] : ['--port', String(port)];
    // In a process group of its own: Ctrl-C is for this process, which then stops everything in order.
    const child = fork(SERVE, [...args, ...ports], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    child.stdout?.pipe(this.log, { end: false });
    child.stderr?.pipe(this.log, { end: false });
    this.answering = await answerOf(child);
    child.once('exit', () => void this.supervisorEnded());
  }

  /** Brokers live on without the process that watches them, which finds them again. */
  private async supervisorEnded(): Promise<void> {
    while (!this.isStopping()) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (this.isStopping()) return;
      try {
        await this.launch();
        return;
      } catch (error) {
        this.log.write(`supervisor: ${String(error)}\n`);
      }
    }
  }
}

function answerOf(child: ChildProcess): Promise<Answering> {
  return new Promise((resolve, reject) => {
    child.once('message', (said) => {
      const { kafka, missing, failed } = said as { kafka?: Answering; missing?: string; failed?: string };
      if (kafka !== undefined) resolve(kafka);
      else reject(missing === undefined ? new Error(failed) : new KafkaMissing(missing));
    });
    child.once('exit', () => reject(new Error('Kafka was ended while it started')));
  });
}

import { createDatabase, type DatabaseOptions, type TestDatabase } from './database.js';
import { BuiltService, type Ended, type Environment, type ServiceName } from './built-service.js';

export interface InstallationOptions extends DatabaseOptions {
  readonly label: string;
  /** Settings beside those of its database and address. */
  readonly environment: Environment;
}

/** A built service with a migrated database of its own, to be started, killed and started again. */
export class Installation {
  private running: BuiltService | undefined;

  private constructor(
    readonly service: ServiceName,
    readonly database: TestDatabase,
    private settings: Environment,
  ) {}

  static async prepare(service: ServiceName, options: InstallationOptions): Promise<Installation> {
    const { label, environment, ...onDisk } = options;
    const database = await createDatabase(`${label} ${service}`, onDisk);
    const prefix = service.toUpperCase();
    const installation = new Installation(service, database, {
      [`${prefix}_DATABASE_URL`]: database.serviceUrl,
      [`${prefix}_OWNER_URL`]: database.ownerUrl,
      [`${prefix}_SERVICE_ROLE`]: database.serviceRole,
      [`${prefix}_HOST`]: '127.0.0.1',
      [`${prefix}_PORT`]: '0',
      [`${prefix}_RATE`]: '100000',
      [`${prefix}_RATE_BURST`]: '100000',
      ...environment,
    });
    const { code, err } = await installation.run('migrate');
    if (code !== 0) throw new Error(`${service} was not migrated: ${err}`);
    return installation;
  }

  get url(): string {
    if (this.running === undefined) throw new Error(`${this.service} is not running`);
    return this.running.url;
  }

  /** Of the process that runs. */
  get pid(): number {
    if (this.running === undefined) throw new Error(`${this.service} is not running`);
    return this.running.pid;
  }

  /** Starts it, at the same address as before if it ran before. */
  async serve(): Promise<this> {
    this.running = await BuiltService.serve(this.service, this.settings);
    const port = new URL(this.url).port;
    this.settings = { ...this.settings, [`${this.service.toUpperCase()}_PORT`]: port };
    return this;
  }

  /** Starts a further process beside the one that runs, on the same database and a port of its own; the caller ends it. */
  beside(): Promise<BuiltService> {
    return BuiltService.serve(this.service, {
      ...this.settings,
      [`${this.service.toUpperCase()}_PORT`]: '0',
    });
  }

  /** Runs another command with these settings, or with wholly other ones. */
  run(command: string, settings: Environment = this.settings): Promise<Ended> {
    return BuiltService.run(this.service, command, settings);
  }

  /** Ends the process as a power cut does. */
  async kill(): Promise<void> {
    await this.running?.kill();
    this.running = undefined;
  }

  /** Asks the process to stop, and gives its exit code. */
  async stop(): Promise<number | null> {
    const code = (await this.running?.stop()) ?? null;
    this.running = undefined;
    return code;
  }

  /** Ends the process and removes the database. */
  async remove(): Promise<void> {
    await this.kill();
    await this.database.drop();
  }
}

import type { Pool } from 'pg';
import type { Tables } from './tables.js';

/** Where logs are kept, and the time that their entries carry. */
export interface LogDatabase {
  readonly pool: Pool;
  readonly tables: Tables;
  readonly clock: { now(): Date };
}

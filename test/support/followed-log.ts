import pg from 'pg';
import type { Installation } from './installation.js';

/** How many entries of a log a provenance service holds, as its database says, whether the service runs or not. */
export async function entriesHeld(provenance: Installation, origin: string): Promise<number> {
  const client = new pg.Client({ connectionString: provenance.database.adminUrl });
  await client.connect();
  try {
    const text = 'SELECT next::int AS next FROM provenance.log WHERE origin = $1';
    return (await client.query<{ next: number }>(text, [origin])).rows[0]?.next ?? 0;
  } finally {
    await client.end();
  }
}

/** Digests of the read model of a stopped service before and after it was made anew from the logs. */
export async function rebuilt(
  provenance: Installation,
): Promise<{ readonly before: string; readonly after: string }> {
  const { code, out, err } = await provenance.run('rebuild');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as { before: string; after: string };
}

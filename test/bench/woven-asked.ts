import pg from 'pg';
import { STRANDS, type Cloth, type WovenNetwork } from './woven-network.js';

export const FACILITIES = ['kokbulak', 'ulba', 'aktobe', 'semey'];
/** Each lot of the last layer of these descends from some thousand. */
export const [WIDTH, LAYERS] = [25, 41];

let serial = 0;

export function cloth(width: number, layers: number): Cloth {
  serial += 1;
  const facility = FACILITIES[serial % FACILITIES.length] ?? '';
  return { facility, name: `C${String(serial)}`, width, layers };
}

/** So wide that some forty layers hold the ancestors. */
export function clothOf(ancestors: number): Cloth {
  const width = STRANDS * Math.max(1, Math.round(ancestors / (LAYERS - 1) / STRANDS));
  return cloth(width, 1 + Math.max(2, Math.ceil(ancestors / width)));
}

export async function ms(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export async function clientOf({ model }: WovenNetwork): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: model.database.adminUrl });
  await client.connect();
  return client;
}

export async function ancestorsOf(client: pg.Client, lot: string): Promise<number> {
  const { rows } = await client.query({
    name: 'ancestors',
    text: `WITH RECURSIVE ancestors (lot) AS (
       SELECT input_lot FROM provenance.edge WHERE output_lot = $1
       UNION SELECT e.input_lot FROM ancestors a JOIN provenance.edge e ON e.output_lot = a.lot
     ) SELECT lot FROM ancestors`,
    values: [lot],
  });
  return rows.length;
}

export type Asked = ReturnType<WovenNetwork['model']['rejudging']>;

export async function answerIn(
  { judging }: Asked,
  asked: { readonly lot: string; readonly document: string },
): Promise<number> {
  const horizon = await judging.horizon({});
  return ms(() => judging.judgeUnder(horizon, { ...asked, question: {} }));
}

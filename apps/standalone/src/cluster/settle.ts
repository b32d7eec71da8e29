import { call, callOk, member, NoAnswer, UnexpectedAnswer } from '../scenario/api.js';
import { allFacilities, custodyUrlOf } from './facilities.js';

export interface Settling {
  readonly registryUrl: string;
  readonly provenanceUrl: string;
  readonly custodyUrls: readonly string[];
  /** Of an administrator, who may read every log. */
  readonly token: string;
}

const PATIENCE_MS = 120_000;
const LOOK_MS = 20;

/**
 * Waits, by asking the services as anybody could, until all that was recorded so far is evidence: each facility log is
 * covered by the root log, its checkpoint is published and verified by every custody service, and provenance can
 * answer at that horizon. A service that is just being started again is waited for as well. Resolves with its size.
 */
export async function settleOverHttp(settling: Settling): Promise<number> {
  const { registryUrl, provenanceUrl, custodyUrls, token } = settling;
  const deadline = Date.now() + PATIENCE_MS;
  /** The first answer that is not undefined, asked for again and again. */
  const until = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const answer = await unlessDown(ask);
      if (answer !== undefined) return answer;
      if (Date.now() > deadline) throw new Error(`the cluster did not settle: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  const holds = (what: string, asked: () => Promise<boolean>) =>
    until(what, async () => ((await asked()) ? true : undefined));
  for (const [facility, size] of await until('a log does not tell its size', () => logSizes(settling))) {
    const covers = `${facility}/${String(size - 1)}`;
    await holds(`${covers} is not covered`, async () => {
      const answer = await call(`${registryUrl}/v1/horizons?covers=${covers}`);
      return answer.status === 200;
    });
  }
  const size = await until('the root log does not tell its size', () => rootSize(registryUrl));
  await holds(`the root log's checkpoint of size ${String(size)} is not published`, async () => {
    const { body } = await call(`${registryUrl}/v1/root/checkpoint`);
    return Number(String(body).split('\n')[1]) >= size;
  });
  for (const url of custodyUrls)
    await holds(`${url} has not verified the root log up to ${String(size)}`, async () => {
      const { body } = await call(`${url}/health/ready`);
      return Number(/"verifiedSize":(\d+)/.exec(JSON.stringify(body))?.[1] ?? 0) >= size;
    });
  await holds(`provenance cannot answer at ${String(size)}`, async () => {
    const answer = await call(`${provenanceUrl}/v1/lots?limit=1&horizon=${String(size)}`, { token });
    return answer.status === 200;
  });
  return size;
}

/** Undefined when nobody listens, the connection breaks off, or a service says that it cannot answer yet. */
async function unlessDown<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    if (error instanceof UnexpectedAnswer && error.answer.status >= 500) return undefined;
    throw error;
  }
}

/** How many entries each facility log has that one of the custody services keeps. */
async function logSizes({
  registryUrl,
  custodyUrls,
  token,
}: Settling): Promise<(readonly [string, number])[]> {
  const kept = new Set(custodyUrls.map((url) => new URL(url).origin));
  const facilities = await allFacilities(registryUrl);
  const ours = facilities.filter((facility) => kept.has(new URL(custodyUrlOf(facility)).origin));
  const sizes = await Promise.all(
    ours.map(async (facility) => {
      const id = String(member(facility, 'facility'));
      const url = `${custodyUrlOf(facility)}/v1/logs/${id}/entries?from=0&limit=1`;
      const answer = await call(url, { token });
      if (answer.status >= 500) throw new UnexpectedAnswer(`GET ${url}`, answer);
      return [id, answer.status === 200 ? Number(member(answer.body, 'size')) : 0] as const;
    }),
  );
  return sizes.filter(([, size]) => size > 0);
}

async function rootSize(registryUrl: string): Promise<number> {
  return Number(member(await callOk(`${registryUrl}/v1/root/entries?limit=1`), 'size'));
}

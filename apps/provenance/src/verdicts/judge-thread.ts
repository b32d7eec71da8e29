// The thread of `JudgeApart`: reads evidence over a connection of its own, and judges.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Network } from '@lodemark/domain';
import { isDatabaseTrouble } from '@lodemark/ledger';
import { judge, type Policy, type Verdict } from '@lodemark/policy';
import { provenancePool } from '../database/pool.js';
import { Closure } from '../evidence/closure.js';
import { EvidenceOfLot } from '../evidence/evidence-of-lot.js';
import { RootStatements } from '../evidence/root-statements.js';
import { StoredEntries } from '../evidence/stored-entries.js';
import { HorizonNotFilled } from '../horizon/horizon.js';
import { ReadRefusal } from '../http/read-refusal.js';
import type { JudgeReply, JudgeRequest, JudgeThreadSetting } from './judge-apart.js';
import { judgedAnew } from './judged-anew.js';

if (isMainThread || parentPort === null) throw new Error('this runs in a thread of the service');
const port = parentPort;
const setting = workerData as JudgeThreadSetting;
const network = new Network(setting.network);
const pool = provenancePool(setting.databaseUrl, 2);
const evidences = new EvidenceOfLot(
  new Closure(pool, network),
  new StoredEntries(pool, network, { mostKept: 150_000 }),
  new RootStatements(pool, network),
);
/** By digest: what is remembered about a policy is remembered of one object. */
const policies = new Map<string, Policy>();

async function judged({ horizon, lot, question, policy, twice }: JudgeRequest): Promise<Verdict> {
  const under = policies.get(policy.digest) ?? policy;
  policies.set(policy.digest, under);
  const evidence = await evidences.at(horizon, lot);
  const verdict = judge(evidence, under, { lot, question });
  if (twice) judgedAnew(verdict, { evidence, policy: under });
  return verdict;
}

function replyTo(id: string, lot: string, error: unknown): JudgeReply {
  if (error instanceof ReadRefusal) {
    const { code, message, facts } = error;
    return { id, refused: { code, message, facts } };
  }
  if (error instanceof HorizonNotFilled) {
    const { horizon, missing, message } = error;
    return { id, notFilled: { horizon, missing, message } };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!isDatabaseTrouble(error)) return { id, broken: { message, stack } };
  const detail = `The verdict on ${lot} could not be worked out: the database does not answer.`;
  return { id, refused: { code: 'judging-broke-off', message: detail, facts: { lot } } };
}

port.on('message', (request: JudgeRequest) => {
  void judged(request)
    .then(
      (verdict): JudgeReply => ({ id: request.id, verdict }),
      (error: unknown) => replyTo(request.id, request.lot, error),
    )
    .then((reply) => {
      port.postMessage(reply);
    });
});

import { nodeSignatures } from '@lodemark/platform/light';
import {
  decodeRootLogEntry,
  fromBase64,
  fromHex,
  isAdmissible,
  leafHash,
  openCheckpoint,
  parseVerifierKey,
  toHex,
  type Checkpoint,
} from '@lodemark/transparency';
import { textMember } from '../network/json.js';
import type { ServiceClient } from '../network/service-client.js';
import { isIncluded } from '../root-log/inclusion.js';
import { pinsOf, type Pins } from '../root-log/pins.js';
import type { Session } from '../session.js';
import { failed, ok, warning, wrong, type Diagnosis } from './report.js';

const QUICK = { attempts: 1, timeoutMs: 10_000 } as const;

/** Whether the root log is the one we know, and its published checkpoint is signed and holds its beginning. */
export async function examineRootLog(session: Session): Promise<readonly Diagnosis[]> {
  try {
    const pins = pinsOf(session);
    const registry = session.service('registry');
    const genesis = await registry.ask('/v1/root/genesis', QUICK);
    const beginning = examineGenesis(genesis, pins);
    const { diagnosis, checkpoint } = await examineCheckpoint(registry, genesis, pins);
    const held = checkpoint === undefined ? [] : [await examineInclusion(registry, genesis, checkpoint)];
    return [beginning, diagnosis, ...held];
  } catch (error) {
    return [failed('root log', error)];
  }
}

function examineGenesis(genesis: unknown, pins: Pins): Diagnosis {
  const leaf = textMember(genesis, 'leaf') ?? '';
  const bytes = fromBase64(textMember(genesis, 'entry') ?? '');
  const decoded = bytes && decodeRootLogEntry(bytes);
  if (bytes === undefined || decoded?.ok !== true || decoded.value.kind !== 'genesis')
    return wrong('genesis', 'The registry’s entry 0 is no genesis entry.');
  if (toHex(leafHash(bytes)) !== leaf) return wrong('genesis', 'Its leaf hash is not that of its bytes.');
  const { network } = decoded.value;
  if (pins.network !== undefined && network !== pins.network)
    return wrong('genesis', `It is of the network ${network}, not of ${pins.network}.`);
  if (pins.genesis !== undefined && pins.genesis !== leaf)
    return wrong('genesis', `It is ${leaf}, not the pinned ${pins.genesis}.`, 'This is another network.');
  return ok('genesis', `${network}, ${leaf}${pins.genesis === undefined ? '' : ' (as pinned)'}`);
}

async function examineCheckpoint(
  registry: ServiceClient,
  genesis: unknown,
  pins: Pins,
): Promise<{ diagnosis: Diagnosis; checkpoint?: Checkpoint }> {
  const check = 'root checkpoint';
  const named = textMember(genesis, 'logKey') ?? '';
  if (pins.rootLogKey !== undefined && pins.rootLogKey !== named)
    return { diagnosis: wrong(check, `The registry names the key ${named}, not the pinned one.`) };
  const key = parseVerifierKey(named);
  if (!key.ok) return { diagnosis: wrong(check, 'The registry names no verifier key of its log.') };
  const note = await registry.call('/v1/root/checkpoint', QUICK);
  if (note.status === 404) return { diagnosis: warning(check, 'None is published yet.') };
  const text = typeof note.body === 'string' ? note.body : '';
  const opened = await openCheckpoint(text, [key.value], nodeSignatures(isAdmissible));
  if (!opened.ok) {
    const why = opened.problems.map(({ detail }) => detail).join(' ');
    return { diagnosis: wrong(check, `It is not signed by the root log: ${why}`, 'Trust nothing of it.') };
  }
  const by = pins.rootLogKey === undefined ? 'the key that the registry names' : 'the pinned key';
  const detail = `size ${opened.value.size}, signed by ${by}`;
  return { diagnosis: ok(check, detail), checkpoint: opened.value };
}

async function examineInclusion(
  registry: ServiceClient,
  genesis: unknown,
  { size, root }: Checkpoint,
): Promise<Diagnosis> {
  const check = 'root tree';
  const leaf = fromHex(textMember(genesis, 'leaf') ?? '') ?? new Uint8Array();
  const holds = await isIncluded(registry, { leaf, index: 0 }, { size, root, patience: QUICK });
  return holds
    ? ok(check, 'the genesis entry is proved to be in the published tree')
    : wrong(check, 'The genesis entry is not proved to be in the published tree.', 'Trust nothing of it.');
}

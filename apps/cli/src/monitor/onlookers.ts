import { readFile, stat } from 'node:fs/promises';
import { parseBundle } from '@lodemark/certificate';
import {
  openWitnessed,
  sha256Hex,
  toUtf8,
  type SignatureChecker,
  type TrustPolicy,
} from '@lodemark/transparency';
import { requestTrouble } from '../errors.js';
import { boundedBody } from '../network/bounded-body.js';
import type { Alarm } from './alarm.js';
import type { SignedTree, WatchedLog } from './watched-log.js';

/** Somebody else who was shown the root log: a witness, another monitor, an auditor with a bundle. */
export interface Onlooker {
  readonly name: string;
  /** Undefined: whoever runs the monitor counts on its answer. */
  readonly maySayNothing?: true;
  /** Signed notes of what it was shown. @throws Error why it cannot be told */
  notes(origin: string): Promise<readonly string[]>;
}

/** What was seen last of a log, and where that is answered. */
export interface Seen {
  readonly path: string;
  /** Undefined: nothing yet. */
  readonly note: () => Promise<string | undefined>;
}

/** What one of them was shown, or why nobody knows. */
export interface View {
  readonly by: Onlooker;
  readonly notes: readonly string[];
  readonly trouble?: string;
}

const TIMEOUT_MS = 10_000;
/** More than any checkpoint with its cosignatures: thirty-two that no quantum computer forges have over 100 kB. */
const MAX_NOTE_BYTES = 256 * 1024;

/** Where a witness, or a monitor that is served, says what it saw last of a log. */
export function checkpointPath(origin: string): string {
  return `/${sha256Hex(toUtf8(origin))}/checkpoint`;
}

/** A witness that does not answer is missed where its cosignature is missed, and one may be ahead of what is published. */
export function witnessesAsked({ witnesses }: TrustPolicy): readonly Onlooker[] {
  return witnesses.flatMap(({ name, url }) =>
    url === undefined ? [] : [{ ...served(name, url), maySayNothing: true as const }],
  );
}

/**
 * Whom somebody names: the address of a witness or of a monitor, the folder of a monitor's state, or a file, which is a
 * signed checkpoint or a bundle.
 */
export function onlookerAt(where: string): Onlooker {
  if (/^https?:\/\//.test(where)) return served(where, where);
  const notes = async (origin: string): Promise<readonly string[]> => {
    if ((await stat(where)).isDirectory()) return [await lastIn(where, origin)];
    const bytes = await readFile(where);
    if (bytes[0] !== '{'.charCodeAt(0)) return [bytes.toString('utf8')];
    const bundle = parseBundle(new Uint8Array(bytes));
    if (!bundle.ok) throw new Error('it is no bundle');
    return bundle.value.root.checkpoints;
  };
  return { name: where, notes };
}

/** Asks all of them at once. */
export function seenBy(onlookers: readonly Onlooker[], origin: string): Promise<readonly View[]> {
  return Promise.all(
    onlookers.map((by) =>
      by.notes(origin).then(
        (notes) => ({ by, notes }),
        (error: unknown) => ({ by, notes: [], trouble: requestTrouble(error) }),
      ),
    ),
  );
}

export interface Here {
  readonly watched: WatchedLog;
  readonly signed: SignedTree;
  readonly policy: TrustPolicy;
  readonly checker: SignatureChecker;
}

/** Whoever was shown another tree than the one of the entries here was shown another history. */
export async function compareViews(views: readonly View[], here: Here): Promise<readonly Alarm[]> {
  const alarms: Alarm[] = [];
  for (const { by, notes, trouble } of views) {
    if (trouble !== undefined && by.maySayNothing !== true)
      alarms.push(unknown('uncompared', here, `what ${by.name} was shown is not known: ${trouble}`));
    for (const note of notes) {
      const alarm = await compared(note, by, here);
      if (alarm !== undefined) alarms.push(alarm);
    }
  }
  return alarms;
}

async function compared(note: string, by: Onlooker, here: Here): Promise<Alarm | undefined> {
  const { watched, signed, policy, checker } = here;
  const isSilent = by.maySayNothing === true;
  const opened = await openWitnessed(toUtf8(note), policy, checker);
  // Anybody can write such a note: it shows nothing of the log.
  if (!opened.ok || opened.value.checkpoint.origin !== watched.origin)
    return isSilent
      ? undefined
      : unknown('uncompared', here, `${by.name} has no checkpoint that ${watched.origin} signed`);
  const { size, root } = opened.value.checkpoint;
  const known = watched.rootAt(size);
  if (known === root) return undefined;
  const evidence = [note, signed.note];
  if (known !== undefined)
    return {
      ...{ code: 'split-view', origin: watched.origin, at: size, evidence },
      detail: `${by.name} was shown ${root} at size ${size}, here it is ${known}`,
    };
  return isSilent
    ? undefined
    : {
        ...unknown('behind', here, `${by.name} was shown size ${size} before, here it is ${signed.size}`),
        evidence,
      };
}

function unknown(code: 'behind' | 'uncompared', { watched, signed }: Here, detail: string): Alarm {
  return { code, origin: watched.origin, at: signed.size, detail };
}

function served(name: string, url: string): Onlooker {
  const notes = async (origin: string): Promise<readonly string[]> => {
    const address = `${url.replace(/\/+$/, '')}${checkpointPath(origin)}`;
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`GET ${address} answered ${response.status}`);
    return [await noteOf(response)];
  };
  return { name, notes };
}

async function noteOf(response: Response): Promise<string> {
  const bytes = await boundedBody(response, MAX_NOTE_BYTES);
  if (bytes === undefined) throw new Error('the answer is longer than any checkpoint');
  return Buffer.from(bytes).toString('utf8');
}

async function lastIn(folder: string, origin: string): Promise<string> {
  const { VouchedTrees } = await import('@lodemark/witness');
  const last = await new VouchedTrees(folder).last(origin);
  if (last === undefined) throw new Error('no monitor keeps there what it saw of this log');
  return last.note;
}

import type { Network } from '@lodemark/domain';
import {
  formatNote,
  parseCheckpoint,
  parseNote,
  verifyNote,
  verifierKey,
  type Checkpoint,
  type Problem,
  type PublicJwk,
  type SignatureChecker,
  type SignedNote,
  type VerifierKey,
} from '@lodemark/transparency';
import { RegistrationRefusal } from '../statements/registration-refusal.js';

/** A note taken apart whose signatures have not been checked. */
export interface ClaimedCheckpoint {
  readonly facility: string;
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
}

/** Reads a signed note as a checkpoint of a facility log of this network. @throws RegistrationRefusal */
export function readFacilityCheckpoint(text: string, network: Network): ClaimedCheckpoint {
  const note = parseNote(text);
  if (!note.ok) throw malformed(note.problems);
  const checkpoint = parseCheckpoint(note.value.text);
  if (!checkpoint.ok) throw malformed(checkpoint.problems);
  const { origin } = checkpoint.value;
  const facility = network.facilityOf(origin);
  if (facility === undefined) {
    const detail = `${origin} is not the log of a facility of ${network.name}.`;
    throw new RegistrationRefusal({ code: 'checkpoint-of-unknown-log', detail, facts: { origin } });
  }
  return { facility, checkpoint: checkpoint.value, note: note.value };
}

/** The note with the signatures of these keys and no others, so that nobody can pad what the root log keeps. */
export async function verifiedNote(
  { checkpoint: { origin }, note }: Pick<ClaimedCheckpoint, 'checkpoint' | 'note'>,
  logKeys: readonly PublicJwk[],
  checker: SignatureChecker,
): Promise<string | undefined> {
  const keys = logKeys.flatMap((key): VerifierKey[] => (key.kty === 'OKP' ? [verifierKey(origin, key)] : []));
  const verified = await verifyNote(note, keys, checker);
  if (!verified.ok) return undefined;
  const own = note.signatures.filter(({ name, keyId }) =>
    verified.value.some((key) => key.name === name && key.keyId === keyId),
  );
  const distinct = own.filter((one, i) => own.findIndex(({ keyId }) => keyId === one.keyId) === i);
  return formatNote({ text: note.text, signatures: distinct });
}

function malformed(problems: readonly Problem[]): RegistrationRefusal {
  return new RegistrationRefusal({
    code: 'checkpoint-malformed',
    detail: 'This is not the signed note of a checkpoint (C2SP signed-note, tlog-checkpoint).',
    errors: problems.map(({ code, pointer, detail }) => ({ code, pointer: `/checkpoint${pointer}`, detail })),
  });
}

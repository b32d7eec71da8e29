import { forAuditor, inFile, inWorld, type Attack } from '../mutant.js';
import { WITNESSES } from '../root-checkpoint.js';

export const impersonation: Attack = {
  attack: 'witness impersonation',
  mutants: [
    inFile('one cosignature under two names', ['quorum-missing'], ({ root }) => {
      relabel(root, (lines) => [lines[0] ?? '', (lines[0] ?? '').replace('witness-1', 'witness-9')]);
    }),
    inFile('one cosignature twice', ['quorum-missing'], ({ root }) =>
      relabel(root, ([first = '']) => [first, first]),
    ),
    inFile('a cosignature under another witness’s name and its own id', ['quorum-missing'], ({ root }) => {
      relabel(root, ([first = '', second = '']) => [first, second.replace('witness-2', 'witness-3')]);
    }),
    inFile('a cosignature under another witness’s name and id', ['checkpoint-untrusted'], ({ root }) => {
      relabel(root, ([first = '', second = '']) => {
        const [id, rest] = [
          Buffer.from(first.split(' ')[2] ?? '', 'base64'),
          Buffer.from(second.split(' ')[2] ?? '', 'base64'),
        ];
        const forged = Buffer.concat([id.subarray(0, 4), rest.subarray(4)]).toString('base64');
        return [`— ${first.split(' ')[1] ?? ''} ${forged}`, second];
      });
    }),
    inFile('a cosignature with one bit altered', ['checkpoint-untrusted'], ({ root }) => {
      relabel(root, ([first = '', second = '']) => {
        const bytes = Buffer.from(first.split(' ')[2] ?? '', 'base64');
        bytes[40] = (bytes[40] ?? 0) ^ 1;
        return [`— ${first.split(' ')[1] ?? ''} ${bytes.toString('base64')}`, second];
      });
    }),
    inFile('a cosignature of another time', ['checkpoint-untrusted'], ({ root }) => {
      relabel(root, ([first = '', second = '']) => {
        const bytes = Buffer.from(first.split(' ')[2] ?? '', 'base64');
        bytes[11] = (bytes[11] ?? 0) ^ 1;
        return [`— ${first.split(' ')[1] ?? ''} ${bytes.toString('base64')}`, second];
      });
    }),
    inFile('the cosignatures of an older checkpoint', ['checkpoint-untrusted'], ({ root }) => {
      const older = cosignaturesOf(root.checkpoints[0] ?? '');
      relabel(root, () => older);
    }),
    inWorld('a cosignature of the future', ['cosignature-time'], {
      cosignedAt: (_, at) => at + 86_400,
    }),
    inWorld('cosignatures from before what they cosign was recorded', ['cosignature-time'], {
      cosignedAt: (_, at) => at - 30 * 86_400,
    }),
    inWorld('a name that would match as a pattern', ['quorum-missing'], {
      after: ({ root }) =>
        relabel(root, ([first = '', second = '']) => [first, second.replace('witness-2.example', '.*')]),
    }),
    forAuditor('for an auditor who asks for all three witnesses', ['quorum-missing'], {
      trust: (trust) => ({
        ...trust,
        trustPolicy: trust.trustPolicy.replace('group quorate 2', 'group quorate all'),
      }),
    }),
    forAuditor('for an auditor who trusts other witnesses', ['quorum-missing'], {
      trust: (trust) => ({
        ...trust,
        trustPolicy: trust.trustPolicy.replaceAll(/^group .*$/gm, 'group quorate all witness-3'),
      }),
    }),
    ...WITNESSES.slice(0, 2).map((name, i) =>
      inFile(`without the cosignature of ${name}`, ['quorum-missing'], ({ root }) =>
        relabel(root, (lines) => lines.filter((_, n) => n !== i)),
      ),
    ),
  ],
};

function cosignaturesOf(note: string): string[] {
  return note
    .slice(note.lastIndexOf('\n\n') + 2)
    .split('\n')
    .slice(1, -1);
}

/** Other lines of cosignatures under the last checkpoint. */
function relabel(
  root: { checkpoints: string[] },
  alter: (lines: readonly string[]) => readonly string[],
): void {
  const note = root.checkpoints.at(-1) ?? '';
  const start = note.lastIndexOf('\n\n') + 2;
  const [own = ''] = note.slice(start).split('\n');
  root.checkpoints[root.checkpoints.length - 1] =
    `${[note.slice(0, start) + own, ...alter(cosignaturesOf(note))].join('\n')}\n`;
}

import { copyOf } from '../copy.js';
import { toBase64 } from '@lodemark/transparency';
import { inFile, inWorld, insertIntoRoot, logOf, forAuditor, type Attack } from '../mutant.js';

const ROOT_BAD = ['root-mismatch'] as const;

export const equivocation: Attack = {
  attack: 'equivocation, split view',
  mutants: [
    inWorld('a fork of the root log that one witness cosigned', ['quorum-missing'], {
      witnesses: ['witness-1'],
    }),
    inWorld('a fork of the root log that no witness cosigned', ['quorum-missing'], {
      witnesses: [],
    }),
    inWorld('a fork cosigned by strangers', ['quorum-missing'], {
      witnesses: ['stranger-1', 'stranger-2'],
    }),
    inWorld('a fork cosigned by one witness and one stranger', ['quorum-missing'], {
      witnesses: ['witness-2', 'stranger-1'],
    }),
    inWorld('a root entry said otherwise after the checkpoint was cosigned', ROOT_BAD, {
      after: ({ root }) => {
        const last = root.entries.findLast(
          (entry) => 'entry' in entry && entry.entry['kind'] === 'statement',
        );
        if (last !== undefined && 'entry' in last) last.entry['recordedAt'] = '2026-12-18T02:00:00.001Z';
      },
    }),
    inFile('two root entries in the other order', ROOT_BAD, ({ root: { entries } }) => {
      const [a, b] = [entries[18], entries[19]];
      if (a !== undefined && b !== undefined) [entries[18], entries[19]] = [b, a];
    }),
    inFile('a root entry in the middle left out', ROOT_BAD, ({ root }) => void root.entries.splice(20, 1)),
    inFile('a root entry given twice', ROOT_BAD, ({ root }) => {
      const one = root.entries[20];
      if (one !== undefined) root.entries.splice(20, 0, one);
    }),
    inFile('a first checkpoint of another tree', ['checkpoint-untrusted'], ({ root }) => {
      root.checkpoints[0] = (root.checkpoints[0] ?? '').replace(
        /\n116\n.{44}/,
        `\n116\n${toBase64(new Uint8Array(32))}`,
      );
    }),
    inFile('the same checkpoint twice', ROOT_BAD, ({ root }) => {
      root.checkpoints.push(root.checkpoints.at(-1) ?? '');
    }),
    inFile('checkpoints that shrink', ROOT_BAD, ({ root }) => void root.checkpoints.reverse()),
  ],
};

export const restored: Attack = {
  attack: 'fork after restoring a backup',
  mutants: [
    inFile(
      'the root log rolled back to before the certificate',
      ROOT_BAD,
      ({ root }) => void root.entries.splice(-1),
    ),
    inFile(
      'the root log rolled back with its last checkpoint',
      ['certificate-not-logged', 'status-missing'],
      ({ root }) => {
        root.entries.splice(116);
        root.checkpoints.splice(1);
      },
    ),
    inWorld('entries after the last published checkpoint', ROOT_BAD, (world) => {
      world.checkpoints = [world.checkpoints[0] ?? 1, world.root.length - 1];
    }),
    inWorld('a later tree cosigned before an earlier one', ['cosignature-time'], {
      cosignedAt: (size, at) => (size === 119 ? at - 86_400 : at),
    }),
    inWorld('a facility’s log begun anew after a restore', { judged: 'C02@1 entry-parked' }, (world) => {
      const log = logOf(world, 'magnet-plant');
      log.items.splice(10);
      for (const item of world.root) {
        if (item.kind === 'checkpoints')
          item.covers = item.covers.filter(({ facility, size }) => facility !== 'magnet-plant' || size <= 10);
      }
    }),
    inWorld(
      'a later facility checkpoint of a smaller tree that is another',
      ['verdict-mismatch'],
      (world) => {
        insertIntoRoot(world, world.horizon - 1, {
          kind: 'checkpoints',
          recordedAt: world.root[world.horizon - 2]?.recordedAt ?? '',
          covers: [{ facility: 'euclid', size: 20, key: keyOf(world, 'euclid'), root: '0'.repeat(64) }],
        });
      },
    ),
  ],
};

function keyOf(world: Parameters<typeof logOf>[0], facility: string): string {
  const covers = world.root.flatMap((item) => (item.kind === 'checkpoints' ? item.covers : []));
  return covers.find((cover) => cover.facility === facility)?.key ?? '';
}

const FOREIGN = 'other.lodemark.example/root';

export const identity: Attack = {
  attack: 'log identity confusion',
  mutants: [
    inFile('the root log of another network', ['checkpoint-untrusted'], ({ root }) => {
      root.origin = FOREIGN;
    }),
    inWorld('signed for another network by the same key', ['checkpoint-untrusted'], {
      rootOrigin: FOREIGN,
      after: ({ root }) => {
        root.origin = 'scenario.lodemark.example/root';
      },
    }),
    inWorld('signed by a key that is not the root log’s', ['checkpoint-untrusted'], {
      rootKey: 'stranger-1',
    }),
    inWorld('signed by a witness in the log’s place', ['checkpoint-untrusted'], {
      rootKey: 'witness-1',
    }),
    inWorld('another genesis', ['genesis-mismatch'], (world) => {
      const [first] = world.root;
      if (first?.kind === 'genesis') first.registrars.push('stranger-1');
    }),
    inWorld('a genesis of another network', ['genesis-mismatch'], (world) => {
      const [first] = world.root;
      if (first?.kind === 'genesis') first.network = 'other.lodemark.example';
    }),
    inWorld('a second genesis with the thief’s key', { judged: 'C02@1 entry-parked' }, (world) => {
      insertIntoRoot(world, 20, {
        kind: 'genesis',
        recordedAt: '2026-10-24T06:00:00.000Z',
        network: world.network,
        registrars: ['thief'],
      });
    }),
    inFile('one facility’s log under another’s name', { among: ['log-unknown'] }, ({ logs }) => {
      const [first, second] = logs;
      if (first !== undefined && second !== undefined) first.origin = second.origin;
    }),
    inFile('the logs of two facilities exchanged', ['entry-not-included', 'heads-missing'], ({ logs }) => {
      const [first, second] = logs;
      if (first !== undefined && second !== undefined)
        [first.origin, second.origin] = [second.origin, first.origin];
    }),
    inFile('a log of a facility that nobody registered', ['log-unknown'], ({ logs }) => {
      const [first] = logs;
      if (first !== undefined)
        logs.push({ ...copyOf(first), origin: 'scenario.lodemark.example/log/nowhere' });
    }),
    inFile('the root log as a facility’s', ['log-missing', 'log-unknown'], ({ logs, root }) => {
      const [first] = logs;
      if (first !== undefined) first.origin = root.origin;
    }),
    inWorld('facility checkpoints signed by another facility’s log key', ['log-unknown'], (world) => {
      for (const item of world.root)
        if (item.kind === 'checkpoints')
          for (const cover of item.covers) if (cover.facility === 'src') cover.key = keyOf(world, 'euclid');
    }),
    forAuditor('for an auditor of another network', ['checkpoint-untrusted'], {
      trust: (trust) => ({
        ...trust,
        trustPolicy: trust.trustPolicy.replace(
          /^log .*$/m,
          'log example.com/root+9f7fff4a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
        ),
      }),
    }),
  ],
};

export const secondPreimage: Attack = {
  attack: 'second-preimage, leaf and node confusion',
  mutants: [
    ...[
      'one hash more',
      'one hash fewer',
      'a hash altered',
      'its hashes in the other order',
      'the hash of nothing at its end',
    ].map((how, i) =>
      inFile(`an inclusion proof with ${how}`, ['entry-not-included', 'entry-omitted'], ({ logs }) => {
        const proof = logs[0]?.entries[5]?.proof;
        if (proof === undefined) throw new Error('no proof');
        const zero = toBase64(new Uint8Array(32));
        if (i === 0) proof.push(proof[0] ?? zero);
        if (i === 1) proof.pop();
        if (i === 2) proof[1] = zero;
        if (i === 3) proof.reverse();
        if (i === 4) proof.push(zero);
      }),
    ),
    inFile('an inner node given as an entry', ['entry-not-included', 'entry-omitted'], ({ logs }) => {
      const [, second] = logs[0]?.entries ?? [];
      if (second === undefined) throw new Error('no entry');
      const [sibling = '', ...rest] = second.proof;
      logs[0]?.entries.splice(1, 1, {
        index: second.index,
        proof: rest,
        bytes: toBase64(Buffer.concat([Buffer.from(sibling, 'base64'), Buffer.from(sibling, 'base64')])),
      });
    }),
    inFile(
      'an entry under the index of its neighbour',
      ['entry-not-included', 'entry-omitted'],
      ({ logs }) => {
        const entry = logs[1]?.entries[3];
        if (entry !== undefined) entry.index += 1;
      },
    ),
    inFile(
      'an entry under an index beyond the tree',
      ['entry-not-included', 'entry-order', 'heads-missing'],
      ({ logs }) => {
        const entry = logs[1]?.entries[3];
        if (entry !== undefined) entry.index = 2 ** 40;
      },
    ),
    inFile('a tree that is said to be larger', ['log-missing', 'log-size-mismatch'], ({ logs }) => {
      const [log] = logs;
      if (log !== undefined) log.size += 1;
    }),
    inFile('a tree that is said to be smaller', ['log-missing', 'log-size-mismatch'], ({ logs }) => {
      const [log] = logs;
      if (log !== undefined) log.size -= 2;
    }),
    inFile('a consistency proof of another size', ['consistency-missing'], ({ logs }) => {
      const one = logs[0]?.consistency[3];
      if (one !== undefined) one.size += 1;
    }),
    inFile('a consistency proof with a hash more', ['checkpoint-inconsistent'], ({ logs }) => {
      const one = logs[0]?.consistency[3];
      one?.proof.push(one.proof[0] ?? '');
    }),
    inFile('a consistency proof without hashes', ['checkpoint-inconsistent'], ({ logs }) => {
      const one = logs[0]?.consistency[3];
      if (one !== undefined) one.proof = [];
    }),
  ],
};

export const chainShortcut: Attack = {
  attack: 'hash-chain shortcut',
  mutants: [
    ...[1, 5, 8, 11].map((nth) =>
      inFile(
        `entry ${nth} of a log without its proof`,
        ['entry-not-included', 'entry-omitted'],
        ({ logs }) => {
          const entry = logs[1]?.entries[nth];
          if (entry !== undefined) entry.proof = [];
        },
      ),
    ),
    inFile('all consistency proofs left out', ['consistency-missing'], ({ logs }) => {
      for (const log of logs) log.consistency = [];
    }),
    inFile('one consistency proof left out', ['consistency-missing'], ({ logs }) => {
      logs[2]?.consistency.splice(1, 1);
    }),
    inFile('two consistency proofs exchanged', ['checkpoint-inconsistent'], ({ logs }) => {
      const [a, b] = logs[3]?.consistency ?? [];
      if (a !== undefined && b !== undefined) [a.proof, b.proof] = [b.proof, a.proof];
    }),
    inWorld(
      'a smaller checkpoint of another history, linked by nothing',
      ['checkpoint-inconsistent'],
      (world) => {
        const item = world.root[81];
        if (item?.kind === 'checkpoints') for (const cover of item.covers) cover.root = 'ab'.repeat(32);
      },
    ),
    inFile('a proof of entries under the wrong log', ['entry-not-included', 'heads-missing'], ({ logs }) => {
      const [a, b] = logs;
      if (a !== undefined && b !== undefined) [a.entries, b.entries] = [b.entries, a.entries];
    }),
  ],
};

import { copyOf } from '../copy.js';
import { eventOf, inWorld, insertInto, logOf, saying, type Attack } from '../mutant.js';

const OTHERWISE = ['verdict-mismatch'] as const;

export const backDating: Attack = {
  attack: 'back-dating an event',
  mutants: [
    inWorld('an entry recorded before the one before it', ['entry-order'], (world) => {
      eventOf(world, 'magnet-plant', 'Transformed', 2).recordedAt = '2026-11-01T00:00:00.000Z';
    }),
    inWorld('a heads entry recorded before the entry before it', ['entry-order'], (world) => {
      const last = logOf(world, 'kokbulak').items.at(-1);
      if (last !== undefined) last.recordedAt = '2026-10-30T00:00:00.000Z';
    }),
    inWorld('an entry that had seen less than the one before it', ['entry-order'], (world) => {
      eventOf(world, 'src', 'Transformed', 3).rootSize = 60;
    }),
    inWorld('an entry that says it had seen another root log', OTHERWISE, (world) => {
      eventOf(world, 'src', 'Transformed', 3).rootHash = 'cd'.repeat(32);
    }),
    inWorld('an entry that had seen more than covers it', ['entry-order'], (world) => {
      const item = eventOf(world, 'magnet-plant', 'Transformed', 4);
      item.rootSize = 115;
      item.rootHash = 'ef'.repeat(32);
    }),
    inWorld('a root entry recorded before the one before it', ['entry-order', 'root-order'], (world) => {
      const item = world.root[100];
      if (item !== undefined) item.recordedAt = '2026-11-01T00:00:00.000Z';
    }),
    inWorld('a late event with an early date of its own', OTHERWISE, (world) => {
      saying(eventOf(world, 'kokbulak', 'TransitReported', 2), { occurredAt: '2026-10-27T00:00:00Z' });
    }),
    inWorld('the melt dated before its key was registered', ['entry-order'], (world) => {
      const item = eventOf(world, 'euclid', 'Transformed');
      item.rootSize = 40;
      item.recordedAt = '2026-10-24T06:00:00.000Z';
    }),
  ],
};

export const forwardDating: Attack = {
  attack: 'forward-dating, withholding then inserting',
  mutants: [
    inWorld('an entry recorded after the checkpoint that covers it', ['entry-order'], (world) => {
      const { items } = logOf(world, 'kokbulak');
      for (const item of items.slice(-2)) item.recordedAt = '2027-02-01T00:00:00.000Z';
    }),
    inWorld('a dispatch inserted where it was withheld', ['entry-order'], (world) => {
      const item = copyOf(eventOf(world, 'src', 'Dispatched'));
      saying(item, { eventId: '00000000-0000-4000-8000-0000000000aa' });
      insertInto(world, 'src', { at: 20, item });
    }),
    inWorld(
      'an event inserted by rewriting a log whose smaller checkpoints are known',
      ['checkpoint-inconsistent'],
      (world) => {
        const kept = world.root.findIndex(
          (item) =>
            item.kind === 'checkpoints' &&
            item.covers.some(({ facility, size }) => facility === 'src' && size === 16),
        );
        const item = world.root[kept];
        if (item?.kind === 'checkpoints') for (const cover of item.covers) cover.root = 'aa'.repeat(32);
      },
    ),
    inWorld('a root checkpoint cosigned long before its last entry was recorded', ['cosignature-time'], {
      cosignedAt: (size, at) => (size === 119 ? at - 7_200 : at),
    }),
    inWorld('a root entry of tomorrow', ['cosignature-time', 'root-order'], {
      alter: (world) => {
        for (const item of world.root.slice(116)) item.recordedAt = '2026-12-20T03:00:00.000Z';
      },
      cosignedAt: () => Date.parse('2026-12-18T03:00:00Z') / 1000,
    }),
    inWorld('an event that has not happened yet', OTHERWISE, (world) => {
      saying(eventOf(world, 'magnet-plant', 'Transformed', 4), { occurredAt: '2027-01-09T00:00:00Z' });
    }),
  ],
};

import { copyOf } from '../copy.js';
import { eventOf, inWorld, insertInto, saying, logOf, removeFrom, type Attack } from '../mutant.js';
import type { World } from '../world.js';

const OTHERWISE = ['verdict-mismatch'] as const;

/** An event once more, under another id, at the end of its log and under the last checkpoint that covers it. */
function again(
  world: World,
  [facility, type]: readonly [facility: string, type: string],
  { nth = 0, changed = {} }: { readonly nth?: number; readonly changed?: object } = {},
): void {
  const item = copyOf(eventOf(world, facility, type, nth));
  const { items } = logOf(world, facility);
  const last = items.at(-1);
  saying(item, { eventId: '00000000-0000-4000-8000-0000000000bb', ...changed });
  item.recordedAt = last?.recordedAt ?? item.recordedAt;
  item.rootSize = last?.rootSize ?? item.rootSize;
  insertInto(world, facility, { at: items.length - 1, item });
  // The checkpoint that covered the end still does.
}

export const repudiation: Attack = {
  attack: 'repudiation: we never sent, we never received',
  mutants: [
    inWorld('the receipt taken out of the receiver’s log', { judged: 'C25@1 no-receipt' }, (world) =>
      without(world, 'src', 'Received'),
    ),
    inWorld('the dispatch taken out of the sender’s log', { judged: 'C25@1 dispatch-unseen' }, (world) =>
      without(world, 'kokbulak', 'Dispatched'),
    ),
    inWorld('the second hand-over’s receipt taken out', { judged: 'C25@1 no-receipt' }, (world) =>
      without(world, 'euclid', 'Received'),
    ),
    inWorld('the last hand-over’s dispatch taken out', { judged: 'C25@1 dispatch-unseen' }, (world) =>
      without(world, 'euclid', 'Dispatched'),
    ),
    inWorld('the carrier’s statement taken out', OTHERWISE, (world) =>
      without(world, 'kokbulak', 'CarrierAccepted'),
    ),
    inWorld('the customs clearance taken out', OTHERWISE, (world) =>
      without(world, 'kokbulak', 'CustomsCleared'),
    ),
    inWorld('a dispatch to somebody else', { judged: 'C25@1 dispatch-unseen' }, (world) =>
      saying(eventOf(world, 'kokbulak', 'Dispatched'), { to: 'euclid' }),
    ),
  ],
};

export const replay: Attack = {
  attack: 'replay of a receipt for another shipment',
  mutants: [
    inWorld('the receipt names another dispatch', { judged: 'C25@1 lot-not-in-dispatch' }, (world) => {
      saying(eventOf(world, 'magnet-plant', 'Received'), {
        dispatch: eventOf(world, 'euclid', 'Received').payload['dispatch'],
      });
    }),
    inWorld('the receipt names a dispatch that is not there', { judged: 'C25@1 dispatch-unseen' }, (world) =>
      saying(eventOf(world, 'src', 'Received'), { dispatch: 'ab'.repeat(32) }),
    ),
    inWorld(
      'the receipt once more under another id',
      { judged: 'C25@1 package-with-two-outcomes' },
      (world) => again(world, ['magnet-plant', 'Received']),
    ),
    inWorld(
      'the first receipt once more at the next plant',
      { judged: 'C25@1 package-with-two-outcomes' },
      (world) => {
        const item = copyOf(eventOf(world, 'src', 'Received'));
        const { items } = logOf(world, 'euclid');
        saying(item, { facility: 'euclid', eventId: '00000000-0000-4000-8000-0000000000cc' });
        item.key = eventOf(world, 'euclid', 'Dispatched').key;
        item.recordedAt = items.at(-1)?.recordedAt ?? '';
        item.rootSize = items.at(-1)?.rootSize ?? 0;
        insertInto(world, 'euclid', { at: items.length - 1, item });
      },
    ),
    inWorld('a seal of another shipment', OTHERWISE, (world) => {
      const other =
        eventOf(world, 'src', 'Sealed').payload['seals'] ?? eventOf(world, 'src', 'Sealed').payload['seal'];
      const sealed = eventOf(world, 'kokbulak', 'Sealed', 1);
      saying(sealed, 'seals' in sealed.payload ? { seals: other } : { seal: other });
    }),
    inWorld('a receipt before the dispatch', { judged: 'C03@1 told-late' }, (world) =>
      saying(eventOf(world, 'magnet-plant', 'Received'), { occurredAt: '2026-12-05T00:00:00Z' }),
    ),
  ],
};

export const doubleSpending: Attack = {
  attack: 'double spending of a lot',
  mutants: [
    inWorld('the alloy charged a second time', { judged: 'C38@1 lot-over-drawn' }, (world) =>
      again(world, ['magnet-plant', 'Transformed']),
    ),
    inWorld('the oxide reduced a second time', { judged: 'C38@1 lot-over-drawn' }, (world) =>
      again(world, ['src', 'Transformed'], { nth: 5 }),
    ),
    inWorld('the concentrate dispatched a second time', { judged: 'C38@1 dispatch-not-conserved' }, (world) =>
      again(world, ['kokbulak', 'Dispatched']),
    ),
    inWorld('the metal dispatched to two receivers', { judged: 'C38@1 dispatch-not-conserved' }, (world) =>
      again(world, ['src', 'Dispatched'], { changed: { to: 'magnet-plant' } }),
    ),
    inWorld('a lot made twice', { judged: 'C01@1 key-expired' }, (world) =>
      again(world, ['euclid', 'LotCreated']),
    ),
    inWorld('the tailings made twice', { judged: 'C03@1 told-late' }, (world) =>
      again(world, ['kokbulak', 'LotCreated']),
    ),
    inWorld('two statements under one id', { judged: 'C02@1 event-id-repeated' }, (world) => {
      const item = copyOf(eventOf(world, 'magnet-plant', 'Transformed', 4));
      again(world, ['magnet-plant', 'Transformed'], {
        nth: 4,
        changed: { eventId: item.payload['eventId'], occurredAt: '2026-12-17T11:00:00-05:00' },
      });
    }),
  ],
};

/** The event out of its log with the heads entry that followed it. */
function without(world: World, facility: string, type: string): void {
  const { items } = logOf(world, facility);
  const at = items.indexOf(eventOf(world, facility, type));
  removeFrom(world, facility, at);
}

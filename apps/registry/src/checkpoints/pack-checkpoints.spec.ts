import { describe, expect, it } from '@jest/globals';
import { decodeRootLogEntry, encodeEntry, MAX_ENTRY_BYTES } from '@lodemark/transparency';
import fc from 'fast-check';
import { packCheckpoints } from './pack-checkpoints.js';

const AT = '2026-11-24T12:00:00.000Z';

function note(origin: string, padding: string): { note: string } {
  return { note: `${origin}${padding}\n1\n\n— ${origin} ${Buffer.alloc(68, 1).toString('base64')}\n` };
}

describe('packCheckpoints', () => {
  it('makes no entry of nothing', () => {
    expect(packCheckpoints([], AT)).toEqual([]);
  });

  it('packs everything, in order, into entries that fit, of which no two would fit into one', () => {
    // Quotes and characters of several bytes: their JSON is longer than they are.
    const padding = fc.string({ unit: fc.constantFrom('"', 'é', '\u{1F9F2}', 'x', '\\'), maxLength: 4_000 });
    fc.assert(
      fc.property(fc.array(padding, { maxLength: 60 }), (paddings) => {
        const notes = paddings.map((text, i) => note(`n.example/log/f${i}`, text));
        const packed = packCheckpoints(notes, AT);
        expect(packed.flatMap((one) => one.packed)).toEqual(notes);
        const sizes = packed.map(({ entry }) => encodeEntry(entry).length);
        sizes.forEach((size) => expect(size).toBeLessThanOrEqual(MAX_ENTRY_BYTES));
        packed.forEach(({ entry }) => expect(decodeRootLogEntry(encodeEntry(entry)).ok).toBe(true));
        packed.slice(1).forEach((next, i) => {
          const first = JSON.stringify(next.packed[0]?.note).length;
          expect((sizes[i] ?? 0) + first + 1).toBeGreaterThan(MAX_ENTRY_BYTES - 4 * 4_100);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('needs two entries for 600 facilities, not 600', () => {
    const notes = Array.from({ length: 600 }, (_, i) => note(`demo.lodemark.example/log/facility-${i}`, ''));
    expect(packCheckpoints(notes, AT).length).toBe(2);
  });
});

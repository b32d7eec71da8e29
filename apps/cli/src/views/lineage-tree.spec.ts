import { describe, expect, it } from '@jest/globals';
import { lineageTree } from './lineage-tree.js';

const node = (lot: string) => ({ lot, form: 'ALLOY', madeKg: '10.000000', origin: 'process', country: 'US' });
const edge = (input: string, output: string) => ({
  ...{ input, output, step: 'ALLOY_MELT', facility: 'euclid', occurredAt: '2026-11-02T09:00:00Z' },
  ...{ inputKg: '4.500000', role: 'feed' },
});

describe('lineageTree', () => {
  it('shows a lot that two others share once, and names it the second time', () => {
    const lines = lineageTree({
      ...{ lot: 'a/1', direction: 'up', nodes: ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'].map(node), withheld: 2 },
      edges: [
        edge('a/2', 'a/1'),
        edge('a/3', 'a/1'),
        edge('a/4', 'a/2'),
        edge('a/4', 'a/3'),
        edge('a/5', 'a/4'),
      ],
      handOvers: [
        {
          dispatch: 'x',
          lots: ['a/4'],
          from: 'p',
          to: 'q',
          dispatchedAt: '2026-11-01T00:00:00Z',
          receivedAt: null,
        },
      ],
    });
    expect(lines).toEqual([
      'a/1  ALLOY, 10 kg, US',
      '├─ ALLOY_MELT at euclid, 2026-11-02, from 4.5 kg (feed):',
      '│  a/2  ALLOY, 10 kg, US',
      '│  └─ ALLOY_MELT at euclid, 2026-11-02, from 4.5 kg (feed):',
      '│     a/4  ALLOY, 10 kg, US',
      '│     └─ ALLOY_MELT at euclid, 2026-11-02, from 4.5 kg (feed):',
      '│        a/5  ALLOY, 10 kg, US',
      '└─ ALLOY_MELT at euclid, 2026-11-02, from 4.5 kg (feed):',
      '   a/3  ALLOY, 10 kg, US',
      '   └─ ALLOY_MELT at euclid, 2026-11-02, from 4.5 kg (feed):',
      '      a/4  ALLOY, 10 kg, US (as above)',
      '',
      'Hand-overs:',
      '  p → q: a/4, 2026-11-01 to (no receipt)',
      '',
      'Further lots that are not shown to you: 2.',
    ]);
  });

  it('comes to an end where lots claim to come from each other', () => {
    const lines = lineageTree({
      ...{
        lot: 'a/1',
        direction: 'down',
        nodes: [node('a/1'), { ...node('a/2'), origin: 'contradicted', inDoubt: true }],
      },
      edges: [edge('a/1', 'a/2'), edge('a/2', 'a/1')],
    });
    expect(lines).toHaveLength(5);
    expect(lines[1]).toBe('└─ 4.5 kg (feed) into ALLOY_MELT at euclid, 2026-11-02, which made:');
    expect(lines[2]).toContain('ORIGIN CONTRADICTED, IN DOUBT');
  });
});

import { describe, expect, it } from '@jest/globals';
import { counted, paintFor, shortDecimal, table, visible } from './text.js';

describe('text for a terminal', () => {
  it('shows what would drive the terminal or turn the text around', () => {
    expect(visible('a\u001b[2Jb\u009bc\u202ed\r')).toBe('a\\u001b[2Jb\\u009bc\\u202ed\\u000d');
    expect(visible('Қаратау, Ö 1.5')).toBe('Қаратау, Ö 1.5');
  });

  it('sets columns by their widest cell and lets nobody break a row', () => {
    expect(table([['LOT', 'KG'], ['a/1\nb', '5'], ['long/2']])).toEqual([
      'LOT     KG',
      'a/1 b   5',
      'long/2',
    ]);
  });

  it('counts in words', () => {
    expect([counted(1, 'row'), counted(0, 'row'), counted(1_234_567, 'entry', 'entries')]).toEqual([
      '1 row',
      '0 rows',
      '1,234,567 entries',
    ]);
  });

  it('leaves out zeros only behind a decimal point', () => {
    expect(['900.000000', '1000', '0.500', '10.050', '0.000', '-'].map(shortDecimal)).toEqual([
      '900',
      '1000',
      '0.5',
      '10.05',
      '0',
      '-',
    ]);
  });

  it('colours only when asked to', () => {
    expect(paintFor(false)('red', 'x')).toBe('x');
    expect(paintFor(true)('red', 'x')).toBe('\u001b[31mx\u001b[0m');
  });
});

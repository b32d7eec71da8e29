import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_RECORD_CHARS, type InputRecord } from './input-record.js';
import { readRecords } from './records.js';

async function* pieces(text: string | Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for (let from = 0; from < bytes.length; from += length) yield bytes.subarray(from, from + length);
}

async function recordsOf(
  text: string | Uint8Array,
  { length = 7, layout }: { length?: number; layout?: 'lines' } = {},
): Promise<InputRecord[]> {
  const found: InputRecord[] = [];
  for await (const record of readRecords(pieces(text, length), layout)) found.push(record);
  return found;
}

const values = (records: readonly InputRecord[]) => records.map(({ text }) => JSON.parse(text) as unknown);

describe('readRecords', () => {
  it('finds the same events in an array, in lines and one below the other, however the bytes arrive', async () => {
    const json = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string(), fc.integer(), fc.constant({ a: [1, '}"'] })),
      { minKeys: 1 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (events, length) => {
          const plain = events.map((event) => JSON.parse(JSON.stringify(event)) as unknown);
          const layouts = [
            JSON.stringify(events),
            JSON.stringify(events, null, 2),
            events.map((event) => JSON.stringify(event)).join('\n'),
            events.map((event) => JSON.stringify(event, null, 1)).join('\r\n\n'),
          ];
          for (const text of layouts) expect(values(await recordsOf(text, { length }))).toEqual(plain);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('names the line on which each begins', async () => {
    const lines = await recordsOf('{"a":1}\n\n  {"b":2}\nx.y.z\n');
    expect(lines.map(({ line }) => line)).toEqual([1, 3, 4]);
    const array = await recordsOf('[\n  {\n"a": 1 }, {"b":2}\n,\n{"c":3}]');
    expect(array.map(({ line }) => line)).toEqual([2, 3, 5]);
  });

  it('drops a byte order mark and takes one event without a line feed', async () => {
    expect(values(await recordsOf('\ufeff{"a":"ü"}'))).toEqual([{ a: 'ü' }]);
  });

  it('lets a broken line harm no other', async () => {
    const found = await recordsOf('{"a":1}\n{"a":\n{"a":3}', { layout: 'lines' });
    expect(found.map(({ text }) => text)).toEqual(['{"a":1}', '{"a":', '{"a":3}']);
  });

  it.each([
    ['[{"a":1}{"b":2}]', 'a comma is missing'],
    ['[{"a":1},]', 'a value is missing behind'],
    ['[,{"a":1}]', 'a value is missing before'],
    ['[{"a":1}] {"b":2}', 'behind the end of the array'],
    ['[{"a":1}', 'ends inside the array'],
    ['[{"a":1},{"b"', 'ends inside this value'],
    ['[{"a":1},{"b":"x]', 'ends inside this value'],
  ])('says what is wrong with %s', async (text, said) => {
    const faults = (await recordsOf(text)).flatMap(({ fault }) => fault ?? []);
    expect(faults[0]).toMatchObject({
      code: 'malformed-json',
      detail: expect.stringContaining(said),
    });
  });

  it('takes scalars apart, too, so that each can be refused', async () => {
    expect((await recordsOf('[1, "a,]", null]')).map(({ text }) => text)).toEqual(['1', '"a,]"', 'null']);
  });

  it('gives up at bytes that are not UTF-8, after what came before', async () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('{"a":1}\n{"b":2}\n'), 0xc3, 0x28]);
    const found = await recordsOf(bytes, { length: 4 });
    expect(found.map(({ fault }) => fault?.code)).toEqual([undefined, undefined, 'not-utf8']);
    expect((await recordsOf(new Uint8Array([0x7b, 0xc3])))[0]?.fault?.code).toBe('not-utf8');
  });

  it('does not hold an endless record', async () => {
    const long = `{"a":"${'x'.repeat(MAX_RECORD_CHARS)}"}`;
    const found = await recordsOf(`${long}\n{"b":2}\n`, { length: 65_536, layout: 'lines' });
    expect(found.map(({ text, fault }) => fault?.code ?? text)).toEqual(['event-too-large', '{"b":2}']);
    const array = await recordsOf(`[${long},{"b":2}]`, { length: 65_536 });
    expect(array.map(({ text, fault }) => fault?.code ?? text)).toEqual(['event-too-large', '{"b":2}']);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64, toBase64 } from './base64.js';
import { verifyHead } from './head-proof.js';
import { headKey, headsRoot, HeadsMap, proveHead, turnOf, type Head, type HeadProof } from './heads-map.js';

const EMPTY = '0'.repeat(64);
const lot = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*') },
  { weight: 20, arbitrary: fc.nat(300).map((n) => `kokbulak/2026-${n}`) },
);
const last = fc.oneof(fc.nat(20), fc.nat(Number.MAX_SAFE_INTEGER));
const heads = fc
  .uniqueArray(fc.tuple(lot, last), { selector: ([name]) => name, maxLength: 60 })
  .map((list): readonly Head[] => list);

/** The definition, word for word, on bits as text and with another SHA-256. */
function defined(list: readonly Head[]): string {
  const leaves = list.map(([name, value]) => {
    const key = createHash('sha256').update(name).digest();
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(BigInt(value));
    const bits = [...key].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    return { bits, hash: createHash('sha256').update(Buffer.of(0)).update(key).update(number).digest() };
  });
  const hashOf = (some: typeof leaves, depth: number): Buffer => {
    if (some.length <= 1) return some[0]?.hash ?? Buffer.alloc(32);
    const [left, right] = ['0', '1'].map((bit) => some.filter(({ bits }) => bits[depth] === bit));
    return createHash('sha256')
      .update(Buffer.of(1))
      .update(hashOf(left!, depth + 1))
      .update(hashOf(right!, depth + 1))
      .digest();
  };
  return hashOf(leaves, 0).toString('hex');
}

function answer(root: string, name: string, proof: unknown): number | 'absent' | 'refused' {
  const read = verifyHead(root, name, proof);
  return read.ok ? (read.value ?? 'absent') : 'refused';
}

describe('the map of heads', () => {
  it('has the root that its definition gives, in whatever order it grew', () => {
    const grown = heads.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list], { minLength: list.length })),
    );
    fc.assert(
      fc.property(grown, ([list, shuffled]) => {
        expect(headsRoot(list)).toBe(defined(list));
        expect(headsRoot(shuffled)).toBe(defined(list));
      }),
    );
  });

  it('hashes again what changed, and only counts the last value of a name', () => {
    fc.assert(
      fc.property(heads, heads, (before, after) => {
        const map = HeadsMap.of(before);
        map.root();
        for (const [name, value] of after) map.set(name, value);
        const together = new Map([...before, ...after]);
        expect(map.root()).toBe(defined([...together]));
        expect(map.names).toBe(together.size);
      }),
    );
  });

  it('is zeros when empty, and one leaf when it holds one name', () => {
    expect(headsRoot([])).toBe(EMPTY);
    expect(headsRoot([['src/1', 2 ** 53 - 1]])).toBe(
      createHash('sha256')
        .update(Buffer.concat([Buffer.of(0), headKey('src/1'), Buffer.from('001fffffffffffff', 'hex')]))
        .digest('hex'),
    );
  });
});

describe('a proof of a head', () => {
  it('gives each name its last sequence number, and proves every other absent', () => {
    fc.assert(
      fc.property(heads, lot, (list, other) => {
        const map = HeadsMap.of(list);
        const root = map.root();
        for (const [name, value] of list) {
          expect(answer(root, name, map.prove(name))).toBe(value);
        }
        const known = new Map(list).get(other);
        expect(answer(root, other, proveHead(list, other))).toBe(known ?? 'absent');
        expect(answer(root, 'nobody/1', map.prove('nobody/1'))).toBe('absent');
      }),
    );
  });

  it('is refused with another number, for another name and under another root', () => {
    fc.assert(
      fc.property(heads, lot, last, (list, name, forged) => {
        const map = HeadsMap.of(list);
        const root = map.root();
        const proof = map.prove(name);
        const own = toBase64(headKey(name));
        if (proof.leaf?.key !== own || proof.leaf.last !== forged) {
          expect(answer(root, name, { ...proof, leaf: { key: own, last: forged } })).toBe('refused');
        }
        if (proof.leaf !== null) expect(answer(root, name, { ...proof, leaf: null })).toBe('refused');
        // It may be a proof of another name's absence, too; then that name is absent.
        const elsewhere = answer(root, 'nobody/1', proof);
        expect(['refused', 'absent']).toContain(elsewhere);
        const changed = headsRoot([...list.filter(([one]) => one !== name), [name, forged]]);
        if (changed !== root)
          expect(answer(changed, name, proof)).not.toBe(new Map(list).get(name) ?? 'absent');
      }),
    );
  });

  it('holds no more once anything in it is changed', () => {
    const change = fc.record({
      at: fc.nat(),
      bit: fc.nat(255),
      kind: fc.constantFrom('flip', 'drop', 'double'),
    });
    fc.assert(
      fc.property(heads, lot, change, (list, name, { at, bit, kind }) => {
        const root = headsRoot(list);
        const proof = proveHead(list, name);
        const { siblings } = proof;
        if (siblings.length === 0) return;
        const where = at % siblings.length;
        const bytes = new Uint8Array(fromBase64(siblings[where]!)!);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        const others = {
          flip: siblings.with(where, toBase64(bytes)),
          drop: siblings.toSpliced(where, 1),
          double: siblings.toSpliced(where, 0, siblings[where]!),
        };
        expect(answer(root, name, { ...proof, siblings: others[kind] })).toBe('refused');
      }),
    );
  });

  it('never throws and never proves, whatever else it is given', () => {
    const root = headsRoot([
      ['src/1', 3],
      ['src/2', 4],
    ]);
    const text = fc.oneof(fc.string(), fc.constantFrom('', 'A'.repeat(43) + '='), fc.base64String());
    const odd = fc.record({ leaf: fc.anything(), siblings: fc.oneof(fc.anything(), fc.array(text)) });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), odd), fc.string(), fc.string(), (proof, name, otherRoot) => {
        expect(answer(root, 'src/1', proof)).toBe('refused');
        expect(answer(root, name, proof)).toBe('refused');
        expect(answer(otherRoot, 'src/1', proof)).toBe('refused');
      }),
    );
  });

  it('has one spelling', () => {
    const list: readonly Head[] = [
      ['src/1', 3],
      ['src/2', 4],
    ];
    const root = headsRoot(list);
    const proof = proveHead(list, 'src/1');
    const sibling = proof.siblings.at(-1)!;
    const loose = sibling.replace(/.=$/, (end) => String.fromCharCode(end.charCodeAt(0) + 1) + '=');
    for (const other of [
      { ...proof, more: 1 },
      { leaf: proof.leaf },
      { siblings: proof.siblings },
      { ...proof, leaf: { ...proof.leaf, more: 1 } },
      { ...proof, leaf: { ...proof.leaf, last: -1 } },
      { ...proof, leaf: { ...proof.leaf, last: 3.5 } },
      { ...proof, leaf: { ...proof.leaf, last: '3' } },
      { ...proof, siblings: proof.siblings.with(-1, sibling.slice(0, -1)) },
      { ...proof, siblings: proof.siblings.with(-1, loose) },
    ]) {
      expect(answer(root, 'src/1', other)).toBe('refused');
    }
    expect(answer(root.toUpperCase(), 'src/1', proof)).toBe('refused');
    expect(answer(root, 'src/1', proof)).toBe(3);
  });
});

describe('a map that is not compact', () => {
  const hash = (...parts: Uint8Array[]): Uint8Array =>
    createHash('sha256').update(Buffer.concat(parts)).digest();
  const zeros = new Uint8Array(32);
  const leaf = (name: string, value: number): Uint8Array =>
    hash(Buffer.of(0), headKey(name), Buffer.from(value.toString(16).padStart(16, '0'), 'hex'));
  const branch = (name: string, hanging: Uint8Array, beside: Uint8Array): Uint8Array =>
    turnOf(headKey(name), 0) === 0
      ? hash(Buffer.of(1), hanging, beside)
      : hash(Buffer.of(1), beside, hanging);

  it('proves nothing of a leaf that hangs below an empty place, or of an empty place beside nothing', () => {
    const zero = toBase64(zeros);
    const alone = Buffer.from(branch('src/1', leaf('src/1', 3), zeros)).toString('hex');
    const own: HeadProof = { leaf: { key: toBase64(headKey('src/1')), last: 3 }, siblings: [zero] };
    expect(answer(alone, 'src/1', own)).toBe('refused');
    const hollow = Buffer.from(branch('src/1', zeros, zeros)).toString('hex');
    expect(answer(hollow, 'src/1', { leaf: null, siblings: [zero] })).toBe('refused');
  });

  it('proves nothing by a leaf that stands where its key does not lead', () => {
    const key = headKey('src/1');
    const stray = ['a/1', 'a/2', 'a/3', 'a/4'].find((name) => turnOf(headKey(name), 0) !== turnOf(key, 0))!;
    const beside = leaf('src/9', 1);
    const root = Buffer.from(branch('src/1', leaf(stray, 5), beside)).toString('hex');
    const proof = { leaf: { key: toBase64(headKey(stray)), last: 5 }, siblings: [toBase64(beside)] };
    expect(answer(root, 'src/1', proof)).toBe('refused');
  });

  it('takes no path longer than a key has bits', () => {
    const siblings = Array.from({ length: 257 }, () => toBase64(hash(Buffer.of(7))));
    expect(answer(EMPTY, 'src/1', { leaf: null, siblings })).toBe('refused');
    expect(answer(EMPTY, 'src/1', { leaf: null, siblings: siblings.slice(1) })).toBe('refused');
    expect(answer(EMPTY, 'src/1', { leaf: null, siblings: [] })).toBe('absent');
  });
});

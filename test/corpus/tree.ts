import {
  consistencyProof,
  inclusionProof,
  rootOf,
  toBase64,
  toHex,
  type NodeReader,
} from '@lodemark/transparency';

/** Proofs over a log that is small enough to be hashed again for each of them. */
export class Tree {
  constructor(readonly leaves: readonly Uint8Array[]) {}

  root(size: number): string {
    return toHex(rootOf(this.leaves.slice(0, size)));
  }

  async inclusion(index: number, size: number): Promise<string[]> {
    return (await inclusionProof(index, size, this.reader)).map(toBase64);
  }

  async consistency(from: number, to: number): Promise<string[]> {
    return (await consistencyProof(from, to, this.reader)).map(toBase64);
  }

  private readonly reader: NodeReader = {
    readNodes: (nodes) =>
      Promise.resolve(
        nodes.map(({ level, index }) => {
          const width = 2 ** level;
          return rootOf(this.leaves.slice(index * width, (index + 1) * width));
        }),
      ),
  };
}

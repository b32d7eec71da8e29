import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VECTORS = new URL('../../../test/vectors/', import.meta.url);

/** Bytes of a published test vector, by its path below the vectors. */
export function vectorBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, VECTORS)));
}

/** Text of a published test vector. */
export function vectorText(path: string): string {
  return readFileSync(new URL(path, VECTORS), 'utf8');
}

/** A JSON vector; numbers too large for a double are given as Infinity, so that none is silently rounded. */
export function vectorJson(path: string): unknown {
  const exact = vectorText(path).replaceAll(/: ([0-9]{17,})(?=[,\s}])/g, ': 1e999');
  return JSON.parse(exact);
}

/** Paths of the JSON files in a folder of vectors, at any depth. */
export function vectorPaths(folder: string): readonly string[] {
  return readdirSync(fileURLToPath(new URL(folder, VECTORS)), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(fileURLToPath(VECTORS).length))
    .sort();
}

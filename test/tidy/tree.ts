import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_OURS = new Set(['.git', '.lodemark', 'coverage', 'dist', 'node_modules']);
const TEXT =
  /\.(ts|js|cjs|mjs|json|md|yml|yaml|sql|html|css|sh)$|(^|\/)(Dockerfile|LICENSE|run|\.[a-z]+(rc|ignore))$/;

export interface TextFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** The text files of the repository as they lie on disk, without what is installed or built. */
export function readTree(): readonly TextFile[] {
  return pathsUnder(ROOT)
    .map((path) => relative(ROOT, path))
    .filter((path) => TEXT.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

function pathsUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pathsUnder(path) : [path];
  });
}

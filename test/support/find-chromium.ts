import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser that the system's packages installed; `LODEMARK_CHROMIUM` names another one. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [process.env['LODEMARK_CHROMIUM'] ?? '', ...found].find((path) => path !== '' && existsSync(path));
}

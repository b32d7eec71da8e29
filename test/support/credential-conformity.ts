import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LODEMARK_CONTEXT_DOCUMENT, LODEMARK_CONTEXT_PATH } from '@lodemark/certificate';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const execFileAsync = promisify(execFile);
/** In a process of its own: in Jest's sandbox it takes three times as long, which is half a minute. */
const EXPAND = fileURLToPath(new URL('expand-credential.js', import.meta.url));
const OWN_CONTEXT = { path: LODEMARK_CONTEXT_PATH, document: LODEMARK_CONTEXT_DOCUMENT };
/** Of what a credential expands to, in bytes. */
const MOST = 1 << 28;

function vector(name: string): object {
  const url = new URL(`../vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as object;
}

// The released schema has formats and keywords of its own beside those of JSON Schema.
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
const isConformityCredential = ajv.compile(vector('untp-0.7.0/dcc.json'));

/** What the released UNTP 0.7.0 schema of a Digital Conformity Credential has against a credential. */
export function schemaProblems(credential: object): readonly string[] {
  if (isConformityCredential(credential)) return [];
  return (isConformityCredential.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message ?? ''}`,
  );
}

/** The credential in JSON-LD's safe mode, in which what no context defines is an error. @throws where one is found */
export async function expanded(credential: object): Promise<readonly object[]> {
  const running = execFileAsync(process.execPath, [EXPAND], { maxBuffer: MOST });
  running.child.stdin?.end(JSON.stringify({ credential, own: OWN_CONTEXT }));
  const { stdout } = await running;
  return JSON.parse(stdout) as readonly object[];
}

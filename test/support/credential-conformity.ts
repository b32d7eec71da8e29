import { readFileSync } from 'node:fs';
import { LODEMARK_CONTEXT_DOCUMENT, LODEMARK_CONTEXT_PATH } from '@lodemark/certificate';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import jsonld from 'jsonld';

function vector(name: string): object {
  const url = new URL(`../vectors/${name}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as object;
}

/** Contexts by address: copies, so that nothing is asked of the network and nothing else can be named. */
const CONTEXTS = new Map<string, object>([
  ['https://www.w3.org/ns/credentials/v2', vector('vc-v2-context/credentials-v2.json')],
  ['https://vocabulary.uncefact.org/untp/0.7.0/context/', vector('untp-0.7.0/context.json')],
]);

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

/** The credential in JSON-LD's safe mode, in which what no context defines is an error. @throws JsonLdError */
export async function expanded(credential: object): Promise<readonly object[]> {
  // The types do not know the mode.
  const options = { safe: true, documentLoader };
  return jsonld.expand(credential, options);
}

function documentLoader(url: string) {
  const own = url.endsWith(LODEMARK_CONTEXT_PATH) ? LODEMARK_CONTEXT_DOCUMENT : undefined;
  const document = CONTEXTS.get(url) ?? own;
  if (document === undefined) return Promise.reject(new Error(`there is no copy of the context ${url}`));
  return Promise.resolve({ documentUrl: url, document: { ...document } });
}

// Reads a credential and our own context as JSON, and prints what it expands to in JSON-LD's safe mode.
import { readFileSync } from 'node:fs';
import jsonld from 'jsonld';

const vector = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));
const { credential, own } = JSON.parse(readFileSync(0, 'utf8'));

/** Contexts by address: copies, so that nothing is asked of the network and nothing else can be named. */
const CONTEXTS = new Map([
  ['https://www.w3.org/ns/credentials/v2', vector('vc-v2-context/credentials-v2.json')],
  ['https://vocabulary.uncefact.org/untp/0.7.0/context/', vector('untp-0.7.0/context.json')],
]);

async function documentLoader(url) {
  const document = CONTEXTS.get(url) ?? (url.endsWith(own.path) ? own.document : undefined);
  if (document === undefined) throw new Error(`there is no copy of the context ${url}`);
  return { documentUrl: url, document };
}

const expanded = await jsonld.expand(credential, { safe: true, documentLoader });
process.stdout.write(JSON.stringify(expanded));

// Builds the verifier into one HTML file that loads nothing, and says in its own content security policy that it does
// not. `--print` says where it is, and its digest.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = `${root}apps/verifier/src/`;
const folder = `${root}apps/verifier/dist`;
const OUTPUT = `${folder}/lodemark-verifier.html`;

/** One script of a program and all that it imports. */
async function bundled(name, define = {}) {
  const { outputFiles } = await build({
    entryPoints: [`${source}${name}.ts`],
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify: true,
    format: name === 'worker' ? 'iife' : 'esm',
    charset: 'utf8',
    conditions: ['source'],
    target: ['chrome120', 'firefox130', 'safari17'],
    legalComments: 'inline',
    define,
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

const sha256 = (text, encoding) => createHash('sha256').update(text).digest(encoding);
const source256 = (text) => `'sha256-${sha256(text, 'base64')}'`;

async function page() {
  const worker = await bundled('worker');
  const script = await bundled('main', { WORKER_PROGRAM: JSON.stringify(worker) });
  const style = readFileSync(`${source}style.css`, 'utf8');
  // HTML would end the script there, or read on beyond its end.
  if (/<\/script|<!--/i.test(script)) throw new Error('The script may not contain </script or <!--.');
  const policy = [
    "default-src 'none'",
    `script-src ${source256(script)}`,
    `style-src ${source256(style)}`,
    'worker-src blob:',
    'img-src data:',
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  return [
    [`content="default-src 'none'"`, `content="${policy}"`],
    ['<link rel="stylesheet" href="style.css" />', `<style>${style}</style>`],
    ['<script type="module" src="main.js"></script>', `<script type="module">${script}</script>`],
  ].reduce(replaced, readFileSync(`${source}page.html`, 'utf8'));
}

function replaced(text, [before, after]) {
  const [start, end, ...others] = text.split(before);
  if (end === undefined || others.length > 0) throw new Error(`page.html must have one ${before}`);
  return start + after + end;
}

const html = await page();
mkdirSync(folder, { recursive: true });
writeFileSync(OUTPUT, html);
if (process.argv.includes('--print')) {
  console.log(
    `${OUTPUT.slice(root.length)}: ${Buffer.byteLength(html)} bytes, SHA-256 ${sha256(html, 'hex')}`,
  );
}

import { gzipSync } from 'node:zlib';
import { canonicalBytes, canonicalize, type JsonObject } from '@lodemark/transparency';
import { signVcJwt } from '@lodemark/certificate';
import { eventOf, inBytes, inFile, inWorld, type Attack, type Mutant } from '../mutant.js';
import { Keyring } from '../keyring.js';

const MALFORMED = ['file-malformed'] as const;

/** A certificate with a payload of the attacker's bytes, signed by the issuer's own key. */
function payload(name: string, write: (canonical: string) => string | Uint8Array): Mutant {
  return inWorld(`a certificate ${name}`, ['certificate-malformed'], {
    sign: async (credential, kid, signer) => {
      const [head = ''] = (await signVcJwt({}, kid, signer)).split('.');
      const body = Buffer.from(write(canonicalize(credential))).toString('base64url');
      const signature = await signer.sign(Buffer.from(`${head}.${body}`));
      return `${head}.${body}.${Buffer.from(signature).toString('base64url')}`;
    },
  });
}

/** An event with a payload of the attacker's bytes, signed by the facility's own key: its entry is parked. */
function event(name: string, write: (canonical: string) => string | Uint8Array): Mutant {
  return inWorld(`an event ${name}`, { judged: 'C02@1 entry-parked' }, (world) => {
    const item = eventOf(world, 'magnet-plant', 'Transformed', 1);
    const signer = new Keyring().signer(item.key);
    item.jws = (made) => {
      const [head = '', body = ''] = made.split('.');
      const text = Buffer.from(body, 'base64url').toString();
      const written = write(text);
      if (written === text) throw new Error(`${name}: nothing to alter`);
      const input = `${head}.${Buffer.from(written).toString('base64url')}`;
      return `${input}.${Buffer.from(signer.signNow(Buffer.from(input))).toString('base64url')}`;
    };
  });
}

/** A well-formed pair in canonical order, so that nothing but the surrogate is wrong. */
const LONE = '"\\ud800"';

export const ambiguity: Attack = {
  attack: 'JSON ambiguity',
  mutants: [
    inBytes('a member twice', MALFORMED, (text) => text.replace(/"v":1}$/, '"v":1,"v":1}')),
    inBytes('a member twice, the other value first', MALFORMED, (text) =>
      text.replace('{"certificate":', '{"certificate":"x","certificate":'),
    ),
    inBytes('a space', MALFORMED, (text) => text.replace('{"certificate":', '{ "certificate":')),
    inBytes('a newline at its end', MALFORMED, (text) => `${text}\n`),
    inBytes('a byte order mark', MALFORMED, (text) => `\ufeff${text}`),
    inBytes('its members in another order', MALFORMED, (text) => {
      const { v, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return JSON.stringify({ v, ...rest });
    }),
    inBytes('a needless escape', MALFORMED, (text) =>
      text.replace('lodemark-bundle', 'lodemark\\u002dbundle'),
    ),
    inBytes('a lone surrogate', MALFORMED, (text) => text.replace('"lodemark-bundle"', LONE)),
    inBytes('invalid UTF-8', MALFORMED, (text) =>
      Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0x7d])]),
    ),
    inBytes('a number with a fraction of zero', MALFORMED, (text) => text.replace(/"v":1}$/, '"v":1.0}')),
    inBytes('a number as an exponent', MALFORMED, (text) => text.replace(/"v":1}$/, '"v":1e0}')),
    inBytes('a number beyond 2^53', MALFORMED, (text) =>
      text.replace(/"index":(\d+),/, '"index":9007199254740993,'),
    ),
    inBytes('a number that overflows', MALFORMED, (text) => text.replace(/"index":(\d+),/, '"index":1e400,')),
    inBytes('a negative zero', MALFORMED, (text) => text.replace(/"index":0,/, '"index":-0,')),
    inBytes('a negative index', MALFORMED, (text) => text.replace(/"index":(\d+),/, '"index":-1,')),
    inBytes('an index that is a text', MALFORMED, (text) => text.replace(/"index":(\d+),/, '"index":"$1",')),
    inBytes('a member nobody knows', MALFORMED, (text) => text.replace(/}$/, ',"w":1}')),
    inBytes('a member named __proto__', MALFORMED, (text) =>
      text.replace('{"certificate":', '{"__proto__":{"v":1},"certificate":'),
    ),
    inBytes('another version', MALFORMED, (text) => text.replace(/"v":1}$/, '"v":2}')),
    inBytes('two documents', MALFORMED, (text) => text + text),
    inBytes('nothing', MALFORMED, () => ''),
    inBytes('a list', MALFORMED, () => '[]'),
    inBytes('null', MALFORMED, () => 'null'),
    inBytes('half of it', MALFORMED, (text) => text.slice(0, text.length / 2)),
    payload('with a member twice', (text) => text.replace('{"@context"', '{"@context":[],"@context"')),
    payload('with a space', (text) => text.replace('{', '{ ')),
    payload('with a lone surrogate', (text) => text.replace('"DigitalConformityCredential"', LONE)),
    payload('with a number beyond 2^53', (text) =>
      text.replace('"statusListIndex":0', '"statusListIndex":9007199254740993'),
    ),
    payload('with its members in another order', (text) => {
      const { type, ...rest } = JSON.parse(text) as Record<string, unknown>;
      return JSON.stringify({ type, ...rest });
    }),
    payload('in a vc claim, as version 1.1 had it', (text) =>
      canonicalize({ vc: JSON.parse(text) as JsonObject }),
    ),
    payload('that is a list', (text) => `[${text}]`),
    payload('that is no UTF-8', (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff])])),
    event('with a member twice', (text) => text.replace('{', '{"attestations":[],')),
    event('with a space', (text) => text.replace(',', ', ')),
    event('with a lone surrogate', (text) => text.replace(/"type":"[A-Za-z]+"/, `"type":${LONE}`)),
    event('with a number of floating point', (text) => text.replace('"v":1', '"v":1.0')),
    inFile('base64 with bits that nothing needs', ['certificate-malformed'], (bundle) => {
      bundle.certificate = looser(bundle.certificate);
    }),
    inFile('base64 with padding', ['certificate-malformed'], (bundle) => {
      bundle.certificate += '==';
    }),
    inFile('base64 with a line break', ['certificate-malformed'], (bundle) => {
      bundle.certificate = `${bundle.certificate.slice(0, 40)}\n${bundle.certificate.slice(40)}`;
    }),
    inFile('base64 in the other alphabet', ['certificate-malformed'], (bundle) => {
      bundle.certificate = bundle.certificate.replace(
        /\.([^.]*)$/,
        (_, signature: string) => `.+${signature.slice(1)}`,
      );
    }),
    inFile(
      'a proof hash with bits that nothing needs',
      ['entry-not-included', 'entry-omitted'],
      ({ logs }) => {
        const proof = logs[0]?.entries[2]?.proof;
        if (proof !== undefined) proof[0] = looser((proof[0] ?? '').slice(0, -1)) + '=';
      },
    ),
    inFile(
      'an entry in base64 that could stand there as JSON',
      ['entry-malformed', 'entry-omitted'],
      ({ logs }) => {
        const [log] = logs;
        const [entry] = log?.entries ?? [];
        if (log === undefined || entry === undefined || !('entry' in entry)) throw new Error('no entry');
        log.entries[0] = {
          index: entry.index,
          proof: entry.proof,
          bytes: Buffer.from(canonicalBytes(entry.entry)).toString('base64'),
        };
      },
    ),
    inFile('a root entry in base64 that could stand there as JSON', ['entry-malformed'], ({ root }) => {
      const [, entry] = root.entries;
      if (entry === undefined || !('entry' in entry)) throw new Error('no entry');
      root.entries[1] = { bytes: Buffer.from(canonicalBytes(entry.entry)).toString('base64') };
    }),
    inFile('a checkpoint with one more line', ['checkpoint-malformed'], ({ root }) => {
      root.checkpoints[1] = (root.checkpoints[1] ?? '').replace('\n\n', '\nextension\n\n');
    }),
    inFile('a checkpoint with a leading zero', ['checkpoint-malformed'], ({ root }) => {
      root.checkpoints[1] = (root.checkpoints[1] ?? '').replace('\n119\n', '\n0119\n');
    }),
    inFile('a checkpoint with carriage returns', ['checkpoint-malformed'], ({ root }) => {
      root.checkpoints[1] = (root.checkpoints[1] ?? '').replaceAll('\n', '\r\n');
    }),
    inFile('a checkpoint of the empty tree', ['checkpoint-malformed'], ({ root }) => {
      root.checkpoints[1] = (root.checkpoints[1] ?? '').replace('\n119\n', '\n0\n');
    }),
    inFile('a checkpoint with an empty line before its signatures', ['checkpoint-malformed'], ({ root }) => {
      root.checkpoints[1] = (root.checkpoints[1] ?? '').replace(/\n— /, '\n\n— ');
    }),
  ],
};

/** The same bytes by a lenient reader: with one of the bits set that the last character has to spare. */
function looser(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const standard = text.replaceAll('-', '+').replaceAll('_', '/');
  const last = alphabet.indexOf(text.at(-1) ?? '');
  const other = alphabet[last ^ 1] ?? 'A';
  return text === standard && other === '-' ? `${text.slice(0, -1)}+` : `${text.slice(0, -1)}${other}`;
}

const BOMB = gzipSync(new Uint8Array(64 * 1024 * 1024), { level: 9 });
const HASH = `${'A'.repeat(43)}=`;

export const exhaustion: Attack = {
  attack: 'decompression and giant proofs',
  mutants: [
    inWorld('a status list that unpacks to 64 MB', ['status-malformed', 'status-missing'], {
      statusList: (credential) => ({
        ...credential,
        credentialSubject: {
          ...(credential['credentialSubject'] as JsonObject),
          encodedList: `u${BOMB.toString('base64url')}`,
        },
      }),
    }),
    inFile('an inclusion proof of a hundred hashes', MALFORMED, ({ logs }) => {
      const entry = logs[0]?.entries[0];
      if (entry !== undefined) entry.proof = Array.from({ length: 100 }, () => HASH);
    }),
    inFile('an inclusion proof of 63 hashes', ['entry-not-included', 'entry-omitted'], ({ logs }) => {
      const entry = logs[0]?.entries[0];
      if (entry !== undefined) entry.proof = Array.from({ length: 63 }, () => HASH);
    }),
    inFile('a consistency proof of a hundred hashes', MALFORMED, ({ logs }) => {
      const one = logs[0]?.consistency[0];
      if (one !== undefined) one.proof = Array.from({ length: 100 }, () => HASH);
    }),
    inFile('a heads proof of three hundred hashes', MALFORMED, ({ logs }) => {
      const one = logs[0]?.heads[0];
      if (one !== undefined) one.proof.siblings = Array.from({ length: 300 }, () => HASH);
    }),
    inFile('a heads proof of 256 hashes', ['heads-proof'], ({ logs }) => {
      const one = logs[0]?.heads[0];
      if (one !== undefined) one.proof.siblings = Array.from({ length: 256 }, () => HASH);
    }),
    inFile('ten thousand logs', ['log-unknown'], ({ logs }) => {
      for (let i = 0; i < 10_000; i += 1)
        logs.push({
          origin: `scenario.lodemark.example/log/f${i}`,
          size: 1,
          entries: [],
          consistency: [],
          heads: [],
        });
    }),
    inFile('the same entry ten thousand times', ['entry-repeated', 'heads-missing'], ({ logs }) => {
      const [log] = logs;
      const [entry] = log?.entries ?? [];
      if (log !== undefined && entry !== undefined) log.entries = Array.from({ length: 10_000 }, () => entry);
    }),
    inFile('twenty thousand root entries', ['root-mismatch'], ({ root }) => {
      const entry = root.entries[1];
      if (entry !== undefined)
        root.entries = [...root.entries, ...Array.from({ length: 20_000 }, () => entry)];
    }),
    inFile('ten thousand and one checkpoints', MALFORMED, ({ root }) => {
      root.checkpoints = Array.from({ length: 10_001 }, () => root.checkpoints[0] ?? '');
    }),
    inFile('a checkpoint with a thousand signatures', MALFORMED, ({ root }) => {
      const note = (root.checkpoints[1] ?? '').trimEnd();
      root.checkpoints[1] = `${note}\n${Array.from({ length: 1_000 }, () => note.split('\n').at(-1) ?? '').join('\n')}\n`;
    }),
    inFile('a certificate of five megabytes', MALFORMED, (bundle) => {
      bundle.certificate = 'A'.repeat(5 * 1024 * 1024);
    }),
    inFile('a certificate of a million dots', ['certificate-malformed'], (bundle) => {
      bundle.certificate = '.'.repeat(1_000_000);
    }),
    inBytes(
      'nesting to the depth of a million',
      MALFORMED,
      () => `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`,
    ),
    inBytes(
      'nesting in objects to the depth of a hundred thousand',
      MALFORMED,
      () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    ),
    inBytes(
      'two hundred thousand members',
      MALFORMED,
      () => `{${Array.from({ length: 200_000 }, (_, i) => `"m${i}":0`).join(',')}}`,
    ),
    inBytes('ten million characters in one text', MALFORMED, () => `{"a":"${'x'.repeat(10_000_000)}"}`),
    inBytes('two million digits', MALFORMED, (text) =>
      text.replace(/"v":1}$/, `"v":${'1'.repeat(2_000_000)}}`),
    ),
  ],
};

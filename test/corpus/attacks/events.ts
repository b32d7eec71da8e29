import { parseJws } from '@lodemark/transparency';
import {
  eventOf,
  inFile,
  inWorld,
  logOf,
  removeFrom,
  saying,
  type Attack,
  type BundleDraft,
} from '../mutant.js';
import { textOf } from '../text.js';
import type { LogItem, World } from '../world.js';

const OTHERWISE = ['verdict-mismatch'] as const;

/** Every shown entry of every log is left out in turn, so that no one of them can be. */
function omissions(): Attack['mutants'] {
  const shown: Readonly<Record<string, readonly number[]>> = {
    euclid: [0, 6, 10, 26, 32],
    kokbulak: [0, 10, 14, 22, 26],
    'magnet-plant': [4, 6, 8, 16],
    src: [2, 8, 14, 28, 34],
  };
  return Object.entries(shown).flatMap(([facility, indexes]) =>
    indexes.map((index) =>
      inFile(`entry ${index} of ${facility} left out`, ['entry-omitted'], (bundle) => {
        const log = fileLog(bundle, facility);
        log.entries = log.entries.filter((entry) => entry.index !== index);
      }),
    ),
  );
}

export const omission: Attack = {
  attack: 'omission of a bad event from the bundle',
  mutants: [
    ...omissions(),
    ...['euclid', 'kokbulak', 'magnet-plant', 'src'].map((facility) =>
      inFile(`the log of ${facility} left out`, ['log-missing'], (bundle) => {
        bundle.logs = bundle.logs.filter(({ origin }) => !origin.endsWith(`/${facility}`));
      }),
    ),
    {
      ...inFile('the correction left out', ['entry-omitted'], (bundle) => dropWhere(bundle, 'Corrected')),
      base: 'correction',
    },
    inFile('all logs left out', ['log-missing'], (bundle) => {
      bundle.logs = [];
    }),
    inFile(
      'the heads entry left out',
      ['heads-missing'],
      (bundle) => void fileLog(bundle, 'src').entries.pop(),
    ),
    inFile(
      'the proof of a lot’s last number left out',
      ['heads-proof-missing'],
      (bundle) => void fileLog(bundle, 'src').heads.splice(3, 1),
    ),
    inFile('all proofs of last numbers left out', ['heads-proof-missing'], (bundle) => {
      fileLog(bundle, 'euclid').heads = [];
    }),
    inFile('a lower last number', ['heads-proof'], (bundle) => {
      const head = fileLog(bundle, 'src').heads.find(({ proof }) => (proof.leaf?.last ?? 0) > 0);
      if (head?.proof.leaf) head.proof.leaf.last -= 1;
    }),
    inFile('a lot that is named said to be absent', ['heads-proof'], (bundle) => {
      const head = fileLog(bundle, 'src').heads.find(({ proof }) => proof.leaf !== null);
      if (head !== undefined) head.proof.leaf = null;
    }),
    inFile('the proof of another lot', ['heads-proof'], (bundle) => {
      const { heads } = fileLog(bundle, 'magnet-plant');
      const [first] = heads;
      const own = heads.find(({ name }) => name === 'magnet-plant/MAG-0033');
      if (first !== undefined && own !== undefined) own.proof = first.proof;
    }),
    inWorld('custody that counts less than its entries name', ['entry-sequence'], (world) => {
      const item = eventOf(world, 'magnet-plant', 'Transformed', 4);
      item.numbers = { 'magnet-plant/M-0033': 0, 'magnet-plant/MAG-0033': 0 };
    }),
    inWorld('a log whose last entry is no heads entry', ['heads-missing'], (world) => {
      removeFrom(world, 'src', logOf(world, 'src').items.length - 1);
    }),
    inWorld('a heads entry of another map', ['heads-proof'], (world) => {
      const last = logOf(world, 'euclid').items.at(-1);
      if (last?.kind === 'heads') last.map = 'ab'.repeat(32);
    }),
  ],
};

export const alteration: Attack = {
  attack: 'alteration of content',
  mutants: [
    ...['euclid', 'kokbulak', 'magnet-plant', 'src'].map((facility) =>
      inFile(`the time in an entry of ${facility}`, ['entry-not-included', 'entry-omitted'], (bundle) => {
        const entry = fileLog(bundle, facility).entries[3];
        if (entry !== undefined && 'entry' in entry) entry.entry['recordedAt'] = '2026-10-24T06:10:00.001Z';
      }),
    ),
    inFile('a mass in a signed event', ['entry-not-included', 'entry-omitted'], (bundle) =>
      inPayload(bundle, 'Transformed', (text) => text.replace(/"value":"(\d)/, '"value":"9$1')),
    ),
    inFile('a country in a signed event', ['entry-not-included', 'entry-omitted'], (bundle) =>
      inPayload(bundle, 'TransitReported', (text) => text.replace(/"country":"[A-Z]{2}"/, '"country":"CA"')),
    ),
    inFile('a seal number in a signed event', ['entry-not-included', 'entry-omitted'], (bundle) =>
      inPayload(bundle, 'Sealed', (text) => text.replace('"number":"', '"number":"9')),
    ),
    inFile('the sequence number in an entry', ['entry-not-included', 'entry-omitted'], (bundle) => {
      const entry = fileLog(bundle, 'src').entries[6];
      if (entry !== undefined && 'entry' in entry) entry.entry['lots'] = { 'src/MREC-2026-09': 7 };
    }),
    inFile(
      'the signature of an event taken from another',
      ['entry-not-included', 'entry-omitted'],
      (bundle) => {
        const [a, b] = fileLog(bundle, 'src').entries.filter(
          (one) => 'entry' in one && one.entry['jws'] !== undefined,
        );
        if (a === undefined || b === undefined || !('entry' in a) || !('entry' in b))
          throw new Error('no entries');
        a.entry['jws'] = swapSignature(textOf(a.entry['jws']), textOf(b.entry['jws']));
      },
    ),
    inWorld(
      'a database that was altered and signed again by the log: the event’s signature does not hold',
      OTHERWISE,
      (world) => {
        eventOf(world, 'magnet-plant', 'Transformed', 0).jws = (made) => resigned(made);
      },
    ),
    inWorld('another facility’s event in a log', { judged: 'C02@1 entry-parked' }, (world) => {
      saying(eventOf(world, 'magnet-plant', 'Transformed', 1), { facility: 'src' });
    }),
    inWorld('an event that is no JWS', { judged: 'C02@1 entry-parked' }, (world) => {
      eventOf(world, 'src', 'Transformed', 1).jws = () => 'e30.e30.e30';
    }),
    inFile('a policy with one more exception', ['policy-mismatch'], ({ policy }) => {
      policy['remarks'] = 'and everything passes';
    }),
  ],
};

export const reordering: Attack = {
  attack: 'reordering',
  mutants: [
    ...(['euclid', 'kokbulak', 'src'] as const).map((facility) =>
      inFile(
        `the indexes of two entries of ${facility} exchanged`,
        { among: ['entry-not-included'] },
        (bundle) => {
          const [a, b] = fileLog(bundle, facility).entries.slice(4, 6);
          if (a !== undefined && b !== undefined) [a.index, b.index] = [b.index, a.index];
        },
      ),
    ),
    inFile('two entries in the other order in the file', ['entry-omitted', 'entry-order'], (bundle) => {
      const { entries } = fileLog(bundle, 'src');
      const [a, b] = [entries[4], entries[5]];
      if (a !== undefined && b !== undefined) [entries[4], entries[5]] = [b, a];
    }),
    inWorld(
      'the receipt before its dispatch, in the same log',
      { judged: 'C03@1 told-before-it-happened' },
      (world) => exchange(logOf(world, 'magnet-plant').items, [8, 10]),
    ),
    inWorld('sequence numbers that do not follow the log', ['entry-sequence'], (world) => {
      const [first, second] = [
        eventOf(world, 'magnet-plant', 'Transformed', 1),
        eventOf(world, 'magnet-plant', 'Transformed', 2),
      ];
      first.numbers = { 'magnet-plant/G-0033': 1, 'magnet-plant/P-0033': 1 };
      second.numbers = { 'magnet-plant/B-0033': 0, 'magnet-plant/G-0033': 0 };
    }),
    inFile('a heads proof in the other order', ['heads-proof'], (bundle) => {
      const head = fileLog(bundle, 'src').heads.find(({ proof }) => proof.siblings.length > 1);
      head?.proof.siblings.reverse();
    }),
  ],
};

export const fabrication: Attack = {
  attack: 'fabricated event',
  mutants: [
    inWorld('by the service, under a key of its own', OTHERWISE, (world) => {
      eventOf(world, 'magnet-plant', 'Transformed', 3).key = 'stranger-1';
    }),
    inWorld('under the key of the facility’s log', OTHERWISE, (world) => {
      eventOf(world, 'src', 'Transformed', 2).key = logKey(world, 'src');
    }),
    inWorld('under the key of another facility', OTHERWISE, (world) => {
      eventOf(world, 'src', 'Transformed', 2).key = eventOf(world, 'kokbulak', 'LotCreated').key;
    }),
    inWorld('under the certificate issuer’s key', OTHERWISE, (world) => {
      eventOf(world, 'src', 'Received').key = world.certificate.key;
    }),
    inWorld('under the registrar’s key', OTHERWISE, (world) => {
      const [genesis] = world.root;
      eventOf(world, 'euclid', 'Received').key =
        genesis?.kind === 'genesis' ? (genesis.registrars[0] ?? '') : '';
    }),
    inWorld('an attestation by somebody else than it names', OTHERWISE, (world) => {
      const carrier = eventOf(world, 'kokbulak', 'CarrierAccepted');
      const other = eventOf(world, 'euclid', 'CarrierAccepted');
      saying(carrier, { attestations: other.payload['attestations'] });
    }),
    inWorld('an attestation that was made for another event', OTHERWISE, (world) => {
      const [first, second] = [
        eventOf(world, 'kokbulak', 'TransitReported', 0),
        eventOf(world, 'kokbulak', 'TransitReported', 1),
      ];
      saying(first, { attestations: second.payload['attestations'] });
    }),
    inWorld('an attestation left out', OTHERWISE, (world) => {
      const cleared = eventOf(world, 'src', 'CustomsCleared');
      const { attestations: _, ...payload } = cleared.payload;
      cleared.payload = payload;
    }),
    inWorld('a second mine that nobody registered', { judged: 'C02@1 entry-parked' }, (world) => {
      saying(eventOf(world, 'kokbulak', 'LotCreated'), { facility: 'phantom', lot: 'phantom/T-1' });
    }),
  ],
};

function fileLog(bundle: BundleDraft, facility: string): BundleDraft['logs'][number] {
  const log = bundle.logs.find(({ origin }) => origin.endsWith(`/${facility}`));
  if (log === undefined) throw new Error(`no log of ${facility}`);
  return log;
}

type FileEntry = BundleDraft['logs'][number]['entries'][number];

function payloadIn(entry: FileEntry): string {
  const text = 'entry' in entry ? entry.entry['jws'] : undefined;
  const jws = parseJws(typeof text === 'string' ? text : '', 'lodemark-event+jws');
  return jws.ok ? Buffer.from(jws.value.payload).toString() : '';
}

function dropWhere(bundle: BundleDraft, type: string): void {
  for (const log of bundle.logs)
    log.entries = log.entries.filter((entry) => !payloadIn(entry).includes(`"type":"${type}"`));
}

/** Changes the payload of the first event of a type and leaves its signature as it is. */
function inPayload(bundle: BundleDraft, type: string, alter: (text: string) => string): void {
  const entry = bundle.logs
    .flatMap(({ entries }) => entries)
    .find((one) => payloadIn(one).includes(`"type":"${type}"`));
  if (entry === undefined || !('entry' in entry)) throw new Error(`no ${type}`);
  const [header, , signature] = textOf(entry.entry['jws']).split('.');
  const before = payloadIn(entry);
  const after = alter(before);
  if (after === before) throw new Error(`nothing to alter in ${type}`);
  entry.entry['jws'] = [header, Buffer.from(after).toString('base64url'), signature].join('.');
}

function swapSignature(text: string, other: string): string {
  return `${text.slice(0, text.lastIndexOf('.'))}${other.slice(other.lastIndexOf('.'))}`;
}

/** The same statement with one bit of its signature altered. */
function resigned(jws: string): string {
  const at = jws.lastIndexOf('.') + 1;
  const signature = Buffer.from(jws.slice(at), 'base64url');
  signature[10] = (signature[10] ?? 0) ^ 1;
  return `${jws.slice(0, at)}${signature.toString('base64url')}`;
}

function exchange(items: LogItem[], [a, b]: readonly [number, number]): void {
  const [first, second] = [items[a], items[b]];
  if (first?.kind === 'event' && second?.kind === 'event') {
    [first.payload, second.payload] = [second.payload, first.payload];
    [first.names, second.names] = [second.names, first.names];
  }
}

export function logKey(world: World, facility: string): string {
  const covers = world.root.flatMap((item) => (item.kind === 'checkpoints' ? item.covers : []));
  return covers.find((cover) => cover.facility === facility)?.key ?? '';
}

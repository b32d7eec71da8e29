import { gzipSync } from 'node:zlib';
import {
  claiming,
  forAuditor,
  inCertificate,
  inFile,
  inWorld,
  insertIntoRoot,
  subjectOf,
  type Attack,
} from '../mutant.js';
import { textOf } from '../text.js';
import type { JsonObject } from '@lodemark/transparency';

const DAYS_31 = 31;

export const stale: Attack = {
  attack: 'stale certificate',
  mutants: [
    forAuditor('shown a month later', ['status-old'], { days: DAYS_31 }),
    forAuditor('shown ten years later', ['status-old'], { days: 3_653 }),
    forAuditor('shown to an auditor who takes nothing older than a day', ['status-old'], {
      trust: (trust) => ({ ...trust, maxStatusAgeDays: 1 }),
      days: 2,
    }),
    forAuditor(
      'shown before it was issued',
      { among: ['certificate-dates', 'cosignature-time'] },
      { days: -30 },
    ),
    inCertificate('that ends before it begins', ['certificate-dates', 'certificate-expired'], (credential) =>
      claiming(credential, (draft) => (draft['validUntil'] = '2026-12-01T00:00:00Z')),
    ),
    inWorld('that has ended', ['certificate-expired'], {
      days: 1,
      claims: (credential) =>
        claiming(credential, (draft) => {
          draft['validFrom'] = '2026-12-18T03:00:00.000Z';
          draft['validUntil'] = '2026-12-18T12:00:00.000Z';
        }),
    }),
    inCertificate('that is valid from before its horizon', ['certificate-dates'], (credential) =>
      claiming(credential, (draft) => (draft['validFrom'] = '2026-01-01T00:00:00Z')),
    ),
    inCertificate('that is valid only from next year on', ['certificate-dates'], (credential) =>
      claiming(credential, (draft) => (draft['validFrom'] = '2028-01-01T00:00:00Z')),
    ),
    inCertificate('whose date is no date', ['certificate-malformed'], (credential) =>
      claiming(credential, (draft) => (draft['validFrom'] = 'yesterday')),
    ),
    inCertificate('with an end that nobody gave it', ['certificate-claims'], (credential) =>
      claiming(credential, (draft) => (draft['expires'] = '2099-01-01T00:00:00Z')),
    ),
  ],
};

export const afterwards: Attack = {
  attack: 'omission after asOf',
  mutants: [
    inFile('the newer status lists left out', ['status-missing'], (bundle) => {
      bundle.statusLists = [];
    }),
    inFile(
      'the suspension list left out',
      ['status-missing'],
      (bundle) => void bundle.statusLists.splice(1, 1),
    ),
    inFile(
      'the revocation list left out',
      ['status-missing'],
      (bundle) => void bundle.statusLists.splice(0, 1),
    ),
    inWorld(
      'a newer list that the root log names and the bundle does not show',
      ['status-missing'],
      (world) => {
        const last = world.root.length;
        insertIntoRoot(world, last, {
          kind: 'status',
          recordedAt: '2026-12-18T03:00:00.000Z',
          document: 'ab'.repeat(32),
        });
        world.checkpoints = [world.checkpoints[0] ?? 1, last + 1];
      },
    ),
    inFile(
      'a last checkpoint from before the newest entries',
      ['root-mismatch'],
      ({ root }) => void root.checkpoints.pop(),
    ),
    inWorld('a fault of a log reported since', ['overtaken'], (world) => {
      const last = world.root.length;
      const origin = `${world.network}/log/src`;
      insertIntoRoot(world, last, {
        kind: 'logFault',
        recordedAt: '2026-12-18T03:00:00.000Z',
        origin,
        fault: 'fork',
        size: 4,
        evidence: ['x'],
      });
      world.checkpoints = [world.checkpoints[0] ?? 1, last + 1];
    }),
    forAuditor('a status of a month ago', ['status-old'], { days: DAYS_31 }),
  ],
};

const packed = (bits: Uint8Array): string => `u${gzipSync(bits).toString('base64url')}`;
const subject = (credential: JsonObject, changed: object): JsonObject => ({
  ...credential,
  credentialSubject: { ...(credential['credentialSubject'] as JsonObject), ...changed },
});
const every = (changed: object | ((credential: JsonObject) => JsonObject)) => ({
  statusList: (credential: JsonObject): JsonObject =>
    typeof changed === 'function'
      ? (changed as (c: JsonObject) => JsonObject)(credential)
      : subject(credential, changed),
});
const bitsWith = (index: number): Uint8Array => {
  const bits = new Uint8Array(16_384);
  bits[index >> 3] = 0x80 >> (index & 7);
  return bits;
};

export const wrongList: Attack = {
  attack: 'wrong status list or index',
  mutants: [
    inWorld('both bits set', ['revoked'], every({ encodedList: packed(bitsWith(0)) })),
    inWorld('the revocation bit set', ['revoked'], {
      statusList: (one) =>
        textOf(one['id']).includes('revocation') ? subject(one, { encodedList: packed(bitsWith(0)) }) : one,
    }),
    inWorld('the suspension bit set', ['suspended'], {
      statusList: (one) =>
        textOf(one['id']).includes('suspension') ? subject(one, { encodedList: packed(bitsWith(0)) }) : one,
    }),
    inWorld(
      'lists that are too short',
      ['status-malformed', 'status-missing'],
      every({ encodedList: packed(new Uint8Array(1_024)) }),
    ),
    inWorld(
      'lists that are empty',
      ['status-malformed', 'status-missing'],
      every({ encodedList: packed(new Uint8Array(0)) }),
    ),
    inWorld(
      'lists that are no gzip',
      ['status-malformed', 'status-missing'],
      every({ encodedList: `u${Buffer.from('not gzip at all').toString('base64url')}` }),
    ),
    inWorld(
      'lists cut short',
      ['status-malformed', 'status-missing'],
      every((one) =>
        subject(one, {
          encodedList: textOf((one['credentialSubject'] as JsonObject)['encodedList']).slice(0, 20),
        }),
      ),
    ),
    inWorld(
      'lists in another alphabet',
      ['status-malformed', 'status-missing'],
      every((one) =>
        subject(one, {
          encodedList: `z${textOf((one['credentialSubject'] as JsonObject)['encodedList']).slice(1)}`,
        }),
      ),
    ),
    inWorld(
      'lists for another purpose',
      ['status-mismatch'],
      every((one) =>
        subject(one, {
          statusPurpose: textOf(one['id']).includes('revocation') ? 'suspension' : 'revocation',
        }),
      ),
    ),
    inWorld(
      'lists with a purpose nobody knows',
      ['status-malformed', 'status-missing'],
      every({ statusPurpose: 'refresh' }),
    ),
    inWorld(
      'lists of another issuer',
      ['status-missing'],
      every((one) => ({ ...one, issuer: { id: 'did:web:attacker.example', name: 'x' } })),
    ),
    inWorld('lists signed by a stranger under the issuer’s kid', ['status-missing', 'status-signature'], {
      statusIssuer: 'stranger-1',
      statusImpersonates: true,
    }),
    inWorld('lists signed by a stranger', ['status-missing'], {
      statusIssuer: 'stranger-1',
    }),
    inWorld(
      'lists under another address',
      ['status-missing'],
      every((one) => ({ ...one, id: `${textOf(one['id'])}9` })),
    ),
    inWorld(
      'lists of the day after tomorrow',
      ['status-dates'],
      every((one) => ({ ...one, validFrom: '2027-06-01T00:00:00Z' })),
    ),
    inWorld(
      'lists that have ended',
      ['status-dates'],
      every((one) => ({ ...one, validUntil: '2026-12-17T00:00:00Z' })),
    ),
    inCertificate('an index beyond the list', ['certificate-claims', 'status-range'], (credential) =>
      placed(credential, (place) => (place['index'] = 10_000_000)),
    ),
    inCertificate('the index of another certificate', ['certificate-claims'], (credential) =>
      claiming(
        credential,
        (draft) => ((draft['credentialStatus'] as Record<string, unknown>)['statusListIndex'] = 7),
      ),
    ),
    inCertificate('a list of somebody else', ['certificate-claims', 'status-missing'], (credential) =>
      placed(credential, (place) => (place['list'] = 'https://attacker.example/list')),
    ),
    inCertificate('no status at all', ['status-missing'], (credential) =>
      claiming(credential, (draft) => {
        delete draft['credentialStatus'];
        subjectOf(draft as JsonObject).lodemark['status'] = [];
      }),
    ),
    inCertificate('no place for a revocation', ['status-missing'], (credential) =>
      claiming(credential, (draft) => {
        const { lodemark } = subjectOf(draft as JsonObject);
        lodemark['status'] = (lodemark['status'] as { purpose: string }[]).filter(
          ({ purpose }) => purpose !== 'revocation',
        );
      }),
    ),
    inCertificate('an index that is a fraction', ['certificate-malformed'], (credential) =>
      placed(credential, (place) => (place['index'] = 0.5)),
    ),
    inFile('the lists of the two purposes exchanged', ['status-missing'], (bundle) => {
      const [a = ''] = bundle.statusLists;
      bundle.statusLists = [a, a];
    }),
  ],
};

function placed(credential: JsonObject, change: (place: Record<string, unknown>) => void): JsonObject {
  return claiming(credential, (draft) => {
    for (const place of subjectOf(draft as JsonObject).lodemark['status'] as Record<string, unknown>[])
      change(place);
  });
}

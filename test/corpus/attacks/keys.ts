import type { JsonObject } from '@lodemark/transparency';
import { Keyring } from '../keyring.js';
import { eventOf, inWorld, insertIntoRoot, saying, type Attack, type Mutant } from '../mutant.js';
import { textOf } from '../text.js';
import { signedAgain } from '../signed-again.js';
import type { RootItem, World } from '../world.js';

const OTHERWISE = ['verdict-mismatch'] as const;

function statementsOf(world: World, type: string): Extract<RootItem, { kind: 'statement' }>[] {
  return world.root.filter(
    (item): item is Extract<RootItem, { kind: 'statement' }> =>
      item.kind === 'statement' && item.payload['type'] === type,
  );
}

function keyOf(world: World, purpose: string, owner: string): Extract<RootItem, { kind: 'statement' }> {
  const key = statementsOf(world, 'KeyAdded').find(
    ({ payload }) =>
      payload['purpose'] === purpose && Object.values(payload['owner'] as JsonObject).includes(owner),
  );
  if (key === undefined) throw new Error(`no ${purpose} key of ${owner}`);
  return key;
}

/** Something the registrar says, put into the root log just before an index. */
function stated(world: World, at: number, payload: object): void {
  const [genesis] = world.root;
  const key = genesis?.kind === 'genesis' ? (genesis.registrars[0] ?? '') : '';
  const recordedAt = world.root[at - 1]?.recordedAt ?? '';
  const statementId = '00000000-0000-4000-8000-0000000000dd';
  insertIntoRoot(world, at, {
    kind: 'statement',
    recordedAt,
    key,
    payload: { v: 1, statementId, statedAt: recordedAt, ...payload },
  });
}

const revoked = (kid: string, suspectFrom: string) => ({
  type: 'KeyRevoked',
  kid,
  reason: 'compromised',
  suspectFrom,
});

export const theft: Attack = {
  attack: 'key theft',
  mutants: [
    inWorld('a facility’s key revoked before it signed', { judged: 'C01@1 key-revoked' }, (world) => {
      stated(world, 95, revoked(eventOf(world, 'magnet-plant', 'Received').key, '2026-10-25T00:00:00Z'));
    }),
    inWorld(
      'a facility’s key suspect when it signed, and nothing attested again',
      { judged: 'C01@1 suspect-key' },
      (world) => {
        stated(world, 115, revoked(eventOf(world, 'src', 'Received').key, '2026-10-25T00:00:00Z'));
      },
    ),
    inWorld('the re-attestation taken out', { judged: 'C01@1 suspect-key' }, (world) => {
      const item = statementsOf(world, 'EntriesReattested')[0];
      if (item !== undefined) saying(item, { facility: 'src', size: 36 });
    }),
    inWorld('the stolen key stands by its own entries', { judged: 'C01@1 suspect-key' }, (world) => {
      const item = statementsOf(world, 'EntriesReattested')[0];
      if (item !== undefined) item.key = eventOf(world, 'euclid', 'ContractsReviewed').key;
    }),
    inWorld('a re-attestation of another tree', { judged: 'C01@1 suspect-key' }, (world) => {
      const item = statementsOf(world, 'EntriesReattested')[0];
      if (item !== undefined) saying(item, { size: 8 });
    }),
    inWorld('a stolen key rotates itself to the thief’s', { judged: 'C01@1 key-unknown' }, (world) => {
      const item = statementsOf(world, 'KeyRotated')[0];
      if (item !== undefined) item.key = 'thief';
    }),
    inWorld('an event under a key that was rotated away', { judged: 'C01@1 key-expired' }, (world) => {
      eventOf(world, 'euclid', 'Dispatched').key = eventOf(world, 'euclid', 'ContractsReviewed').key;
    }),
    inWorld('the issuer’s key revoked before it signed', { among: ['certificate-issuer'] }, (world) => {
      stated(world, 115, revoked(world.certificate.key, '2026-12-01T00:00:00Z'));
    }),
    inWorld('the issuer’s key revoked since, and suspect when it signed', ['key-suspect'], (world) => {
      const last = world.root.length;
      stated(world, last, revoked(world.certificate.key, '2026-12-01T00:00:00Z'));
      world.checkpoints = [world.checkpoints[0] ?? 1, last + 1];
    }),
    inWorld('a facility’s key revoked since, and suspect when it signed', ['overtaken'], (world) => {
      const last = world.root.length;
      stated(world, last, revoked(eventOf(world, 'src', 'Received').key, '2026-10-25T00:00:00Z'));
      world.checkpoints = [world.checkpoints[0] ?? 1, last + 1];
    }),
    inWorld('an attestation key revoked before it attested', OTHERWISE, (world) => {
      stated(
        world,
        53,
        revoked(textOf(keyOf(world, 'attestation', 'lake-freight').payload['kid']), '2026-10-24T06:00:00Z'),
      );
    }),
    inWorld(
      'a log key revoked before it signed a checkpoint',
      ['log-missing', 'log-size-mismatch'],
      (world) => {
        stated(
          world,
          100,
          revoked(textOf(keyOf(world, 'log', 'euclid').payload['kid']), '2026-10-25T00:00:00Z'),
        );
      },
    ),
  ],
};

/** The encodings of points of small order on edwards25519 that are below the field prime. */
const LOW_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
];

/** A statement of the registrar whose key is replaced after everything else was signed. */
function withJwk(name: string, jwk: object): Mutant {
  return inWorld(name, { judged: 'C01@1 key-unknown' }, (world) => {
    const added = keyOf(world, 'event', 'src');
    const [genesis] = world.root;
    const registrar = new Keyring().signer(genesis?.kind === 'genesis' ? (genesis.registrars[0] ?? '') : '');
    added.jws = (made) => signedAgain(made, registrar, { payload: (said) => ({ ...said, jwk }) });
  });
}

export const weakKeys: Attack = {
  attack: 'low-order or duplicate key to repudiate',
  mutants: [
    ...LOW_ORDER.map((point, i) =>
      withJwk(`an event key of low order (${i})`, {
        kty: 'OKP',
        crv: 'Ed25519',
        x: Buffer.from(point, 'hex').toString('base64url'),
      }),
    ),
    withJwk('an event key that is no point', {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.alloc(32, 2).toString('base64url'),
    }),
    withJwk('an event key with its coordinate beyond the prime', {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.concat([Buffer.from([0xee]), Buffer.alloc(30, 0xff), Buffer.from([0x7f])]).toString(
        'base64url',
      ),
    }),
    withJwk('an event key whose thumbprint is not its kid', {
      ...new Keyring().signer('stranger-1').publicKey,
    }),
    withJwk('a P-256 key that is not on the curve', {
      kty: 'EC',
      crv: 'P-256',
      x: Buffer.alloc(32, 1).toString('base64url'),
      y: Buffer.alloc(32, 1).toString('base64url'),
    }),
    inWorld('one key for two facilities', { judged: 'C01@1 key-of-another' }, (world) => {
      const [first, second] = [keyOf(world, 'event', 'kokbulak'), keyOf(world, 'event', 'src')];
      const old = textOf(second.payload['kid']);
      saying(second, { kid: first.payload['kid'] });
      for (const log of world.logs)
        for (const item of log.items)
          if (item.kind === 'event' && item.key === old) item.key = textOf(first.payload['kid']);
    }),
    inWorld('the registrar’s key registered as a facility’s', { judged: 'C01@1 key-unknown' }, (world) => {
      const [genesis] = world.root;
      const registrar = genesis?.kind === 'genesis' ? (genesis.registrars[0] ?? '') : '';
      const added = keyOf(world, 'event', 'src');
      const old = textOf(added.payload['kid']);
      saying(added, { kid: registrar });
      for (const log of world.logs)
        for (const item of log.items) if (item.kind === 'event' && item.key === old) item.key = registrar;
    }),
  ],
};

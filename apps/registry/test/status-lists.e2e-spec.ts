import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  MOST_STATUS_CHANGES,
  signVcJwt,
  statusListCredential,
  VC_JWT_MEDIA_TYPE,
} from '@lodemark/certificate';
import { nodeGzip } from '@lodemark/platform';
import {
  decodeRootLogEntry,
  fromBase64,
  MAX_ENTRY_BYTES,
  sha256Hex,
  toUtf8,
  type JsonObject,
  type StatusChange,
} from '@lodemark/transparency';
import { keyBody, newKey, type Party } from './support/parties.js';
import { expectRecorded, organizationBody, TestRegistry, typeOf, type Answer } from './support/registry.js';

const HASH = 'ab'.repeat(32);
const DID = 'did:web:certifier.example';
/** As long as the name of a log can be. */
const LONG_ORIGIN = `${'n'.repeat(63)}.example/log/${'f'.repeat(63)}`;

function change(more: Partial<StatusChange> = {}): StatusChange {
  const cause = { index: Number.MAX_SAFE_INTEGER, origin: LONG_ORIGIN };
  return { certificate: HASH, purpose: 'suspension', set: true, verdict: HASH, cause, ...more };
}

describe('status lists in the registry', () => {
  let registry: TestRegistry;
  let certifier: Party;

  beforeAll(async () => {
    registry = await TestRegistry.start('status-lists');
    expectRecorded(await registry.post('/v1/organizations', organizationBody('certifier')));
    certifier = await newKey();
    const claim = { owner: { organization: 'certifier' }, purpose: 'certificate' };
    expectRecorded(await registry.post('/v1/keys', await keyBody(certifier, claim)));
  });

  afterAll(() => registry.stop());

  async function list(changes: readonly StatusChange[], altered?: (subject: JsonObject) => JsonObject) {
    const credential = await statusListCredential(
      {
        ...{ url: 'https://c.example/v1/status/suspension/0', issuer: { id: DID, name: 'Certifier' } },
        context: 'https://c.example/contexts/certificate/v1',
        ...{ purpose: 'suspension', validFrom: '2026-11-24T12:00:00Z', set: [0], changes },
      },
      nodeGzip,
    );
    const subject = credential['credentialSubject'] as JsonObject;
    const said = altered === undefined ? credential : { ...credential, credentialSubject: altered(subject) };
    return signVcJwt(said, `${DID}#${certifier.kid}`, certifier.signer);
  }

  const hand = (jwt: string): Promise<Answer> =>
    registry.send('POST', '/v1/status-lists', { body: jwt, as: null, type: VC_JWT_MEDIA_TYPE });

  async function entryAt(index: number) {
    const { json } = await registry.get(`/v1/root/entries?from=${String(index)}&limit=1`);
    const [found] = json['entries'] as unknown as { readonly entry: string }[];
    const bytes = fromBase64(found!.entry)!;
    const decoded = decodeRootLogEntry(bytes);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    return { bytes, entry: decoded.value };
  }

  it('are named by an entry that says what they change and why, as their issuer signed it', async () => {
    const changes = [change({ cause: { index: 37, origin: registry.logOrigin('euclid') } })];
    const jwt = await list(changes);
    const answer = await hand(jwt);
    expectRecorded(answer);
    const { entry } = await entryAt(Number(answer.json['index']));
    expect(entry).toMatchObject({ kind: 'status', digest: sha256Hex(toUtf8(jwt)), changes });
    expect((await hand(jwt)).json['index']).toBe(answer.json['index']);
  });

  it('are named by an entry as it was before there were reasons, where they change nothing', async () => {
    const answer = await hand(await list([]));
    expectRecorded(answer);
    const { entry } = await entryAt(Number(answer.json['index']));
    expect(Object.keys(entry).sort()).toEqual(['digest', 'kind', 'recordedAt', 'v']);
  });

  it('fit into an entry with as many changes as they may have', async () => {
    const answer = await hand(await list(Array.from({ length: MOST_STATUS_CHANGES }, () => change())));
    expectRecorded(answer);
    const { bytes } = await entryAt(Number(answer.json['index']));
    expect(bytes.length).toBeLessThan(MAX_ENTRY_BYTES);
  });

  it.each<[string, unknown]>([
    ['of another purpose', [change({ purpose: 'revocation' })]],
    ['without a reason', [{ certificate: HASH, purpose: 'suspension', set: true }]],
    ['that are too many', Array.from({ length: MOST_STATUS_CHANGES + 1 }, () => change())],
    ['that are none', []],
  ])('are refused with changes %s', async (_, changes) => {
    const jwt = await list([], (subject) => ({ ...subject, lodemark: { changes } }) as JsonObject);
    const answer = await hand(jwt);
    expect([answer.status, typeOf(answer)]).toEqual([400, 'certificate-malformed']);
  });
});

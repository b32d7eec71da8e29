import { createHash, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseEvent } from '@lodemark/domain';
import { NodeSigner, type PrivateJwk } from '@lodemark/platform';
import { buildJws, canonicalBytes, sha256Hex, toUtf8 } from '@lodemark/transparency';
import { disclosureDigest } from './documents/disclosures.js';
import { EXAMPLES } from './examples.js';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function exampleKey(): NodeSigner {
  const seed = createHash('sha256').update('lodemark example key: event').digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  return NodeSigner.fromJwk(key.export({ format: 'jwk' }) as PrivateJwk);
}

const signed = (event: object) => buildJws(canonicalBytes(event), exampleKey(), 'lodemark-event+jws');

describe('the examples', () => {
  it('hold events of the catalogue', () => {
    const { event, batch } = EXAMPLES.events['application/json'] ?? {};
    const all = [event?.value, ...(batch?.value as unknown[]), ...Object.values(EXAMPLES.signed)];
    for (const one of all) expect(parseEvent(one)).toMatchObject({ ok: true });
  });

  it('hold events that the example key signed', async () => {
    expect(EXAMPLES.events['application/jose']?.['event']?.value).toBe(await signed(EXAMPLES.signed.alone));
    const lines = String(EXAMPLES.events['application/x-ndjson']?.['batch']?.value).split('\n');
    expect(lines[0]).toBe(await signed(EXAMPLES.signed.inBatch));
    expect(parseEvent(JSON.parse(lines[1] ?? ''))).toMatchObject({ ok: true });
  });

  it('hold digests of what they name', () => {
    expect(EXAMPLES.documentDigest).toBe(sha256Hex(toUtf8(EXAMPLES.document)));
    expect(EXAMPLES.disclosureDigest).toBe(disclosureDigest(EXAMPLES.disclosure));
  });
});

import { textOf } from './text.js';
import {
  algorithmOf,
  buildJws,
  canonicalBytes,
  parseJws,
  readCanonicalJson,
  sha256Hex,
  type JsonObject,
  type JsonValue,
} from '@lodemark/transparency';
import type { Keyring } from './keyring.js';
import type { WorldLog } from './world.js';

/** What parties said, with the keys of a keyring, and with the new digests of what it names. */
export class Restating {
  private readonly payloads = new Map<string, JsonObject>();

  private constructor(
    private readonly logs: readonly WorldLog[],
    private readonly keyring: Keyring,
  ) {}

  static async of(logs: readonly WorldLog[], keyring: Keyring): Promise<Restating> {
    const restating = new Restating(logs, keyring);
    await restating.rewriteAll();
    return restating;
  }

  /** The payload of an event of these logs. */
  event(payload: JsonObject): JsonObject {
    return this.payloads.get(sha256Hex(canonicalBytes(payload))) ?? payload;
  }

  /** A statement with the kids and keys of the keyring. */
  async statement(
    payload: JsonObject,
    rootOf: (facility: string, size: number) => string,
  ): Promise<JsonObject> {
    const { kid, replaces, rootHash, jwk, ...rest } = payload;
    const key = typeof kid === 'string' ? this.keyring.signer(kid) : undefined;
    const named = {
      ...rest,
      ...(key !== undefined && { kid: key.kid }),
      ...(typeof replaces === 'string' && { replaces: this.keyring.signer(replaces).kid }),
    };
    if (key !== undefined && jwk !== undefined) {
      const { owner, purpose, statementId } = payload;
      const proof = canonicalBytes({ kid: key.kid, owner, purpose, statementId });
      const proofOfPossession = await buildJws(proof, key, 'lodemark-pop+jws');
      return {
        ...named,
        alg: algorithmOf(key.publicKey),
        jwk: { ...key.publicKey },
        proofOfPossession,
      };
    }
    if (payload['type'] !== 'EntriesReattested')
      return rootHash === undefined ? named : { ...named, rootHash };
    return { ...named, rootHash: rootOf(textOf(payload['facility']), Number(payload['size'])) };
  }

  /** Payloads with the new digests of what they name: an attestation in a payload has another signature now. */
  private async rewriteAll(): Promise<void> {
    const items = this.logs.flatMap(({ items: all }) => all.filter((item) => item.kind !== 'heads'));
    const byDigest = new Map(items.map((item) => [sha256Hex(canonicalBytes(item.payload)), item]));
    const digests = new Map<string, string>();
    const rewrite = async (item: (typeof items)[number]): Promise<JsonObject> => {
      const old = sha256Hex(canonicalBytes(item.payload));
      const known = this.payloads.get(old);
      if (known !== undefined) return known;
      for (const named of textsIn(item.payload)) {
        const other = byDigest.get(named);
        if (other !== undefined && other !== item && !digests.has(named)) await rewrite(other);
      }
      const made = (await this.rewritten(item.payload, digests)) as JsonObject;
      digests.set(old, sha256Hex(canonicalBytes(made)));
      this.payloads.set(old, made);
      return made;
    };
    for (const item of items) await rewrite(item);
  }

  private async rewritten(value: JsonValue, digests: ReadonlyMap<string, string>): Promise<JsonValue> {
    if (typeof value === 'string') {
      const attestation = parseJws(value, 'lodemark-attestation+jws');
      if (!attestation.ok) return digests.get(value) ?? value;
      const payload = readCanonicalJson(attestation.value.payload);
      if (!payload.ok) return value;
      const inner = await this.rewritten(payload.value, digests);
      return buildJws(
        canonicalBytes(inner),
        this.keyring.signer(attestation.value.header.kid),
        'lodemark-attestation+jws',
      );
    }
    if (Array.isArray(value))
      return Promise.all((value as readonly JsonValue[]).map((one) => this.rewritten(one, digests)));
    if (typeof value !== 'object' || value === null) return value;
    const members = await Promise.all(
      Object.entries(value).map(
        async ([name, member]) => [name, await this.rewritten(member, digests)] as const,
      ),
    );
    return Object.fromEntries(members);
  }
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member) => textsIn(member));
}

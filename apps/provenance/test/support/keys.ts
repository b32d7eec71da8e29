import { generateKey, NodeSigner } from '@lodemark/platform';
import { buildJws, canonicalBytes, type JwsTyp, type Signer } from '@lodemark/transparency';

export async function newSigner(): Promise<Signer> {
  return NodeSigner.fromJwk(await generateKey('EdDSA'));
}

/** Signs any payload, whatever it says. */
export function signed(payload: object, signer: Signer, typ: JwsTyp): Promise<string> {
  return buildJws(canonicalBytes(payload), signer, typ);
}

import {
  algorithmOf,
  canonicalize,
  fromUtf8,
  parseJws,
  parsePublicJwk,
  thumbprint,
  verifyJws,
  type PublicJwk,
  type SignatureChecker,
} from '@lodemark/transparency';
import type { Fault } from './registration-refusal.js';
import type { KeyStatement } from './statement-facts.js';

/**
 * Every fault of a key that its bytes and its proof of possession show: a point of low order or badly spelled
 * (verifiability.md section 3), an id that is not its thumbprint, another algorithm than its own, a proof by somebody
 * else or for something else.
 */
export async function judgeKeyMaterial(
  statement: KeyStatement,
  checker: SignatureChecker,
): Promise<readonly Fault[]> {
  const key = parsePublicJwk(statement.jwk);
  if (!key.ok) {
    return key.problems.map(({ code, pointer, detail }) => ({
      code: 'key-refused',
      pointer: `/jwk${pointer}`,
      detail,
      facts: { fault: code },
    }));
  }
  const faults = judgeNames(statement, key.value);
  if (await provesPossession(statement, key.value, checker)) return faults;
  return [...faults, NOT_PROVED];
}

const NOT_PROVED: Fault = {
  code: 'possession-not-proved',
  pointer: '/proofOfPossession',
  detail:
    'Needed: a compact JWS of typ lodemark-pop+jws, signed by this key, over the canonical JSON of this ' +
    'statement’s kid, owner, purpose and statementId.',
};

function judgeNames({ kid, alg, purpose }: KeyStatement, key: PublicJwk): readonly Fault[] {
  const faults: Fault[] = [];
  if (kid !== thumbprint(key)) {
    const detail = `The RFC 7638 thumbprint of this key is ${thumbprint(key)}.`;
    faults.push({ code: 'kid-mismatch', pointer: '/kid', detail });
  }
  if (alg !== algorithmOf(key)) {
    faults.push({ code: 'alg-mismatch', pointer: '/alg', detail: `This key is for ${algorithmOf(key)}.` });
  }
  if (purpose === 'log' && key.kty !== 'OKP') {
    const detail = 'Checkpoints are C2SP signed notes, which are signed with Ed25519.';
    faults.push({ code: 'log-key-not-ed25519', pointer: '/jwk', detail });
  }
  return faults;
}

// The proof names owner, purpose and statement, so that it is of no use for registering the key to anybody else.
async function provesPossession(
  { kid, owner, purpose, statementId, proofOfPossession }: KeyStatement,
  key: PublicJwk,
  checker: SignatureChecker,
): Promise<boolean> {
  const proof = parseJws(proofOfPossession, 'lodemark-pop+jws');
  if (!proof.ok) return false;
  const claimed = fromUtf8(proof.value.payload);
  if (claimed !== canonicalize({ kid, owner, purpose, statementId })) return false;
  return verifyJws(proof.value, key, checker);
}

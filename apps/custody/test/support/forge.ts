import { canonicalize, toBase64Url, toUtf8 } from '@lodemark/transparency';
import { expect } from '@jest/globals';
import { codeOf, faults, type Answer } from './http.js';
import type { Party } from './parties.js';

/** Signs whatever it is given under whatever header; a text is the header as it stands. */
export async function forge(payload: Uint8Array, key: Party, header: object | string = {}): Promise<string> {
  const usual = { alg: 'EdDSA', typ: 'lodemark-event+jws', kid: key.kid };
  const text = typeof header === 'string' ? header : canonicalize({ ...usual, ...header });
  const input = `${toBase64Url(toUtf8(text))}.${toBase64Url(payload)}`;
  return `${input}.${toBase64Url(await key.signer.sign(toUtf8(input)))}`;
}

/** What went wrong, short: `401 key-unknown key-unknown /protected/kid`; it must be said as a problem. */
export function told(answer: Answer): string {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.json['status']).toBe(answer.status);
  expect(String(answer.json['instance'])).not.toBe('');
  return [answer.status, codeOf(answer), ...faults(answer)].join(' ');
}

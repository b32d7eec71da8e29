import { request as requestInTheClear, type ClientRequest, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { checkReceiver, publicLookup, type AddressRule } from './receiver-address.js';
import type { SignedMessage } from './message.js';

/** Milliseconds for the whole of it, and bytes of an answer that are looked at. */
const TIMEOUT_MS = 10_000;
const MOST_OF_ANSWER = 65_536;

/**
 * Posts a message; the status of the answer. A redirect is an answer like any other: it is not followed. Rejects when
 * there is none in time. @throws AddressRefused
 */
export async function postMessage(
  url: string,
  { headers, body }: SignedMessage,
  { rule, signal }: { readonly rule: AddressRule; readonly signal: AbortSignal },
): Promise<number> {
  const receiver = checkReceiver(url, rule);
  const send = receiver.protocol === 'https:' ? request : requestInTheClear;
  const sent = send(receiver, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'lodemark' },
    lookup: publicLookup(rule),
    // A connection that is kept was opened under another look at the name.
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  sent.end(body);
  return status(sent);
}

function status(sent: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (answer: IncomingMessage) => {
      let length = 0;
      const done = () => {
        resolve(answer.statusCode ?? 0);
        sent.destroy();
      };
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MOST_OF_ANSWER) done();
      });
      answer.on('end', done);
      answer.on('error', reject);
    });
  });
}

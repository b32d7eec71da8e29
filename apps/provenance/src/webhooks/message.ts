import { Webhook } from 'standardwebhooks';
import type { CertificateChange } from '../certificates/certificate-changes.js';
import { describeChange } from '../certificates/certificates.response.js';

/** What goes to a receiver. */
export interface SignedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A change of a certificate as a message of the Standard Webhooks convention: the same id, however often it is sent to
 * the same receiver, so that who has it once knows it again.
 */
export function signedMessage(
  change: CertificateChange,
  { id: webhook, secret, at }: { readonly id: string; readonly secret: string; readonly at: Date },
): SignedMessage {
  const body = JSON.stringify({
    type: `certificate.${change.what}`,
    timestamp: change.at.toISOString(),
    data: describeChange(change),
  });
  const id = `msg_${webhook.replaceAll('-', '')}_${String(change.id)}`;
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
    body,
  };
}

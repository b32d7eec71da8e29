import { fromUtf8 } from '@lodemark/transparency';
import { attachedTo, looksLikePdf } from '../pdf/pdf-attachments.js';
import { finding } from './finding.js';
import { verifyAlone } from './verify-alone.js';
import { verifyBundle, verifyNothing, type Verification, type VerifierPorts } from './verify-bundle.js';

/**
 * Verifies what an auditor was handed: a bundle, a PDF that carries one, or a certificate by itself. Never throws on
 * what it is given.
 */
export async function verifyFile(bytes: Uint8Array, ports: VerifierPorts): Promise<Verification> {
  if (looksLikePdf(bytes)) return verifyPdf(bytes, ports);
  return isAlone(bytes) ? verifyAlone(fromUtf8(bytes) ?? '', ports) : verifyBundle(bytes, ports);
}

async function verifyPdf(bytes: Uint8Array, ports: VerifierPorts): Promise<Verification> {
  const attached = await attachedTo(bytes, (packed, most) => ports.gzip.inflate(packed, most));
  if ('problem' in attached) {
    return verifyNothing(finding('file-malformed', '', `the PDF cannot be used: ${attached.problem}`), ports);
  }
  const verified =
    attached.kind === 'bundle'
      ? await verifyBundle(attached.bytes, ports)
      : await verifyAlone(fromUtf8(attached.bytes) ?? '', ports);
  return { ...verified, assumed: [...verified.assumed, PAGES] };
}

const PAGES = 'nothing of what stands on the pages of the PDF: go by what is said here of the file in it';

/** A JWT, or a credential with a proof inside: canonical JSON begins with its context, which no bundle has. */
function isAlone(bytes: Uint8Array): boolean {
  const start = fromUtf8(bytes.subarray(0, 64));
  return start !== undefined && /^\s*([A-Za-z0-9_-]{20,}|\{\s*"@context")/.test(start);
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  LODEMARK_CONTEXT_DOCUMENT,
  parseProvenCredential,
  parseTrust,
  parseVcJwt,
  reportOf,
  verifyFile,
  type Bundle,
  type VerificationReport,
} from '@lodemark/certificate';
import { nodeGzip, nodeSignatures } from '@lodemark/platform';
import { canonicalBytes, isAdmissible, toBase64Url, toUtf8 } from '@lodemark/transparency';
import { lodemark } from '../apps/cli/test/support.js';
import { certifiedBy, type Certified } from './support/certified.js';
import { whereChromiumRuns } from './support/chromium.js';
import { expanded, schemaProblems } from './support/credential-conformity.js';
import { VerifierPage } from './support/verifier-page.js';

describe('a certificate', () => {
  let certified: Certified;

  beforeAll(async () => {
    const forms = ['', '.jwt', '.vc.json', '.bundle', '.pdf', '.pdf?bundle=embedded', '.html'];
    const anonymous = ['', '.jwt', '.bundle', '.pdf', '.pdf?bundle=embedded', '.html?bundle=embedded'];
    certified = await certifiedBy('golden-path.yaml', {
      ...{ lot: 'magnet-plant/MAG-0033', policy: 'WC-3', forms, anonymous },
    });
  }, 600_000);

  async function inNode(file: Uint8Array): Promise<VerificationReport> {
    const trust = parseTrust(certified.trust);
    if (!trust.ok) throw new Error(JSON.stringify(trust.problems));
    const ports = { trust: trust.value, checker: nodeSignatures(isAdmissible), gzip: nodeGzip };
    return reportOf(await verifyFile(file, { ...ports, now: toTheSecond(certified.at) }));
  }

  function bundle(): Bundle {
    return JSON.parse(Buffer.from(certified.bundle).toString()) as Bundle;
  }

  it('is issued on a pass, and its bundle alone gives the same verdict again', async () => {
    expect(certified.issued.outcome).toBe('PASS');
    expect(certified.issued.rootIndex).not.toBeNull();
    const { standing, passes, findings, verdict, policyTitle } = await inNode(certified.bundle);
    expect(findings).toEqual([]);
    expect({ standing, passes }).toEqual({ standing: 'VALID', passes: true });
    expect(verdict?.checks.length).toBeGreaterThan(40);
    expect(policyTitle).toBe('North America: WC-2, separated to finished in the US or Canada');
  });

  it('is found altered, whatever is altered in its bundle', async () => {
    for (const [name, altered] of alterations(bundle())) {
      expect([name, (await inNode(canonicalBytes(altered))).standing]).not.toEqual([name, 'VALID']);
    }
  });

  it('shows by itself neither evidence nor status', async () => {
    const report = await inNode(toUtf8(bundle().certificate));
    expect(report.standing).toBe('INDETERMINATE');
    expect(report.findings.map(({ code }) => code)).toEqual(['evidence-missing']);
  });

  describe('on paper', () => {
    it('is for whoever holds its link, and carries the signed certificate', async () => {
      const { response, bytes } = certified.forms.get('.pdf')!;
      expect(response.headers.get('content-type')).toBe('application/pdf');
      expect(Buffer.from(certified.anonymous.get('.pdf')!.bytes)).toEqual(Buffer.from(bytes));
      const report = await inNode(bytes);
      expect(report.findings.map(({ code }) => code)).toEqual(['evidence-missing']);
      expect(report.certificate?.lot).toBe('magnet-plant/MAG-0033');
    });

    it('carries the bundle on request, for whoever may see all of it, and is verified like it', async () => {
      const report = await inNode(certified.forms.get('.pdf?bundle=embedded')!.bytes);
      const { assumed, ...said } = await inNode(certified.bundle);
      expect(report).toEqual({ ...said, assumed: [...assumed, expect.stringContaining('pages of the PDF')] });
      expect(report.standing).toBe('VALID');
      expect(certified.anonymous.get('.pdf?bundle=embedded')!.response.status).toBe(401);
      expect(certified.anonymous.get('.bundle')!.response.status).toBe(401);
    });

    it('is tagged, in a language, with a title, and says that it is kept as PDF/A-3', () => {
      const text = Buffer.from(certified.forms.get('.pdf')!.bytes).toString('latin1');
      for (const mark of ['/StructTreeRoot', '/Marked true', '/Lang (en)', '/DisplayDocTitle true'])
        expect(text).toContain(mark);
      for (const tag of ['Document', 'H1', 'H2', 'Table', 'TR', 'TH', 'TD', 'L', 'LI', 'Figure'])
        expect(text).toMatch(new RegExp(`/S /${tag}\\b`));
      expect(text).toContain('<pdfaid:part>3</pdfaid:part>');
      expect(text).toContain('/AFRelationship /Source');
    });

    it('is verified by the command line, which says what it did not look at', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'lodemark-pdf-'));
      try {
        const [pdf, trust] = [join(folder, 'certificate.pdf'), join(folder, 'trust.json')];
        await writeFile(pdf, certified.forms.get('.pdf?bundle=embedded')!.bytes);
        await writeFile(trust, certified.trust);
        const ran = await lodemark(['verify', pdf, '--trust', trust, '--at', certified.at.toISOString()]);
        expect(ran.err).toBe('');
        expect(ran.exit).toBe(0);
        expect(ran.out).toMatch(/^VALID\n/);
        expect(ran.out).toContain('nothing of what stands on the pages of the PDF');
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });

  describe('as a page', () => {
    it('is for whoever holds its link, and may run nothing', () => {
      const { response, bytes } = certified.forms.get('.html')!;
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      const page = Buffer.from(bytes).toString();
      expect(page).toContain('<p>Lot magnet-plant/MAG-0033 meets policy WC-3.</p>');
      expect(page).toContain(certified.issued.digest);
      expect(page).not.toContain('<script');
    });

    it('is what a browser gets at the certificate’s address, and JSON what a program gets', () => {
      const [json, page] = [certified.forms.get('')!, certified.anonymous.get('')!];
      expect(json.response.headers.get('content-type')).toContain('application/json');
      expect(page.response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.response.headers.get('vary')).toContain('Accept');
    });
  });

  it('has the same bundle under both its addresses, and carries one nowhere but in a PDF', () => {
    expect(Buffer.from(certified.forms.get('.bundle')!.bytes)).toEqual(Buffer.from(certified.bundle));
    expect(certified.anonymous.get('.html?bundle=embedded')!.response.status).toBe(400);
  });

  it('is the same credential with a proof inside, which can be checked at once', async () => {
    const [jwt, proven] = ['.jwt', '.vc.json'].map((form) => certified.forms.get(form));
    expect(proven?.response.headers.get('content-type')).toMatch(/^application\/vc(;|$)/);
    const signed = parseVcJwt(Buffer.from(jwt?.bytes ?? []).toString());
    const read = parseProvenCredential(proven?.bytes ?? new Uint8Array());
    if ('problem' in signed || 'problem' in read) throw new Error('a form does not read');
    expect(read.credential).toEqual(signed.credential);
    const text = Buffer.from(proven?.bytes ?? []).toString();
    expect((await inNode(toUtf8(text))).findings.map(({ code }) => code)).toEqual(['evidence-missing']);
    const forged = text.replace('"conformance":true', '"conformance":false');
    const codes = (await inNode(toUtf8(forged))).findings.map(({ code }) => code);
    expect(codes).toEqual(['certificate-signature', 'evidence-missing']);
  });

  it('conforms to UNTP and JSON-LD, and the context that it names is served for good', async () => {
    const signed = parseVcJwt(bundle().certificate);
    if ('problem' in signed) throw new Error(signed.problem);
    expect(schemaProblems(signed.credential)).toEqual([]);
    expect(await expanded(signed.credential)).toHaveLength(1);
    const { headers, document } = certified.context;
    expect(document).toEqual(LODEMARK_CONTEXT_DOCUMENT);
    expect(headers.get('content-type')).toMatch(/^application\/ld\+json/);
    expect(headers.get('cache-control')).toContain('immutable');
  });

  whereChromiumRuns('the verifier page', (executable) => {
    let folder: string;
    let verifier: VerifierPage;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'lodemark-verifier-'));
      verifier = await VerifierPage.open(executable, folder);
    });

    afterAll(async () => {
      await verifier.close();
      await rm(folder, { recursive: true, force: true });
    });

    const inBrowser = (file: Uint8Array, trust = certified.trust) =>
      verifier.verify(file, { trust, at: certified.at });

    it('finds a bundle valid, with the report that Node gives, and moves the reader to it', async () => {
      const { heading, json } = await inBrowser(certified.bundle);
      expect(heading).toBe('VALID');
      expect(json).toBe(JSON.stringify(await inNode(certified.bundle)));
      expect(await verifier.page.evaluate(() => document.activeElement?.id)).toBe('result');
      expect(await verifier.page.textContent('#result')).toContain(
        'Lot magnet-plant/MAG-0033 meets policy WC-3. The evidence in the file proves it.',
      );
    }, 120_000);

    it('finds what was altered, with the codes and places that Node gives', async () => {
      for (const [name, altered] of alterations(bundle())) {
        const bytes = canonicalBytes(altered);
        const node = await inNode(bytes);
        const { heading, json } = await inBrowser(bytes);
        expect([name, heading.split(':')[0]]).toEqual([name, node.standing]);
        expect([name, json]).toEqual([name, JSON.stringify(node)]);
        for (const { code } of node.findings)
          expect(await verifier.page.textContent('#result')).toContain(code);
      }
    }, 240_000);

    it('reads the bundle out of a PDF', async () => {
      const { bytes } = certified.forms.get('.pdf?bundle=embedded')!;
      const { heading, json } = await inBrowser(bytes);
      expect(heading).toBe('VALID');
      expect(json).toBe(JSON.stringify(await inNode(bytes)));
    });

    it('says what is missing when it is given a certificate by itself', async () => {
      const { heading, json } = await inBrowser(toUtf8(bundle().certificate));
      expect(heading).toBe('INDETERMINATE: something is missing');
      expect(json).toBe(JSON.stringify(await inNode(toUtf8(bundle().certificate))));
    });

    it('shows what stands in a certificate as text, whatever it is', async () => {
      const { heading } = await inBrowser(toUtf8(withIssuerNamed('<img src=x onerror=alert(1)>')));
      expect(heading).toBe('INVALID: do not rely on this file');
      expect(await verifier.page.textContent('#result')).toContain('<img src=x onerror=alert(1)>');
      expect(await verifier.page.locator('#result img').count()).toBe(0);
    });

    it('names what is wrong with a trust file', async () => {
      const { heading } = await inBrowser(certified.bundle, toUtf8('{"v":2}'));
      expect(heading).toBe('Your trust file cannot be read');
      expect(await verifier.page.textContent('#result')).toContain('/genesis');
    });

    it('takes both files when they are dropped on it, whichever comes first', async () => {
      await verifier.page.reload();
      const dropped = [Buffer.from(certified.bundle).toString(), Buffer.from(certified.trust).toString()];
      await verifier.page.evaluate((texts) => {
        const dataTransfer = new DataTransfer();
        for (const [i, text] of texts.entries()) dataTransfer.items.add(new File([text], `dropped-${i}`));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }, dropped);
      await verifier.page.waitForSelector('#verdict');
      expect(await verifier.page.textContent('#result')).toContain('File dropped-0');
    });

    it('asks for nothing, and could not', async () => {
      const others = verifier.requests.filter((url) => !/^(file:.*lodemark-verifier\.html|blob:)/.test(url));
      expect(others).toEqual([]);
      expect(verifier.errors).toEqual([]);
      let asked = 0;
      const server = createServer((_, response) => {
        asked += 1;
        response.end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await verifier.page.context().setOffline(false);
      const refused = await verifier.page.evaluate(
        async (url) => {
          const violations: string[] = [];
          document.addEventListener('securitypolicyviolation', (event) => {
            violations.push(event.effectiveDirective);
          });
          const fetched = await fetch(url).then(
            () => 'fetched',
            () => 'refused',
          );
          const image = new Image();
          await new Promise((resolve) => {
            image.onerror = resolve;
            image.src = `${url}/image`;
          });
          return [fetched, ...violations];
        },
        `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      );
      server.close();
      expect(refused).toEqual(['refused', 'connect-src', 'img-src']);
      expect(asked).toBe(0);
    });

    function withIssuerNamed(name: string): string {
      const [header = '', payload = '', signature = ''] = bundle().certificate.split('.');
      const credential = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { issuer: object };
      const altered = { ...credential, issuer: { ...credential.issuer, id: 'did:web:other.example', name } };
      return [header, toBase64Url(canonicalBytes(altered)), signature].join('.');
    }
  });
});

/** The page's field for the time goes to the second. */
function toTheSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function alterations(bundle: Bundle): [string, Bundle][] {
  const [log] = bundle.logs;
  if (log === undefined) throw new Error('no logs');
  return [
    ['a log left out', { ...bundle, logs: bundle.logs.slice(1) }],
    [
      'an entry left out',
      { ...bundle, logs: [{ ...log, entries: log.entries.slice(1) }, ...bundle.logs.slice(1)] },
    ],
    ['a root entry left out', { ...bundle, root: { ...bundle.root, entries: bundle.root.entries.slice(1) } }],
    ['the status lists left out', { ...bundle, statusLists: [] }],
    ['another policy', { ...bundle, policy: { ...bundle.policy, id: 'WC-0' } }],
  ];
}

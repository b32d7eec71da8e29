import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { statusNotice, statusOf, type CertificateForm } from './certificate-form.js';
import { certificatePage, PAGE_SECURITY_POLICY } from './certificate-page.js';
import { certificatePdf } from './certificate-pdf.js';
import { KeptPapers } from './kept-papers.js';
import { openPaper } from './paper.js';
import { qrModules } from './qr-code.js';

const HOSTILE = `<script>alert('1')</script>&"`;

const FORM: CertificateForm = {
  id: '3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001',
  link: 'https://issuer.example/v1/certificates/3f0c2b1e-8d54-4a0b-9c7e-1b1f7a1d0001#sha256=00',
  digest: '00'.repeat(32),
  outcome: 'PASS',
  issuedAt: new Date('2027-01-04T00:00:00Z'),
  jwt: 'a.b.c',
  status: { state: 'valid' },
  sheet: {
    title: 'Certificate on lot euclid/A-1',
    sentence: 'Lot euclid/A-1 meets policy WC-3.',
    parts: [
      { kind: 'facts', heading: 'Facts', rows: [['Issuer', HOSTILE]] },
      { kind: 'list', heading: 'Mind this', items: [HOSTILE] },
      {
        ...{ kind: 'table', of: 'parties', heading: 'Who had it', note: 'A note.' },
        columns: ['Facility', 'Country', 'Organization', 'Held by'],
        rows: Array.from({ length: 60 }, (_, i) => [`plant-${i}`, 'KZ', 'Қазақстан Ң Ұ Ә', HOSTILE]),
      },
    ],
  },
};

const suspended: CertificateForm = {
  ...FORM,
  status: { state: 'suspended', since: { reason: 'a correction', at: '2027-02-01T00:00:00.000Z' } },
};

describe('the page of a certificate', () => {
  it('shows what stands in it as text', () => {
    const page = certificatePage(FORM);
    expect(page).not.toContain('<script');
    expect(page.split('&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;')).toHaveLength(63);
  });

  it('allows itself its own style and nothing else', () => {
    const style = /<style>([^]*?)<\/style>/.exec(certificatePage(FORM))?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(PAGE_SECURITY_POLICY).toContain(`default-src 'none'; style-src 'sha256-${digest}'`);
  });

  it('says first when it no longer holds, and why, and is no longer green', () => {
    const page = certificatePage(suspended);
    expect(page).toContain('role="alert">SUSPENDED since 2027-02-01T00:00:00.000Z: a correction</p>');
    expect(page).toContain('class="outcome no"');
    expect(certificatePage(FORM)).not.toContain('role="alert"');
  });
});

describe('PDFs that are kept', () => {
  /** Draws them, and counts. */
  function papers(mostBytes?: number) {
    const drawn: string[] = [];
    const kept = new KeptPapers(mostBytes, (form) => {
      drawn.push(form.status.state);
      return certificatePdf(form);
    });
    return { kept, drawn };
  }

  it('are drawn once, also for several who ask at once, and are those that would be drawn', async () => {
    const { kept, drawn } = papers();
    const asked = await Promise.all([kept.of(FORM), kept.of({ ...FORM }), kept.of(FORM)]);
    const all = [...asked, await kept.of({ ...FORM, status: { state: 'valid' } })];
    expect(drawn).toEqual(['valid']);
    const fresh = await certificatePdf(FORM);
    expect(all.map((one) => one.equals(fresh))).toEqual([true, true, true, true]);
  });

  it('are drawn anew when the status is another, and kept for each', async () => {
    const { kept, drawn } = papers();
    await kept.of(FORM);
    expect((await kept.of(suspended)).equals(await certificatePdf(suspended))).toBe(true);
    await kept.of(FORM);
    await kept.of(suspended);
    expect(drawn).toEqual(['valid', 'suspended']);
  });

  it('go when there are too many, those first that were not asked for the longest', async () => {
    const { length } = await certificatePdf(FORM);
    const { kept, drawn } = papers(Math.floor(2.5 * length));
    const revoked: CertificateForm = { ...suspended, status: { ...suspended.status, state: 'revoked' } };
    await kept.of(FORM);
    await kept.of(suspended);
    await kept.of(FORM);
    await kept.of(revoked);
    await kept.of(FORM);
    expect(drawn).toEqual(['valid', 'suspended', 'revoked']);
    await kept.of(suspended);
    expect(drawn).toHaveLength(4);
  });

  it('are tried again when drawing one failed', async () => {
    let isBroken = true;
    const kept = new KeptPapers(undefined, (form) =>
      isBroken ? Promise.reject(new Error('no font')) : certificatePdf(form),
    );
    await expect(kept.of(FORM)).rejects.toThrow('no font');
    isBroken = false;
    expect((await kept.of(FORM)).equals(await certificatePdf(FORM))).toBe(true);
  });
});

describe('the PDF of a certificate', () => {
  it('has the same bytes for the same certificate, and others when its status changes', async () => {
    const [one, again, other] = [
      await certificatePdf(FORM),
      await certificatePdf(FORM),
      await certificatePdf(suspended),
    ];
    expect(one.equals(again)).toBe(true);
    expect(one.equals(other)).toBe(false);
  });

  it('says by which standards it can be kept, and read aloud', async () => {
    const text = (await certificatePdf(FORM)).toString('latin1');
    expect(text).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(text).toContain('<pdfaid:conformance>A</pdfaid:conformance>');
    expect(text).toContain('<pdfuaid:part>1</pdfuaid:part>');
    // PDF/A takes no property that is not described.
    expect(text).toContain('<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>');
  });

  it('draws a sign for letters that its fonts lack, and nothing that cannot be read aloud', () => {
    const { letters } = openPaper({ title: 'A title', date: new Date(0) });
    const known = 'Қазақстан Ң Ұ Ә, Öl & Ελλάς – 0.5 kg\nof “it”';
    expect(letters.drawable(known)).toBe(known);
    expect(letters.drawable('Baotou 包头 🙂\u0007.')).toBe('Baotou \u{fffd}\u{fffd} \u{fffd}\u{fffd}.');
    expect(letters.drawable('\u{fffd}')).toBe('\u{fffd}');
  });

  it('goes on over pages, and is whole on each of them', async () => {
    const text = (await certificatePdf(FORM)).toString('latin1');
    expect(text.match(/\/Type \/Page\b(?!s)/g)?.length).toBeGreaterThan(1);
    // A row for each plant and the head, though the head is drawn on every page.
    expect(text.match(/\/S \/TR\b/g)).toHaveLength(62);
  });

  it('carries the certificate as it was signed, byte for byte', async () => {
    const bytes = await certificatePdf(FORM);
    const at = bytes.indexOf('/Subtype /application#2Fvc+jwt');
    const start = bytes.indexOf('stream\n', at) + 'stream\n'.length;
    expect(inflateSync(bytes.subarray(start)).toString()).toBe('a.b.c');
  });
});

describe('the status that is shown', () => {
  const change = (purpose: 'revocation' | 'suspension', isSet: boolean, reason: string) => ({
    ...{ purpose, isSet, reason, at: new Date('2027-02-01T00:00:00Z') },
    verdict: '00'.repeat(32),
    cause: { origin: 'demo.example/log/euclid', index: 37 },
  });

  it('is the last word on each purpose, and a revocation outweighs everything', () => {
    expect(statusOf([])).toEqual({ state: 'valid' });
    expect(statusOf([change('suspension', true, 'a'), change('suspension', false, 'b')])).toEqual({
      state: 'valid',
    });
    const revoked = statusOf([change('revocation', true, 'forged'), change('suspension', true, 'late')]);
    expect(statusNotice(revoked)).toBe('REVOKED since 2027-02-01T00:00:00.000Z: forged');
  });
});

describe('the QR code', () => {
  it('is a square with its three marks in the corners', () => {
    const modules = qrModules(FORM.link);
    const last = modules.length - 1;
    expect(modules.every((row) => row.length === modules.length)).toBe(true);
    const corners = [modules[0]?.[0], modules[0]?.[last], modules[last]?.[0]];
    expect(corners).toEqual([true, true, true]);
  });
});

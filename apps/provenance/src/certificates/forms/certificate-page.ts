import { createHash } from 'node:crypto';
import type { SheetPart } from '@lodemark/certificate';
import { holds, statusNotice, type CertificateForm } from './certificate-form.js';
import { Markup, markup } from './markup.js';
import { STYLE } from './page-style.js';
import { qrModules, QUIET_ZONE } from './qr-code.js';

/** The certificate as a page without scripts, for whoever holds its link. */
export function certificatePage(form: CertificateForm): string {
  const { sheet } = form;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${sheet.title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<div>
<h1>${sheet.title}</h1>
<p class="outcome ${holds(form) ? 'pass' : 'no'}">${form.outcome.replaceAll('_', ' ')}</p>
<p>${sheet.sentence}</p>
${notice(form)}
</div>
${qr(form.link)}
</header>
<main>
${sheet.parts.map(section)}
${howToCheck(form)}
</main>
</body>
</html>
`;
  return page.text;
}

/** Nothing but the page's own style: what stands in a certificate could do nothing even if it got out of its text. */
export const PAGE_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

function notice({ status }: CertificateForm): Markup {
  const text = statusNotice(status);
  return text === undefined ? markup`` : markup`<p class="notice" role="alert">${text}</p>`;
}

function section(part: SheetPart): Markup {
  return markup`<section>
<h2>${part.heading}</h2>
${content(part)}
</section>
`;
}

function content(part: SheetPart): Markup {
  switch (part.kind) {
    case 'facts':
      return markup`<dl>
${part.rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
    case 'list':
      return markup`<ul>
${part.items.map((item) => markup`<li>${item}</li>\n`)}</ul>`;
    case 'table':
      return markup`<p>${part.note}</p>
<div class="wide" tabindex="0" role="region" aria-label="${part.heading}"><table>
<thead><tr>${part.columns.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${part.rows.map(row)}</tbody>
</table></div>`;
  }
}

function row([name = '', ...others]: readonly string[]): Markup {
  return markup`<tr><th scope="row">${name}</th>${others.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`;
}

function howToCheck({ id, digest }: CertificateForm): Markup {
  return markup`<section>
<h2>How to check it</h2>
<p>This page is our word. The signed certificate and its evidence are not: give its bundle, or the PDF that carries it,
with your own trust file to <code>lodemark verify</code> or to the verifier page. Neither needs a network or us.</p>
<ul>
<li><a href="${id}.pdf">The certificate as PDF</a></li>
<li><a href="${id}.jwt">The certificate as it was signed</a> (SHA-256 <code>${digest}</code>)</li>
<li>The bundle, <code>${id}.bundle</code>, and the PDF that carries it, <code>${id}.pdf?bundle=embedded</code>: with a
token, for whoever may see the evidence.</li>
</ul>
</section>`;
}

function qr(link: string): Markup {
  const modules = qrModules(link);
  const size = String(modules.length + 2 * QUIET_ZONE);
  const dark = modules.flatMap((cells, y) =>
    cells.flatMap((isDark, x) =>
      isDark ? [`M${String(x + QUIET_ZONE)} ${String(y + QUIET_ZONE)}h1v1h-1z`] : [],
    ),
  );
  return markup`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="QR code: the address of this certificate and its SHA-256"><path d="${dark.join('')}"/></svg>`;
}

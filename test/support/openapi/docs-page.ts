/** What the page that shows a document asks of other origins, in words; empty when it asks nothing. */
export async function outsideRequests(serviceUrl: string): Promise<readonly string[]> {
  const page = await fetch(`${serviceUrl}/docs/`);
  const html = await page.text();
  const found: string[] = [];
  const policy = page.headers.get('content-security-policy') ?? '';
  if (!policy.startsWith("default-src 'none'") || /https?:|\*/.test(policy))
    found.push(`its policy is “${policy}”`);
  const references = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, reference = '']) => reference);
  if (references.length === 0) found.push('it loads nothing at all');
  for (const reference of references) {
    const url = new URL(reference, `${serviceUrl}/docs/`);
    if (url.origin !== new URL(serviceUrl).origin) found.push(`it names ${reference}`);
    else if (!(await fetch(url)).ok) found.push(`it names ${reference}, which is not there`);
  }
  const script = await (await fetch(`${serviceUrl}/docs/init.js`)).text();
  if (/https?:|['"]\/\//.test(script) || !script.includes('validatorUrl: null'))
    found.push('its script names another origin');
  return found;
}

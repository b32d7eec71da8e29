import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, requireUrl } from './settings.js';
import { Tokens } from './tokens.js';

describe('where the network is', () => {
  let home: string;
  const site = {
    network: 'local.lodemark.example',
    registryUrl: 'http://127.0.0.1:4701',
    custodyUrl: 'http://127.0.0.1:4702',
    provenanceUrl: 'http://127.0.0.1:4703/',
    issuerKey: '../../etc/issuer.key',
    audience: 'lodemark',
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'lodemark-home-'));
    await writeFile(join(home, 'site.json'), JSON.stringify(site));
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is said by flags before the environment before the site', async () => {
    const env = {
      LODEMARK_HOME: home,
      LODEMARK_CUSTODY_URL: 'https://env.example/custody/',
      LODEMARK_REGISTRY_URL: 'https://env.example',
      LODEMARK_TOKEN: '',
    };
    const { urls, token } = await readSettings({ registryUrl: 'https://flag.example' }, env);
    expect(urls).toEqual({
      registry: 'https://flag.example',
      custody: 'https://env.example/custody',
      provenance: 'http://127.0.0.1:4703',
    });
    expect(token).toBeUndefined();
  });

  it('is unknown without any of them, with what to do about it', async () => {
    const settings = await readSettings({ home: join(home, 'none') }, {});
    expect(() => requireUrl(settings, 'custody')).toThrow(/No address of the custody service/);
  });

  it.each(['custody.example', 'ftp://a.example', 'http://user:pass@a.example', 'http://a.example/?q'])(
    'is not %s',
    async (custodyUrl) => {
      await expect(readSettings({ custodyUrl }, {})).rejects.toMatchObject({
        code: 'address-malformed',
        exit: 4,
      });
    },
  );

  it('looks for the issuer key beside the site’s file and nowhere else', async () => {
    const settings = await readSettings({ home }, {});
    expect(settings.site?.issuerKey).toBe(join(home, 'issuer.key'));
    const roles = [{ role: 'registrar' } as const];
    const tokens = new Tokens(settings);
    await expect(tokens.forRequest(site.registryUrl, roles)).rejects.toMatchObject({
      code: 'issuer-key-missing',
    });
    await expect(tokens.forRequest('http://elsewhere.example', roles)).rejects.toMatchObject({
      code: 'token-missing',
    });
  });

  it('says what a site’s file lacks', async () => {
    await writeFile(join(home, 'site.json'), '{"network":"x"}');
    await expect(readSettings({ home }, {})).rejects.toMatchObject({ code: 'site-unreadable', exit: 4 });
    await writeFile(join(home, 'site.json'), '{');
    await expect(readSettings({ home }, {})).rejects.toMatchObject({ code: 'site-unreadable' });
  });
});

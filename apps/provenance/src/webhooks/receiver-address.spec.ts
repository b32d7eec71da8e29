import { describe, expect, it } from '@jest/globals';
import { checkReceiver, isPublic, publicLookup } from './receiver-address.js';

const PUBLIC = { allowPrivate: false };

describe('the address of a receiver', () => {
  it.each(['8.8.8.8', '93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => expect(isPublic(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254', '172.16.0.1'],
    ...['192.0.0.8', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.9', '224.0.0.1'],
    ...['240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', 'fe80::1'],
    ...['fc00::1', 'fd12::1', 'ff02::1', '2001:db8::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1'],
    'no address',
  ])('%s is none of the public network', (address) => expect(isPublic(address)).toBe(false));

  it.each([
    ['http://hooks.example/', 'only https'],
    ['ftp://hooks.example/', 'only https'],
    ['https://user@hooks.example/', 'a user'],
    ['https://hooks.example/#here', 'fragment'],
    ['https://127.0.0.1/', 'no public address'],
    ['https://2130706433/', 'no public address'],
    ['https://0x7f.1/', 'no public address'],
    ['https://[::1]:8443/', 'no public address'],
    ['https://[::ffff:169.254.169.254]/', 'no public address'],
    ['hooks.example', 'no URL'],
  ])('%s is refused', (url, why) => {
    expect(() => checkReceiver(url, PUBLIC)).toThrow(why);
  });

  it('may be a private one where the service says so', () => {
    expect(checkReceiver('http://127.0.0.1:8080/hook', { allowPrivate: true }).port).toBe('8080');
  });

  it('is looked at again when its name is resolved', async () => {
    const found = (allowPrivate: boolean) =>
      new Promise<string>((resolve) =>
        publicLookup({ allowPrivate })('localhost', { all: true }, (error, addresses) =>
          resolve(error === null ? JSON.stringify(addresses) : error.message),
        ),
      );
    expect(await found(false)).toMatch(/is no public address$/);
    expect(await found(true)).toMatch(/127\.0\.0\.1|::1/);
  });
});

import { lookup as resolve, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether deliveries may go to private addresses, and without TLS: in a network of one's own. */
export interface AddressRule {
  readonly allowPrivate: boolean;
}

/** Nobody may have this service ask for things inside the network that it runs in. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** @throws AddressRefused for what can be told from the URL alone */
export function checkReceiver(text: string, { allowPrivate }: AddressRule): URL {
  if (!URL.canParse(text)) throw new AddressRefused('it is no URL');
  const url = new URL(text);
  const isWeb = url.protocol === 'https:' || (allowPrivate && url.protocol === 'http:');
  if (!isWeb) throw new AddressRefused('only https is spoken');
  if (url.username !== '' || url.password !== '') throw new AddressRefused('a user stands in it');
  if (url.hash !== '') throw new AddressRefused('a fragment is never sent');
  const literal = hostOf(url);
  if (!allowPrivate && isIP(literal) !== 0 && !isPublic(literal)) throw notPublic(literal);
  return url;
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** An address of the public network: no loopback, private, link-local, shared, documentation or multicast one. */
export function isPublic(address: string): boolean {
  // `process` takes an IPv4 address out of an IPv6 one that maps it.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/**
 * Resolves a name and connects to nothing that is not public: the connection goes to the very addresses that were looked
 * at, whatever the name says a moment later.
 */
export function publicLookup({ allowPrivate }: AddressRule): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found?: LookupAddress[]) => {
      const [first] = found ?? [];
      const inside = found?.find(({ address }) => !allowPrivate && !isPublic(address));
      if (error !== null) callback(error, '');
      else if (inside !== undefined) callback(notPublic(inside.address), '');
      else if (first === undefined) callback(new AddressRefused('the name has no address'), '');
      else if (options.all === true) callback(null, found ?? []);
      else callback(null, first.address, first.family);
    });
  };
}

function notPublic(address: string): AddressRefused {
  return new AddressRefused(`${address} is no public address`);
}

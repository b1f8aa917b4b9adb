import { isIP } from 'node:net';

/** Tells whether the address is one of the web. */
export const isHttp = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

/** Tells whether the item is an origin, written as browsers write it. */
export const isOrigin = (item: string): boolean => URL.canParse(item) && isHttp(new URL(item)) && new URL(item).origin === item;

/**
 * Tells whether codes may be posted to this address: it has to be encrypted, or on this machine. A user name in it is
 * refused, because addresses are logged.
 */
export const isProviderAddress = ({ protocol, hostname, username, hash }: URL): boolean =>
  `${username}${hash}` === '' && (protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)));

/**
 * Tells whether an origin can stand in a content security policy: it is encrypted or on this machine, and holds nothing that ends a directive
 * (CSP Level 3 §2.3.1). A star may stand for the first label.
 */
export const isPolicySource = (item: string): boolean =>
  /^https:\/\/(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/.test(item) || /^http:\/\/(localhost|127(\.\d{1,3}){3})(:\d{1,5})?$/.test(item);

/** Tells whether the item is an IP address, a network in CIDR notation, or a network name that Fastify knows. */
export function isNetwork(item: string): boolean {
  const [address = '', bits = '0', ...rest] = item.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return ['loopback', 'linklocal', 'uniquelocal'].includes(item) || (rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest);
}

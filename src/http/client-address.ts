import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { ClientAddress } from '../domain/access/client-address.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [address: Address, prefixBits: number];

/** The address of a connection that was closed before it could be read. All of them count as one client. */
const unknown: ClientAddress = { text: 'unknown', network: 'unknown' };

/** Networks that `TRUST_PROXY` may call by a name. They are the names that Fastify knows. */
const namedNetworks: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Makes the function that returns the address of the client that sent a request. It is the peer of the connection, or what
 * `X-Forwarded-For` says if that peer is a trusted proxy: the header is followed from its end for as long as each hop is trusted.
 * What is no address (garbage, `unknown` or a name such as `_hidden` of RFC 7239 §6) counts for the proxy that reported it, so that
 * it can never be a client of its own.
 *
 * `Forwarded` is not read. A proxy that writes one of the two headers lets the other through as the client sent it, so a server that
 * believed both would let clients choose their address.
 */
export function createClientAddresses(trustProxy: readonly string[]): (request: IncomingMessage) => ClientAddress {
  const trusted = trustProxy.flatMap((item) => namedNetworks[item] ?? [item]).map(networkOf);
  const isTrusted = (address: Address): boolean =>
    trusted.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));

  /** The clients of connections whose peer is no proxy, because every request of theirs has the same one. */
  const known = new WeakMap<Socket, ClientAddress>();

  return ({ socket, headers }) => {
    const before = known.get(socket);
    if (before !== undefined) return before;
    const peer = read(socket.remoteAddress ?? '');
    if (peer === null) return unknown;
    if (!isTrusted(peer)) {
      const address = clientAddressOf(peer);
      known.set(socket, address);
      return address;
    }
    let client = peer;
    const hops = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isTrusted(client) && hops.length > 0) {
      const next = read(hops.pop() ?? '');
      if (next === null) break;
      client = next;
    }
    return clientAddressOf(client);
  };
}

/** Tells whether the text is an address of this machine. */
export const isLoopback = (text: string): boolean => read(text)?.range() === 'loopback';

/**
 * Reads one address as proxies write it: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`, with or
 * without quotes and, in IPv6, a zone such as `%eth0`. Null if it is something else.
 */
function read(text: string): Address | null {
  const [, bracketed, dotted] = /^\s*"?(?:\[([^[\]]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?"?\s*$/.exec(text) ?? [];
  const written = bracketed ?? dotted ?? text.trim();
  const family = isIP(written);
  // `isIP` accepts no octal or shortened form such as `010.1`, which different programs read differently.
  if (family === 0 || (bracketed !== undefined && family === 4)) return null;
  return ipaddr.process(written.replace(/%.*$/, ''));
}

function clientAddressOf(address: Address): ClientAddress {
  if (address instanceof ipaddr.IPv4) return { text: address.toString(), network: address.toString() };
  // Behind a NAT64 all IPv4 clients have addresses of one /64, which hold their own (RFC 6052 §2.1).
  if (address.range() === 'rfc6052') return clientAddressOf(new ipaddr.IPv4(address.toByteArray().slice(12)));
  const network = address.parts.slice(0, 4).map((part) => part.toString(16));
  return { text: address.toRFC5952String(), network: network.join(':') };
}

/** Reads an address or a network in CIDR notation, which the settings have checked. */
function networkOf(item: string): Network {
  const [written = '', prefix] = item.split('/');
  const address = ipaddr.parse(written);
  const bits = prefix === undefined ? address.toByteArray().length * 8 : Number(prefix);
  // The addresses that are compared with it are IPv4 as well, where they are mapped.
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96 ? [address.toIPv4Address(), bits - 96] : [address, bits];
}

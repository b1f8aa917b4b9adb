/**
 * The address of a client. The host reads it once for each request, before any limit, quota, event or log line uses it, so that one
 * client has one address however a proxy writes it.
 */
export interface ClientAddress {
  /** The address in its canonical form (RFC 5952), without port and zone. An IPv4-mapped IPv6 address is written as IPv4. */
  readonly text: string;
  /** What limits count by: an IPv4 address itself, and of an IPv6 address its /64, because one client usually owns all addresses in it. */
  readonly network: string;
}

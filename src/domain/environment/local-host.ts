/**
 * Tells whether a host name or address, as it stands in a URL or a setting, means this machine and nothing else: `localhost` and the
 * names below it (RFC 6761 §6.3), 127.0.0.0/8 and `::1`.
 */
export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

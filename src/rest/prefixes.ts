/** The prefixes of the identity service. The first one is published, browsers use the second, and the documentation of Frontegg prints the third. */
export const identityPrefixes = ['/identity/resources', '/frontegg/identity/resources', '/resources'] as const;
/** The prefixes of the other operations. The first one is published. */
export const otherPrefixes = ['', '/frontegg'] as const;

const [published, ...aliases] = identityPrefixes;

/** The path by which Frontegg's SDK for Node asks for the numbers of the audit trail. It joins two parts that both have a slash. */
const doubled = '/audits//stats';

/**
 * Returns the URL of a request under the published prefix of the identity service, and any other URL as it is. Every operation declared
 * under all prefixes would make the server a fifth larger and slower to start.
 */
export function underPublishedPrefix(url: string): string {
  if (url.startsWith(doubled)) return url.replace('//', '/');
  const alias = aliases.find((prefix) => url.startsWith(`${prefix}/`));
  return alias === undefined ? url : published + url.slice(alias.length);
}

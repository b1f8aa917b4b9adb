/** What an application gets in the query of its redirect URI. Values that are null are left out. */
export type AnswerParameters = Readonly<Record<string, string | null>>;

/**
 * Returns the redirect URI with the answer in its query. A query that it has stays (RFC 6749 §3.1.2). With a fragment the query comes
 * before it: applications whose paths stand behind a `#` read it there, and their routers would lose what follows their path.
 */
export function answerLocation(redirectUri: string, parameters: AnswerParameters): string {
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(redirectUri) ?? [];
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
  const query = new URLSearchParams(given).toString();
  const joint = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
  return `${address}${joint}${query}${fragment}`;
}

import type { AddressInfo } from 'node:net';
import type { Harness } from '../support/harness.ts';

/** What a browser does for a client and Node's fetch does not: it keeps cookies. And it remembers what was called. */
export interface Browser {
  baseUrl: string;
  /** `METHOD path`, in the order of the calls; the prefix every path shares is left out. */
  calls: string[];
  /** Value of the cookie whose name starts like this. */
  cookie(prefix: string): string | undefined;
  /** Another browser: its cookies are gone. */
  forget(): void;
  close(): void;
}

export const prefix = '/frontegg/identity/resources';

/** Serves the app on a real port, and gives `fetch` and `window` of this process what the client expects of a browser. */
export async function openBrowser({ app }: Harness): Promise<Browser> {
  await app.http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.http.server.address() as AddressInfo;
  const jar = new Map<string, string>();
  const calls: string[] = [];
  const plainFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    calls.push(`${init?.method ?? 'GET'} ${url.pathname.replace(prefix, '')}`);
    const headers = new Headers(init?.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await plainFetch(input, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    return answer;
  };
  Object.assign(globalThis, { window: { location: { href: '', search: '' } } });
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    calls,
    cookie: (start) => [...jar].find(([name]) => name.startsWith(start))?.[1],
    forget: () => jar.clear(),
    close: () => {
      globalThis.fetch = plainFetch;
      Reflect.deleteProperty(globalThis, 'window');
    },
  };
}

/** Name, value and removal are all that counts here; the attributes are looked at elsewhere. */
function keep(jar: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/;\s*Max-Age=0(;|$)/i.test(line) || /;\s*Expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
  else jar.set(name, value);
}

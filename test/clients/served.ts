import type { AddressInfo } from 'node:net';
import type { Harness } from '../support/harness.ts';

/** The origin by which applications know the server. */
export const issuer = 'https://id.acme.example';

/** The `fetch` of a client. Its options are those of the platform. */
export type Fetch = (address: string, options?: object) => Promise<Response>;

/**
 * Serves the app on a real port, and answers a `fetch` that reaches it there under its public name, as behind a proxy that ends TLS. What
 * was asked is kept as `METHOD status path`.
 */
export async function serve({ app }: Harness): Promise<{ fetch: Fetch; asked: string[] }> {
  await app.http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.http.server.address() as AddressInfo;
  const asked: string[] = [];
  return {
    asked,
    async fetch(address, options: RequestInit = {}) {
      const url = new URL(address);
      if (url.origin !== issuer) throw new Error(`${url.origin} is not served`);
      const answer = await fetch(`http://127.0.0.1:${port}${url.pathname}${url.search}`, options);
      asked.push(`${options.method ?? 'GET'} ${answer.status} ${url.pathname}`);
      return answer;
    },
  };
}

import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant } from '../support/builders.ts';
import { HandClock } from '../support/clock.ts';
import { clientId, openHarness } from '../support/harness.ts';
import type { Asked } from '../support/oauth.ts';
import { authorize, codeOf, newRequest, openHostedLogin, signedInBrowser } from '../support/oauth.ts';
import { me, refreshCookie } from '../support/requests.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Library, NextRequest, Session } from './next-app.ts';
import { loadLibrary, serveProxy } from './next-app.ts';

/**
 * `@frontegg/nextjs` 9.2.10, unmodified, with what it takes of Next.js beside it: its proxy for browsers, its refresh on the server and on
 * the edge, and its exchange in the mode in which tokens stay on the server. The application has another address than the login, and so
 * its own cookies.
 */
let library: Library;
let proxy: Awaited<ReturnType<typeof serveProxy>>;
let port = 0;
const appOrigin = () => proxy.origin;
const clock = new HandClock(new Date());
beforeAll(async () => {
  proxy = await serveProxy(() => library);
});
afterAll(() => proxy?.close());
const open = (settings: Record<string, string>) => async () =>
  openHarness({ clock, settings: { PUBLIC_URL: 'http://localhost:4000', CORS_ORIGINS: appOrigin(), ...settings } });

/** Cookies of one address; a browser has one such jar for the application, and another one for the login. */
class Jar extends Map<string, string> {
  take(lines: string | readonly string[]): void {
    for (const line of typeof lines === 'string' ? lines.split(/, (?=[^;,]+=)/) : lines) {
      const [, name = '', value = ''] = /^\s*([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.delete(name);
      else this.set(name, value);
    }
  }
  get header(): string {
    return [...this].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

const sessionCookie = `fe_session-${clientId.replaceAll('-', '')}`;

function onEdge(jar: Jar, url: string): NextRequest {
  return { url, headers: new Headers({ cookie: jar.header, 'accept-encoding': 'identity' }), credentials: 'include' };
}

/** Opens a page as the server of the application does before it renders it, and keeps the cookies that it sets. */
async function render(jar: Jar): Promise<Session | null> {
  const set: string[][] = [];
  const headers: Record<string, string> = { cookie: jar.header, accept: 'text/html', 'accept-encoding': 'identity' };
  const cookies = Object.fromEntries(jar);
  const res = { getHeader: () => undefined, setHeader: (_: string, value: string[]) => void set.push(value) };
  const session = await library.pages.default({ pathname: '/', req: { url: '/', headers, cookies, socket: {} }, res });
  for (const lines of set) jar.take(lines);
  return session;
}

/** A script of the application asks its own proxy. */
async function viaProxy(jar: Jar, method: string, path: string, body?: object) {
  const answer = await fetch(`${appOrigin()}/api${path}`, {
    method,
    redirect: 'manual',
    headers: { cookie: jar.header, 'content-type': 'application/json', origin: appOrigin(), referer: `${appOrigin()}/some/page?tab=1` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  jar.take(answer.headers.getSetCookie());
  return { status: answer.status, text: await answer.text() };
}

const exchangeBody = ({ verifier, redirectUri }: Asked, code: string) => ({
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
  grant_type: 'authorization_code',
});

describe('with tokens in the browser', () => {
  const harness = useHarness(open({}));
  beforeAll(async () => {
    await openHostedLogin(harness, `${appOrigin()}/oauth/callback`);
    await harness.app.http.listen({ host: 'localhost', port: 0 });
    port = (harness.app.http.server.address() as AddressInfo).port;
    library = loadLibrary({ appUrl: appOrigin(), baseUrl: `http://localhost:${port}`, secure: false });
  });

  async function signedIn(name: string) {
    const { id, email } = await createUserInTenant(harness, name);
    const agent = await signedInBrowser(harness, email);
    const asked = newRequest({ prefix: '/frontegg', verifierLength: 16, parameters: { redirect_uri: `${appOrigin()}/oauth/callback` } });
    const shown = await authorize(agent, asked);
    const jar = new Jar();
    const answer = await viaProxy(jar, 'POST', '/frontegg/oauth/token', exchangeBody(asked, codeOf(shown)));
    return { id, email, agent, jar, answer };
  }

  test('the proxy exchanges the code, and the application has a session of its own from then on', async () => {
    const { id, answer, jar } = await signedIn('next-exchange');
    expect(answer.status).toBe(200);
    expect([...jar.keys()].some((name) => name.startsWith(sessionCookie))).toBe(true);
    expect((await render(jar))?.user).toMatchObject({ sub: id, tenantId: 'next-exchange' });
  });

  test('two tabs whose pages are rendered minutes apart share the session, and nobody is logged out', async () => {
    const { id, jar } = await signedIn('next-tabs');
    for (let turn = 0; turn < 6; turn += 1) {
      clock.advance({ seconds: 61 });
      expect((await render(jar))?.user.sub).toBe(id);
    }
  });

  test('the login goes on at its own address while the application refreshes at its', async () => {
    const { agent, jar } = await signedIn('next-two-jars');
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance({ seconds: 61 });
      expect(await render(jar)).not.toBeNull();
      codeOf(await authorize(agent, newRequest({ parameters: { redirect_uri: `${appOrigin()}/oauth/callback` } })));
    }
  });

  test('a page that was loaded twice with one session cookie, minutes apart, comes back through the login without a question', async () => {
    const { agent, jar } = await signedIn('next-stale');
    const stale = new Jar(jar);
    clock.advance({ seconds: 61 });
    expect(await render(jar)).not.toBeNull();
    clock.advance({ seconds: 61 });
    expect(await render(stale)).toBeNull();
    codeOf(await authorize(agent, newRequest({ parameters: { redirect_uri: `${appOrigin()}/oauth/callback` } })));
  });

  test('the edge refreshes by the cookie of the application', async () => {
    const { id, jar } = await signedIn('next-edge');
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance({ seconds: 61 });
      for (const name of [...jar.keys()]) if (name.startsWith(sessionCookie)) jar.delete(name);
      const checked = await library.edge.checkSessionOnEdge(onEdge(jar, `${appOrigin()}/`));
      expect(checked?.session?.user.sub).toBe(id);
      jar.take(checked?.headers?.['set-cookie'] ?? '');
    }
  });

  test('a silent call by the proxy gets tokens', async () => {
    const { jar } = await signedIn('next-silent');
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance({ seconds: 61 });
      expect((await viaProxy(jar, 'POST', '/frontegg/oauth/authorize/silent', { tenantId: null })).status).toBe(200);
    }
  });

  test('a log-out ends the session by the proxy, and then leads back to the page', async () => {
    const { agent, answer, jar } = await signedIn('next-out');
    const { id_token } = JSON.parse(answer.text) as { id_token: string };
    const { status, text } = await viaProxy(jar, 'GET', '/frontegg/oauth/logout');
    expect([status, text]).toEqual([302, expect.stringContaining('/oauth/logout?post_logout_redirect_uri=')]);
    expect((await me(harness, id_token)).statusCode).toBe(401);
    const { pathname, search } = new URL(text);
    expect((await agent.open(`${pathname}${search}`)).left?.href).toBe(`${appOrigin()}/some/page?tab=1`);
    expect(await render(jar)).toBeNull();
  });
});

/** In this mode the server of the application exchanges the code, with its secret and without the verifier. */
const secureMode = (settings: Record<string, string>) => {
  const harness = useHarness(open(settings));
  beforeAll(async () => {
    await openHostedLogin(harness, `${appOrigin()}/oauth/callback`);
    await harness.app.http.listen({ host: 'localhost', port: 0 });
    port = (harness.app.http.server.address() as AddressInfo).port;
    library = loadLibrary({ appUrl: appOrigin(), baseUrl: `http://localhost:${port}`, secure: true });
  });
  const callBack = async (name: string) => {
    const { id, email } = await createUserInTenant(harness, name);
    const agent = await signedInBrowser(harness, email);
    const asked = newRequest({ verifierLength: 16, parameters: { redirect_uri: `${appOrigin()}/oauth/callback` } });
    const { left } = await authorize(agent, asked);
    const { pathname, searchParams, href } = left ?? new URL(appOrigin());
    expect(library.edge.isHostedLoginCallback(pathname, searchParams)).toBe(true);
    const jar = new Jar();
    const answered = library.edge.handleHostedLoginCallback(onEdge(jar, href), pathname, searchParams);
    return { id, agent, jar, answered };
  };
  return callBack;
};

describe('with tokens on the server only, as the server allows it', () => {
  const callBack = secureMode({ OAUTH_SECRET_WITHOUT_VERIFIER: '1' });

  test('the code is exchanged by the secret, and the session lives on by refreshes on the edge and by the page', async () => {
    const { id, jar, answered } = await callBack('next-secure');
    const { headers, location } = await answered;
    expect(location).toBe(appOrigin());
    jar.take(headers.getSetCookie());
    expect([...jar.keys()].some((name) => name.startsWith(refreshCookie))).toBe(true);
    for (let turn = 0; turn < 3; turn += 1) {
      clock.advance({ seconds: 61 });
      for (const name of [...jar.keys()]) if (name.startsWith(sessionCookie)) jar.delete(name);
      const checked = await library.edge.checkSessionOnEdge(onEdge(jar, `${appOrigin()}/`));
      expect(checked?.session?.user.sub, `turn ${turn}`).toBe(id);
      jar.take(checked?.headers?.['set-cookie'] ?? '');
    }
    expect((await render(jar))?.user.sub).toBe(id);
  });
});

describe('with tokens on the server only, as it is by default', () => {
  const callBack = secureMode({});

  test('the code is not exchanged without its verifier, and nobody is signed in', async () => {
    const { jar, answered } = await callBack('next-secure-refused');
    await expect(answered).rejects.toThrow();
    expect(jar.size).toBe(0);
  });
});

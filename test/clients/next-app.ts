import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import Module, { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { clientId, secret } from '../support/harness.ts';

/** What the library takes of Next.js itself. Next.js is too large to be installed for it. */
class NextResponse {
  readonly location: string | null;
  readonly headers: Headers;
  constructor(location: string | null, headers?: HeadersInit) {
    this.location = location;
    this.headers = new Headers(headers);
  }
  static redirect = (url: string | URL, { headers }: { headers?: HeadersInit } = {}) => new NextResponse(String(url), headers);
  static next = ({ headers }: { headers?: HeadersInit } = {}) => new NextResponse(null, headers);
}

const ofNext: Record<string, unknown> = {
  'next/package.json': { version: '15.5.0' },
  'next/server': { NextResponse },
  'next/router': { useRouter: () => ({}) },
};

export interface NextRequest {
  url: string;
  headers: Headers;
  credentials: 'include';
}

/** The parts of the library that talk to the server. */
export interface Library {
  edge: {
    isHostedLoginCallback(pathname: string, searchParams: URLSearchParams): boolean;
    handleHostedLoginCallback(request: NextRequest, pathname: string, searchParams: URLSearchParams): Promise<NextResponse>;
    checkSessionOnEdge(request: NextRequest): Promise<{ session?: Session; headers?: { 'set-cookie': string } } | undefined>;
  };
  pages: { default(context: { pathname: string; req: object; res: object }): Promise<Session | null> };
  middleware: { FronteggApiMiddleware(request: object, response: object): Promise<void> };
}
export interface Session {
  accessToken: string;
  refreshToken: string;
  user: { sub: string; tenantId: string };
}

/** Loads a copy of the library for an application at `appUrl` in front of the server at `baseUrl`. It reads its settings from the environment. */
export function loadLibrary({ appUrl, baseUrl, secure }: { appUrl: string; baseUrl: string; secure: boolean }): Library {
  Object.assign(process.env, {
    FRONTEGG_APP_URL: appUrl,
    FRONTEGG_BASE_URL: baseUrl,
    FRONTEGG_CLIENT_ID: clientId,
    FRONTEGG_ENCRYPTION_PASSWORD: 'ab'.repeat(32),
    FRONTEGG_HOSTED_LOGIN: 'true',
    FRONTEGG_SECURE_JWT_ENABLED: String(secure),
    FRONTEGG_CLIENT_SECRET: secret,
  });
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const original = loader._load;
  loader._load = (request, ...rest) => ofNext[request] ?? original(request, ...rest);
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) if (path.includes('/@frontegg/nextjs/')) delete require.cache[path];
  try {
    return {
      edge: require('@frontegg/nextjs/edge'),
      pages: require('@frontegg/nextjs/utils/refreshAccessTokenIfNeeded'),
      middleware: require('@frontegg/nextjs/middleware'),
    };
  } finally {
    loader._load = original;
  }
}

/** Serves `/api/frontegg/…` by the proxy of the library, as an application does with one file. */
export async function serveProxy(library: () => Library): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    // What Next.js adds to a request and a response.
    Object.assign(request, { body: text === '' ? undefined : JSON.parse(text) });
    Object.assign(response, { status: (code: number) => Object.assign(response, { statusCode: code }) });
    await library().middleware.FronteggApiMiddleware(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

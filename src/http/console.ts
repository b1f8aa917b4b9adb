import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { HashedFile } from './hashed-files.ts';
import { hashedFile, sendHashedFile } from './hashed-files.ts';

/** The path of the console. Every path below it is a page of the console too, except for its files. */
export const consolePath = '/console';

/** The content security policy of the console. Everything is a file of this server, and nothing is inline. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // The QR code of an enrollment is a picture in the answer.
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

interface Console {
  page: string;
  files: ReadonlyMap<string, HashedFile>;
}

/** What the console knows of the server before it asks. */
export interface ConsoleOptions {
  /** Whether `/dev/outbox` is served. */
  developmentMail: boolean;
}

/** Serves the console to everybody: who may see what is decided where it asks. Its files are read at the first visit. */
export async function mountConsole(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  let loading: Promise<Console> | undefined;
  const load = (): Promise<Console> => {
    loading ??= readConsole(options).catch((error: unknown) => {
      // The next visit tries again, because a build may just be writing the files.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  await app.register(async (scope) => {
    scope.get<{ Params: { name: string } }>(`${consolePath}/assets/:name`, async (request, reply) =>
      sendHashedFile(request, reply, (await load()).files.get(request.params.name)),
    );
    scope.get(`${consolePath}/assets/*`, (_request, reply) => reply.callNotFound());
    for (const url of [consolePath, `${consolePath}/*`]) {
      scope.get(url, async (_request, reply) =>
        reply
          .header('content-security-policy', policy)
          .type('text/html; charset=utf-8')
          .send((await load()).page),
      );
    }
  });
}

/** Reads the built files. They lie beside what is built of this file, or in `dist` if this file runs as it is. */
async function readConsole({ developmentMail }: ConsoleOptions): Promise<Console> {
  const builtFromHere = import.meta.url.endsWith('.ts') ? '../../dist/console/' : '../console/';
  const folder = new URL(builtFromHere, import.meta.url);
  const [html, names] = await Promise.all([readFile(new URL('index.html', folder), 'utf8'), readdir(fileURLToPath(new URL('assets/', folder)))]);
  const files = await Promise.all(
    names.map(async (name) => [name, await hashedFile(name, await readFile(new URL(`assets/${name}`, folder)))] as const),
  );
  const page = developmentMail ? html.replace('<head>', '<head>\n    <meta name="development-mail" content="served">') : html;
  return { page, files: new Map(files) };
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Visitor } from '../../http/developer-access.ts';
import { sendHashedFile } from '../../http/hashed-files.ts';
import type { GraphiqlAssets } from './assets.ts';
import { loadAssets } from './assets.ts';
import { tabs } from './tabs.ts';

/** The path of GraphQL, which GraphiQL calls. */
export const graphqlPath = '/graphql';
/** The path of the page. */
export const pagePath = '/graphiql';

/** The content security policy of the page. Scripts are files of this server and never inline. Styles may be inline, because the editor computes them. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Who may use GraphiQL. */
export interface GraphiqlVisits {
  /** True if everybody may. Only the developer gets headers with a token. */
  open: boolean;
  /** Tells who visits the page. */
  visitor(request: FastifyRequest, reply: FastifyReply): Visitor;
  /** Makes the headers that the page of the developer starts with. */
  developerHeaders(): Promise<Record<string, string>>;
}

/** Tells whether there is a page for the sender. */
export const mayVisit = ({ open, visitor }: Pick<GraphiqlVisits, 'open' | 'visitor'>, request: FastifyRequest, reply: FastifyReply): boolean =>
  open || visitor(request, reply) !== 'STRANGER';

/** Serves GraphiQL without any remote file. Its nine megabytes are read at the first visit, and browsers cache them for good. */
export async function mountGraphiql(app: FastifyInstance, { open, visitor, developerHeaders }: GraphiqlVisits): Promise<void> {
  let loading: Promise<GraphiqlAssets> | undefined;
  const assets = () => (loading ??= loadAssets(pagePath));

  await app.register(async (scope) => {
    scope.get(pagePath, async (request, reply) => {
      const who = visitor(request, reply);
      // The address without the key, which is spent, is the one to come back to.
      if (who === 'ENTERED') return reply.redirect(pagePath, 303);
      if (who === 'STRANGER' && !open) return reply.callNotFound();
      reply.header('content-security-policy', policy);
      if (who === 'LOCAL' && !open) return reply.code(403).type('text/html; charset=utf-8').send(closedPage);
      const { urls } = await assets();
      const headers = JSON.stringify(who === 'ADMITTED' ? await developerHeaders() : {}, null, 2);
      return reply
        .type('text/html; charset=utf-8')
        .send(page(urls, { endpoint: graphqlPath, headers, defaultTabs: tabs.map((tab) => ({ ...tab, headers })) }));
    });
    scope.get<{ Params: { name: string } }>(`${pagePath}/:name`, async (request, reply) => {
      if (!mayVisit({ open, visitor }, request, reply)) return reply.callNotFound();
      return sendHashedFile(request, reply, (await assets()).files.get(request.params.name));
    });
  });
}

const icon =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Cpath fill="%23e10098" d="M8 1l6 3.5v7L8 15l-6-3.5v-7z"/%3E%3C/svg%3E';

/** What the page says to a browser that has not opened the link. */
const closedPage = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Sallyport GraphiQL</title></head>
  <body>
    <p>Open the link to GraphiQL that the server printed when it started. It works once, in one browser. A new start prints a new one.</p>
  </body>
</html>
`;

/** The page. Its options are data and no script, and nothing in them can end their element. */
const page = (urls: GraphiqlAssets['urls'], options: object): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sallyport GraphiQL</title>
    <link rel="icon" href='${icon}'>
    <link rel="stylesheet" href="${urls.css}">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root" style="height: 100vh"></div>
    <script type="application/json" id="options">${JSON.stringify({ ...options, workers: urls.workers }).replaceAll('<', '\\u003c')}</script>
    <script defer src="${urls.start}"></script>
    <script defer src="${urls.graphiql}"></script>
  </body>
</html>
`;

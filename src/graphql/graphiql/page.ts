import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Visitor } from '../../http/developer-access.ts';
import { sendHashedFile } from '../../http/hashed-files.ts';
import type { GraphiqlAssets } from './assets.ts';
import { loadAssets } from './assets.ts';
import { carried } from './carried.ts';
import type { TabStart } from './tabs.ts';
import { headersText, tabsFor } from './tabs.ts';

/** The path of GraphQL, which GraphiQL calls. */
export const graphqlPath = '/graphql';
/** The path of the page. */
export const pagePath = '/graphiql';

/**
 * The content security policy of the page. Scripts are files of this server and never inline.
 * Styles may be inline, because the editor computes them.
 */
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
  /** Answers a program on this machine that has not shown that it is the developer. */
  turnAway(reply: FastifyReply): FastifyReply;
  /** Makes what the page of the developer starts with: headers with a token, and the id of a user, or null if there is none. */
  developerStart(): Promise<TabStart>;
}

/** Tells whether there is a page for the sender. */
export const mayVisit = ({ open, visitor }: Pick<GraphiqlVisits, 'open' | 'visitor'>, request: FastifyRequest, reply: FastifyReply): boolean =>
  open || visitor(request, reply) !== 'STRANGER';

/** Serves GraphiQL without any remote file. Its nine megabytes are read at the first visit, and browsers cache them for good. */
export async function mountGraphiql(app: FastifyInstance, { open, visitor, turnAway, developerStart }: GraphiqlVisits): Promise<void> {
  let loading: Promise<GraphiqlAssets> | undefined;
  const assets = () => (loading ??= loadAssets(pagePath));

  await app.register(async (scope) => {
    scope.get(pagePath, async (request, reply) => {
      const who = visitor(request, reply);
      // The address without the key, which is spent, is the one to come back to.
      if (who === 'ENTERED') return reply.redirect(pagePath, 303);
      if (who === 'STRANGER' && !open) return reply.callNotFound();
      if (who === 'LOCAL' && !open) return turnAway(reply);
      const { urls } = await assets();
      const start = who === 'ADMITTED' ? await developerStart() : { headers: {}, userId: null };
      return reply
        .header('content-security-policy', policy)
        .type('text/html; charset=utf-8')
        .send(page(urls, { endpoint: graphqlPath, headers: headersText(start.headers), defaultTabs: tabsFor(start), carried }));
    });
    scope.get<{ Params: { name: string } }>(`${pagePath}/:name`, async (request, reply) => {
      if (!mayVisit({ open, visitor }, request, reply)) return reply.callNotFound();
      return sendHashedFile(request, reply, (await assets()).files.get(request.params.name));
    });
  });
}

const icon =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E%3Cpath fill="%23e10098" d="M8 1l6 3.5v7L8 15l-6-3.5v-7z"/%3E%3C/svg%3E';

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

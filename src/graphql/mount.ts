import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { useDisableIntrospection } from '@graphql-yoga/plugin-disable-introspection';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import { DomainError } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import type { Call } from '../http/call.ts';
import type { UnavailableLog } from '../http/unavailable-log.ts';
import type { Services } from '../services/index.ts';
import { refuse } from './builder/bad-request.ts';
import { createContext } from './builder/context.ts';
import { answerHostErrors } from './errors/http.ts';
import { finishErrors, publicError } from './errors/response.ts';
import type { GraphiqlVisits } from './graphiql/page.ts';
import { graphqlPath, mayVisit, mountGraphiql, pagePath } from './graphiql/page.ts';
import { createDocumentCache } from './limits/document-cache.ts';
import { limitPlugins } from './limits/limits.ts';
import { schema, schemaSdl } from './schema.ts';
import type { PlainRequest } from './short-way.ts';
import { createShortWay } from './short-way.ts';

/** What the GraphQL surface needs of the host. */
export interface GraphqlOptions {
  services: Services;
  log: Log;
  unavailable: UnavailableLog;
  /** Tells whether the sender may read the schema, by introspection and at `/schema.graphql`. */
  mayIntrospect(request: FastifyRequest): boolean;
  /** Who may use the GraphiQL page, or null for no page. */
  graphiql: GraphiqlVisits | null;
}

interface ServerContext {
  call: Call;
  mayIntrospect: boolean;
  /** What the short way has executed already. */
  executed?: ExecutionResult;
}

/** Serves the schema at `POST /graphql`. Nothing executes by any other path or method. */
export async function mountGraphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const documents = createDocumentCache();
  const shortWay = createShortWay(schema, documents, options.services);
  const yoga = createYoga<ServerContext>({
    schema,
    graphqlEndpoint: graphqlPath,
    context: ({ call }) => createContext(call, options.services),
    maskedErrors: { isDev: false, maskError: publicError },
    // Yoga's own cache keeps 1024 documents of any size, and the errors of as many others.
    parserAndValidationCache: false,
    plugins: [
      documents.plugin,
      ...limitPlugins(),
      useCSRFPrevention(),
      useDisableIntrospection({ isDisabled: (_request, { mayIntrospect }) => mayIntrospect !== true }),
      executedPlugin,
      errorPlugin(options),
    ],
    // The host decides on body size and CORS. The other features are off because nobody needs them.
    maxRequestBodySize: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });

  await app.register(async (scope) => {
    answerHostErrors(scope);
    scope.post(graphqlPath, { config: { largeBody: true } }, async (request, reply) => {
      const body = readBody(request.body);
      request.call.operation = nameOf(body.operationName);
      request.call.origin.transport = 'GRAPHQL';
      const mayIntrospect = options.mayIntrospect(request);
      const accept = acceptOf(request.headers.accept);
      // Who asks is found out before, so that the scope of each field is judged at once. A refusal is answered where a field needs to know.
      await request.call.actor().catch(() => undefined);
      const executed = await shortWay(body, mayIntrospect, request.call);
      if (executed !== null && executed.errors === undefined) return sendData(reply, accept, executed);
      // Only these headers are passed on, so that Yoga neither judges the host again nor answers by streams.
      const headers = { 'content-type': mediaTypeOf(request.headers['content-type']), accept };
      const answer = await yoga.handleNodeRequestAndResponse({ method: 'POST', url: graphqlPath, hostname: 'localhost', headers, body }, reply.raw, {
        call: request.call,
        mayIntrospect,
        ...(executed === null ? {} : { executed }),
      });
      return send(reply, answer);
    });
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: graphqlPath,
      // Before the body is read, so that its format does not matter.
      onRequest: async (request, reply) => {
        const browses = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
        if (browses && options.graphiql !== null && mayVisit(options.graphiql, request, reply)) return reply.redirect(pagePath);
        reply.header('allow', 'POST');
        throw new DomainError('METHOD_NOT_ALLOWED');
      },
      handler: (_request, reply) => reply.callNotFound(),
    });
    scope.get('/schema.graphql', async (request, reply) =>
      options.mayIntrospect(request) ? reply.type('text/plain; charset=utf-8').send(`${schemaSdl()}\n`) : reply.callNotFound(),
    );
  });
  if (options.graphiql !== null) await mountGraphiql(app, options.graphiql);
}

/** Adds the request id to every error, and its code to those of parsing and validation. */
const errorPlugin = (logs: Pick<GraphqlOptions, 'log' | 'unavailable'>): Plugin<object, ServerContext> => ({
  onResultProcess({ result, setResult, serverContext }) {
    if (!('errors' in result) || result.errors === undefined) return;
    setResult({ ...result, errors: finishErrors(result.errors, serverContext.call, logs) });
  },
});

/** Takes over what the short way has executed, so that Yoga only words its errors. */
const executedPlugin: Plugin<object, ServerContext> = {
  onParams({ setResult, context }) {
    const { executed } = context as ServerContext;
    if (executed !== undefined) setResult(executed);
  },
};

/**
 * Returns the body if it is an object with a document. Arrays would be batches, and for a body that is no object Yoga would
 * answer with texts of its parser.
 */
function readBody(body: unknown): PlainRequest {
  if (typeof body === 'object' && body !== null && !Array.isArray(body) && 'query' in body && typeof body.query === 'string')
    return { ...body, query: body.query };
  return refuse('The body must be a JSON object with the document in `query`.');
}

/** Returns the operation name if it looks like one. The author of the document chose it, so it may be logged; other text could be a secret. */
const nameOf = (operationName: unknown): string | undefined =>
  typeof operationName === 'string' && /^[A-Za-z_]\w{0,99}$/.test(operationName) ? operationName : undefined;

/** Returns the media type without parameters, for Yoga's check against forged requests. The host has read the body by this type. */
const mediaTypeOf = (contentType: string | undefined): string => (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const newMediaType = 'application/graphql-response+json';
const acceptOf = (accept: string | undefined): string => (accept?.includes(newMediaType) === true ? newMediaType : 'application/json');

/** Answers with a result without errors as Yoga does. */
const sendData = (reply: FastifyReply, mediaType: string, result: ExecutionResult): FastifyReply =>
  reply.header('content-type', `${mediaType}; charset=utf-8`).send(JSON.stringify(result));

async function send(reply: FastifyReply, answer: Response): Promise<FastifyReply> {
  answer.headers.forEach((value, name) => {
    void reply.header(name, value);
  });
  return reply.code(answer.status).send(await answer.text());
}

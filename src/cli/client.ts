import type { Document, RefusedResult, Result } from './documents/document.ts';
import { authenticateEnvironment } from './documents/environment.ts';
import { Failure, Unreachable } from './failure.ts';

/** How long an answer may take. A simulation reads everybody, so it takes as long as it needs. */
const answerSeconds = 60;

/** Where the server is, who asks, and in which tenant. */
export interface Connection {
  /** The URL of the server, without a path. */
  url: URL;
  clientId: string;
  secret: string;
  /** The tenant that all requests act in. Null acts in the whole environment. */
  tenantId: string | null;
}

/** Asks a server over GraphQL. */
export interface Client {
  /** Returns the data of the answer. Throws a `Failure` with one sentence for anything else. */
  ask<Data, Variables extends object>(document: Document<Data, Variables>, variables: Variables, patience?: { unlimited: boolean }): Promise<Data>;
}

interface Answer<Data> {
  data?: Data | null;
  errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** Makes the client. The token is asked for once, at the first request, and again only when it has expired. */
export function createClient({ url, clientId, secret, tenantId }: Connection): Client {
  const endpoint = new URL(url);
  endpoint.pathname = `${endpoint.pathname.replace(/\/+$/, '')}/graphql`;
  let token: Promise<string> | null = null;

  const send = async <Data>(text: string, variables: object, headers: Record<string, string>, unlimited: boolean): Promise<Answer<Data>> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
      ...(unlimited ? {} : { signal: AbortSignal.timeout(answerSeconds * 1_000) }),
    };
    let response: Response;
    let body: string;
    try {
      response = await fetch(endpoint, init);
      body = await response.text();
    } catch (error) {
      throw notReached(endpoint.origin, error);
    }
    const answer = answerIn<Data>(body);
    if (answer === null) throw strangerAt(endpoint, response.status);
    if (response.status === 503) throw new Unreachable(answer.errors?.[0]?.message ?? 'The server is too busy.');
    return answer;
  };

  const authenticate = async (): Promise<string> => {
    const answer = await send<{ authenticateEnvironment: Result<{ accessToken: string }> }>(
      authenticateEnvironment.text,
      { input: { clientId, secret } },
      {},
      false,
    );
    const result = dataOf(answer).authenticateEnvironment;
    if (result.__typename === 'EnvironmentCredentialsInvalidError') {
      throw new Failure('The server does not accept the client id and the secret: check SALLYPORT_CLIENT_ID, and SALLYPORT_SECRET or --secret-file.');
    }
    return successOf(result).accessToken;
  };

  const tokenNow = (): Promise<string> => {
    token ??= authenticate().catch((error: unknown) => {
      token = null;
      throw error;
    });
    return token;
  };

  return {
    async ask(document, variables, { unlimited } = { unlimited: false }) {
      const once = async () =>
        send<never>(
          document.text,
          variables,
          { authorization: `Bearer ${await tokenNow()}`, ...(tenantId === null ? {} : { 'frontegg-tenant-id': tenantId }) },
          unlimited,
        );
      let answer = await once();
      if (answer.errors?.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) {
        token = null;
        answer = await once();
      }
      return dataOf(answer);
    },
  };
}

/** Returns the success of a union, or throws its error as a sentence. */
export function successOf<Success extends object>(result: Result<Success>): Success {
  if (result.code === undefined) return result;
  throw new Failure(sentenceOf(result as RefusedResult));
}

function sentenceOf({ message, issues = [], retryAfterSeconds, reason }: RefusedResult): string {
  if (reason !== undefined) return `${message} It ${reason}.`;
  if (retryAfterSeconds !== undefined) return `${message} Try again in ${retryAfterSeconds} seconds.`;
  const fields = issues.map(({ path, message: what }) => {
    const field = path.slice(1).join('.');
    return what.startsWith(field) ? what : `${field} ${what}`;
  });
  return fields.length === 0 ? message : `The server refuses the input: ${fields.join('; ')}.`;
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  if (errors?.[0] !== undefined) throw new Failure(errors[0].message);
  if (data == null) throw new Failure('The server gave an empty answer.');
  return data;
}

/** Returns the answer that a text is. Null if no GraphQL server wrote it; the errors of REST are bare texts. */
function answerIn<Data>(text: string): Answer<Data> | null {
  try {
    const { data, errors } = JSON.parse(text) as Partial<Answer<Data>>;
    return data !== undefined || typeof errors?.[0]?.message === 'string'
      ? { ...(data === undefined ? {} : { data }), ...(errors && { errors }) }
      : null;
  } catch {
    return null;
  }
}

const strangerAt = ({ origin, pathname }: URL, status: number): Failure =>
  new (status >= 500 ? Unreachable : Failure)(
    `What answers at ${origin}${pathname} is not Sallyport's GraphQL (status ${status}): check --url or SALLYPORT_URL.`,
  );

/** Says that nobody answered. The text of the error may quote what was sent, so only its code is said. */
function notReached(origin: string, error: unknown): Unreachable {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new Unreachable(`The server at ${origin} did not answer within ${answerSeconds} seconds.`);
  }
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return new Unreachable(`No server answers at ${origin}${code}: start it, or name another one by --url or SALLYPORT_URL.`);
}

import { Agent, request } from 'node:http';

/** An HTTP request, with everything that a claim may want to get wrong. */
export interface Call {
  method?: string;
  /** Path and query. */
  path: string;
  /** Sent as JSON; a Buffer or a string is sent as it is. */
  body?: unknown;
  headers?: Record<string, string | string[]>;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  milliseconds: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 512 });

/** Ends the connections that are kept for later requests. */
export const closeConnections = (): void => agent.destroy();

/**
 * Sends a request to a server on this machine. A connection that breaks rejects, but where the server has closed a kept
 * connection before it got the request, the request is sent once more, on a connection of its own.
 */
export function sendTo(url: string, { method, path, body, headers = {}, signal }: Call, again = false): Promise<Answer> {
  const payload = body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url + path,
      {
        agent: again ? false : agent,
        method: method ?? (payload === undefined ? 'GET' : 'POST'),
        headers: {
          ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
        ...(signal === undefined ? {} : { signal }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString(),
            milliseconds: performance.now() - startedAt,
          }),
        );
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (again || !outgoing.reusedSocket || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) return reject(error);
      const call = { path, body, headers, ...(method === undefined ? {} : { method }), ...(signal === undefined ? {} : { signal }) };
      return resolve(sendTo(url, call, true));
    });
    outgoing.end(payload);
  });
}

/** The parsed body; null where it is no JSON. Untyped, as a client's JSON is. */
// biome-ignore lint/suspicious/noExplicitAny: callers say what is in it
export function jsonOf(answer: Answer): any {
  try {
    return JSON.parse(answer.text);
  } catch {
    return null;
  }
}

/** How a server of either transport answered: it did what was asked, refused it, or met a fault of its own. */
export type Verdict = 'accepted' | 'refused' | 'fault';

/** Whether a status says that the server failed. By 501 it refuses a feature that it does not have. */
export const isFault = ({ status }: Answer): boolean => status >= 500 && status !== 501;

/** Sorts an answer. Over GraphQL the status says nothing: a success is the member of the union whose name ends in `Success` or `Challenge`. */
export function verdictOf(answer: Answer): Verdict {
  if (isFault(answer)) return 'fault';
  const { data, errors = [] } = (jsonOf(answer) ?? {}) as {
    data?: Record<string, { __typename?: string; code?: string } | null> | null;
    errors?: unknown[];
  };
  const [field] = Object.values(data ?? {});
  const codes = [...errors.map((error) => (error as { extensions?: { code?: string } } | null)?.extensions?.code), field?.code];
  if (codes.some((code) => code === 'INTERNAL' || code === 'UNAVAILABLE')) return 'fault';
  if (answer.status >= 400 || errors.length > 0) return 'refused';
  return data === undefined || /(Success|Challenge)$/.test(field?.__typename ?? '') ? 'accepted' : 'refused';
}

/** Counts of answers by verdict, in the words of an outcome. */
export function tally(answers: readonly Answer[]): { attempted: number; accepted: number; refused: number; errors5xx: number } {
  const of = (verdict: Verdict): number => answers.filter((answer) => verdictOf(answer) === verdict).length;
  return { attempted: answers.length, accepted: of('accepted'), refused: of('refused'), errors5xx: of('fault') };
}

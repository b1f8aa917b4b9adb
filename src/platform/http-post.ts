import { DeliveryFailure } from '../domain/messaging/message.ts';

/** The timeout of a post. It has to be shorter than the time for which a process reserves an outbox entry. */
const defaultTimeoutMilliseconds = 10_000;
/** The longest response body that is read. Responses of providers are shorter. */
const maxAnswerBytes = 65_536;

/** A request to a provider. */
export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMilliseconds?: number;
}

/** The response of a provider. */
export interface Answer {
  status: number;
  /** The parsed body. Null if it is not JSON or too long. */
  json: unknown;
  /** Seconds to wait from `Retry-After`, in either of its two forms (RFC 9110 §10.2.3). Null without that header. */
  retryAfterSeconds: number | null;
}

/**
 * Posts to a provider and returns its response. A timeout, a broken connection or a redirect throws a `DeliveryFailure`
 * that is worth retrying. Its text contains neither the address nor the content, because it is logged.
 */
export async function post({ url, headers, body, timeoutMilliseconds = defaultTimeoutMilliseconds }: Post): Promise<Answer> {
  try {
    // A redirect would send the code to an address that nobody configured.
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(timeoutMilliseconds) });
    return { status: response.status, json: parsed(await textOf(response)), retryAfterSeconds: retryAfter(response.headers) };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    throw new DeliveryFailure(timedOut ? 'PROVIDER_SILENT' : 'PROVIDER_UNREACHABLE', { final: false });
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxAnswerBytes) return '';
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAfter(headers: Headers): number | null {
  const value = headers.get('retry-after') ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const [at, now] = [Date.parse(value), Date.parse(headers.get('date') ?? '')];
  // The date is compared with the provider's own clock, because ours may differ.
  return Number.isNaN(at) || Number.isNaN(now) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}

/** Tells whether the same request may succeed later (RFC 9110 §15). */
export const isWorthRetrying = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

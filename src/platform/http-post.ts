import { DeliveryFailure } from '../domain/messaging/message.ts';

/** Well within the lease of an outbox entry. */
const defaultTimeoutMilliseconds = 10_000;
/** More than any provider's answer; the rest of an endless one is not read. */
const maxAnswerBytes = 65_536;

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMilliseconds?: number;
}

export interface Answer {
  status: number;
  /** The body, if it is JSON; else null. */
  json: unknown;
  /** From `Retry-After`, whichever of its two forms it has (RFC 9110 §10.2.3); null without one. */
  retryAfterSeconds: number | null;
}

/**
 * Posts to a provider and reads a bounded answer. Silence, a broken connection and a redirect are failures worth another
 * try; their texts name neither address nor content, because they are logged.
 */
export async function post({ url, headers, body, timeoutMilliseconds = defaultTimeoutMilliseconds }: Post): Promise<Answer> {
  try {
    // A redirect would carry the code to an address nobody configured.
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
  // Measured by the provider's own clock; a date without one is no duration.
  return Number.isNaN(at) || Number.isNaN(now) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}

/** Whether the same request may fare better later (RFC 9110 §15). */
export const isWorthRetrying = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

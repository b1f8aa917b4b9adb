import type { FastifyReply, FastifyRequest } from 'fastify';
import { en } from '../messages/en.ts';
import type { FieldName, Problem } from '../problem.ts';
import { fieldNames } from '../problem.ts';
import type { Notice } from '../view.ts';

/** What a posted form has to say on the page that the browser is sent to next. */
export interface Flash {
  problem?: Problem;
  notice?: Notice;
  /** True once a message is on its way, whether or not there is anybody to receive it. */
  sent?: true;
  /** What the person typed, so that nobody types it twice. Never a secret. */
  typed?: Partial<Record<FieldName, string>>;
}

const lifetimeSeconds = 60;
const mostCharacters = 300;
const attributes = { httpOnly: true, secure: true, path: '/oauth/account', sameSite: 'lax' } as const;
const nameOf = (handle: string): string => `fe_flash_${handle}`;

/** Keeps a message for the next page. `handle` is that of the interaction, or the name of a page without one. */
export function keepFlash(reply: FastifyReply, handle: string, flash: Flash): void {
  if (Object.keys(flash).length === 0) return;
  reply.setCookie(nameOf(handle), Buffer.from(JSON.stringify(flash)).toString('base64url'), { ...attributes, maxAge: lifetimeSeconds });
}

/** Returns the message for this page, and forgets it. Whatever else a browser may have sent is no message. */
export function takeFlash(request: FastifyRequest, reply: FastifyReply, handle: string): Flash {
  const kept = request.cookies[nameOf(handle)];
  if (kept === undefined) return {};
  reply.clearCookie(nameOf(handle), attributes);
  try {
    return readFlash(JSON.parse(Buffer.from(kept, 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}

function readFlash(value: unknown): Flash {
  if (typeof value !== 'object' || value === null) return {};
  const { problem, notice, sent, typed } = value as Record<string, unknown>;
  const known = typeof notice === 'string' && `notice.${notice}` in en;
  const read = readProblem(problem);
  return {
    ...(read === null ? {} : { problem: read }),
    ...(known ? { notice: notice as Notice } : {}),
    ...(sent === true ? { sent } : {}),
    ...(typeof typed === 'object' && typed !== null ? { typed: readTyped(typed as Record<string, unknown>) } : {}),
  };
}

function readProblem(value: unknown): Problem | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, field, ...values } = value as Record<string, unknown>;
  const numbers = Object.values(values).every((one) => one === null || Number.isSafeInteger(one));
  if (typeof code !== 'string' || !(`problem.${code}` in en) || !numbers) return null;
  const named = fieldNames.find((name) => name === field);
  // The server made it, and a value that its text lacks is said as none.
  return { attempts: null, seconds: 1, min: 0, max: 0, ...values, code, ...(named === undefined ? {} : { field: named }) } as unknown as Problem;
}

const readTyped = (typed: Record<string, unknown>): Partial<Record<FieldName, string>> =>
  Object.fromEntries(
    fieldNames.flatMap((name) => {
      const text = typed[name];
      return typeof text === 'string' && text.length <= mostCharacters ? [[name, text]] : [];
    }),
  );

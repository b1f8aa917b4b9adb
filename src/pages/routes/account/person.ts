import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, UserActor } from '../../../domain/access/actor.ts';
import { accountPath } from '../../../domain/oauth/account-page.ts';
import type { Progress } from '../../../services/oauth/authorization.ts';
import { stepPaths } from '../../step-paths.ts';
import type { FormTarget } from '../../view.ts';
import type { PagesNeeds } from '../needs.ts';

/** Somebody who is signed in and looks at the own account. */
export interface Person {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller<UserActor>;
  /** Value of the cookie of the session. */
  refreshToken: string;
}

/** Returns who is signed in in the browser. Null if nobody is. */
export async function findPerson(request: FastifyRequest, reply: FastifyReply, { services, cookies }: PagesNeeds): Promise<Person | null> {
  const refreshToken = cookies.refreshToken(request);
  const actor = refreshToken === null ? null : await services.browserSessions.signedIn(request.call.stranger, { refreshToken });
  if (refreshToken === null || actor === null) return null;
  return { request, reply, caller: { actor, origin: { ...request.call.origin, transport: 'PAGE' } }, refreshToken };
}

/** Returns the path of a part of the account page, with what it is about. */
export function partAt(name: string, about: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(about).toString();
  return `${accountPath}${name === '' ? '' : `/${name}`}${query === '' ? '' : `?${query}`}`;
}

/** Returns where the forms go that a part of the account page takes. No other part, and no other session, takes them. */
export async function formTo(
  { caller }: Person,
  { services }: PagesNeeds,
  name: string,
  about: Readonly<Record<string, string>> = {},
): Promise<FormTarget> {
  return { action: partAt(name, about), token: await services.browserSessions.formToken(caller, { page: name }) };
}

/** What a parameter of an address may be: an id, a place in a list, or the name of a choice. */
const parameterForm = /^[\w-]{1,100}$/;

/** Returns a parameter of the address. Null if it is absent, stands there twice, or is nothing that these pages have made. */
export function parameterOf({ query }: Pick<FastifyRequest, 'query'>, name: string): string | null {
  const value = (query as Record<string, unknown>)[name];
  return typeof value === 'string' && parameterForm.test(value) ? value : null;
}

/** Sends the browser to the step that an interaction has begun with, or back. */
export function followProgress(request: FastifyRequest, reply: FastifyReply, progress: Progress, { interactionCookies }: PagesNeeds): FastifyReply {
  if (progress.kind === 'ANSWER') return reply.redirect(progress.location, 303);
  const handle = interactionCookies.begin(request, reply, progress.token);
  return reply.redirect(`${stepPaths[progress.step]}?i=${handle}`, 303);
}

/** Returns how many seconds have passed since a moment. */
export const secondsSince = (at: Date, { clock }: Pick<PagesNeeds, 'clock'>): number =>
  Math.max(0, Math.floor((clock.now().getTime() - at.getTime()) / 1_000));

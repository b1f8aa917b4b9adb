import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Nobody } from '../../domain/access/actor.ts';
import { DomainError } from '../../domain/errors.ts';
import type { ShownInteraction } from '../../services/oauth/interactions.ts';
import { stepPaths } from '../step-paths.ts';
import type { FormTarget } from '../view.ts';
import type { Flash } from './flash.ts';
import type { PagesNeeds } from './needs.ts';
import type { Surroundings } from './send.ts';

/** Somebody who is at a page of an interaction, with the browser that began it. */
export interface Visit {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller<Nobody>;
  /** Stands in the addresses of the pages. */
  handle: string;
  /** Value of the cookie. */
  token: string;
  shown: ShownInteraction;
}

/**
 * Returns the interaction that the address and the cookie name. Null if there is none, or it has ended or expired. While hosted login is
 * switched off, no page is there. Errors: `NOT_FOUND`.
 */
export async function findVisit(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds): Promise<Visit | null> {
  const caller = request.call.stranger;
  await needs.services.hostedLogin.requireActive(caller);
  const found = needs.interactionCookies.read(request);
  if (found === null) return null;
  try {
    return { request, reply, caller, ...found, shown: await needs.services.interactions.read(caller, { token: found.token }) };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'INTERACTION_EXPIRED') throw error;
    needs.interactionCookies.end(reply, found.handle);
    return null;
  }
}

/** Returns the address of a page with the handle of the interaction and, where it has to say more, with that. */
export const addressOf = ({ handle }: Pick<Visit, 'handle'>, path: string, more: Readonly<Record<string, string>> = {}): string =>
  `${path}?${new URLSearchParams({ i: handle, ...more })}`;

/** Returns the address of the page of the step that the interaction has come to. */
export const stepAddress = (visit: Visit): string => addressOf(visit, stepPaths[visit.shown.step]);

/** Returns where the forms of a page go: to the page itself. */
export const formOf = (visit: Visit, more: Readonly<Record<string, string>> = {}): FormTarget => ({
  action: addressOf(visit, stepPaths[visit.shown.step], more),
  token: visit.shown.formToken,
});

/** Returns a parameter of the address that names a choice of the person. Null if it is absent or stands there twice. */
export function choiceOf({ request }: Pick<Visit, 'request'>, name: string): string | null {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Returns what surrounds a page of the interaction. The time that is left is that of the second factor where one is asked for. */
export function surroundingsOf({ shown }: Visit, { clock }: PagesNeeds, flash: Flash): Surroundings {
  const ends = Math.min(shown.expiresAt.getTime(), shown.challenge?.expiresAt.getTime() ?? Number.POSITIVE_INFINITY);
  const minutesLeft = Math.max(1, Math.floor((ends - clock.now().getTime()) / 60_000));
  return { flash, minutesLeft, locales: shown.request.locales, redirectUri: shown.request.redirectUri };
}

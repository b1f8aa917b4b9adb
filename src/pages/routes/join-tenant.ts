import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../domain/errors.ts';
import { accountPath } from '../../domain/oauth/account-page.ts';
import { stepPaths } from '../step-paths.ts';
import { joinTenant } from '../views/join-tenant.tsx';
import type { PagesNeeds } from './needs.ts';
import type { PlainPage, PlainVisit } from './plain-page.ts';
import { pageOf } from './send.ts';
import { addressOf } from './visit.ts';

const path = `${accountPath}/invitation`;
const cookie = 'fe_join';
const lifetimeSeconds = 1_800;
const attributes = { httpOnly: true, secure: true, path, sameSite: 'lax' } as const;

/** Returns the token in the address. Null if there is none. */
function tokenIn({ query }: FastifyRequest): string | null {
  const { token } = query as Record<string, unknown>;
  return typeof token === 'string' && /^[\w-]{1,200}$/.test(token) ? token : null;
}

/** Moves the token from the address, which stands in histories and logs, into a cookie, and returns the page to go on to. */
function keepToken(reply: FastifyReply, token: string): { to: string } {
  reply.setCookie(cookie, token, { ...attributes, maxAge: lifetimeSeconds });
  return { to: path };
}

/** Returns the name of the tenant that the link leads to. Null if it does not work. */
export async function tenantOfLink(token: string | null, { request, caller }: Pick<PlainVisit, 'request' | 'caller'>, { services }: PagesNeeds) {
  if (token === null) return null;
  await request.call.takeFromAddress('INVITATION_CHECK');
  try {
    return (await services.invitationLinks.check(caller, { token })).tenantName;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'INVITATION_NOT_FOUND') return null;
    throw error;
  }
}

/**
 * The page of an invitation link. It joins nobody: it begins a sign-in that brings the token along. The cookie stays, so that somebody who goes
 * back finds the other way in.
 */
export const joinTenantPage: PlainPage = {
  path,
  ofSignIn: false,
  async show(visit, needs) {
    await needs.services.hostedLogin.requireActive(visit.caller);
    const opened = tokenIn(visit.request);
    if (opened !== null) return keepToken(visit.reply, opened);
    const tenant = await tenantOfLink(visit.request.cookies[cookie] ?? null, visit, needs);
    const { allowSignups } = await needs.services.environment.publicSettings(visit.caller);
    return pageOf(joinTenant, { form: visit.form, tenant, signUp: allowSignups });
  },
  async act({ request, reply, caller }, fields, needs) {
    const invitationToken = request.cookies[cookie];
    if (invitationToken === undefined) return { flash: {} };
    await request.call.takeFromAddress('AUTHORIZE');
    const progress = await needs.services.accountVisits.begin(caller, { path: accountPath, invitationToken });
    if (progress.kind === 'ANSWER') return { to: progress.location };
    const handle = needs.interactionCookies.begin(request, reply, progress.token);
    return { to: addressOf({ handle }, fields.text('action') === 'signUp' ? '/oauth/account/sign-up' : stepPaths[progress.step]) };
  },
};

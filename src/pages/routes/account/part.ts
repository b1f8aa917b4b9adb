import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../../domain/errors.ts';
import type { Progress } from '../../../services/oauth/authorization.ts';
import type { Problem } from '../../problem.ts';
import type { Fields } from '../fields.ts';
import { readFields } from '../fields.ts';
import type { Flash } from '../flash.ts';
import { keepFlash, takeFlash } from '../flash.ts';
import type { PagesNeeds } from '../needs.ts';
import { requireOwnPage } from '../own-form.ts';
import { problemOf, staysOnPage } from '../problems.ts';
import type { Page } from '../send.ts';
import { sendPage } from '../send.ts';
import type { Person } from './person.ts';
import { findPerson, followProgress, parameterOf, partAt } from './person.ts';

/** What a form leads to: another part of the account page, or an interaction. */
export type AccountOutcome = { to: string; flash?: Flash } | Progress;

/** A part of the account page. */
export interface AccountPart {
  /** The end of its path. Empty for the account page itself. */
  name: string;
  /** Parameters of its address, which it keeps while the person signs in or proves a factor. */
  parameters?: readonly string[];
  /** Whether the person has to have proven a factor lately to see it, because its form needs that. */
  sensitive?: true;
  show(person: Person, needs: PagesNeeds, flash: Flash): Promise<Page | { to: string; flash?: Flash }>;
  act(person: Person, fields: Fields, needs: PagesNeeds): Promise<AccountOutcome>;
  /** Returns what stays on the page after an error. */
  keep?(fields: Fields): Flash['typed'];
}

/** The name by which messages for the parts of the account page are kept. */
const flashName = 'account';

/** Returns the address of this page as a person comes back to it, with nothing but its own parameters. */
function addressOf(request: FastifyRequest, { name, parameters = [] }: AccountPart): string {
  const about = parameters.flatMap((parameter) => {
    const value = parameterOf(request, parameter);
    return value === null ? [] : [[parameter, value] as const];
  });
  return partAt(name, Object.fromEntries(about));
}

/** Has somebody sign in who is not, or who has just been signed out. */
async function signIn(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, path: string): Promise<FastifyReply> {
  await request.call.takeFromAddress('AUTHORIZE');
  return followProgress(request, reply, await needs.services.accountVisits.begin(request.call.stranger, { path }), needs);
}

/** Returns what somebody wants to add who has to prove the mailbox before: the parameters by which that page knows it. */
function wantedBy(path: string, request: FastifyRequest): Record<string, string> {
  if (path === partAt('passkeys/add')) return { passkey: '1' };
  return path === partAt('phones/add') ? { phone: '1' } : { strategy: parameterOf(request, 'strategy') ?? '' };
}

/** Asks for what an error says is missing: a sign-in, another proof of a factor, or a proof of the mailbox. Null for any other error. */
async function askFor(error: unknown, { request, reply, refreshToken }: Person, needs: PagesNeeds, path: string): Promise<FastifyReply | null> {
  if (!(error instanceof DomainError)) return null;
  if (error.code === 'UNAUTHENTICATED') return signIn(request, reply, needs, path);
  if (error.code === 'MAILBOX_PROOF_REQUIRED') {
    return reply.redirect(partAt('mailbox', wantedBy(path, request)), 303);
  }
  if (error.code !== 'STEP_UP_REQUIRED') return null;
  await request.call.takeFromAddress('AUTHORIZE');
  const progress = await needs.services.accountVisits.confirm(request.call.stranger, { path, refreshToken });
  return followProgress(request, reply, progress, needs);
}

async function get(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, part: AccountPart): Promise<unknown> {
  await needs.services.hostedLogin.requireActive(request.call.stranger);
  const path = addressOf(request, part);
  const person = await findPerson(request, reply, needs);
  if (person === null) return signIn(request, reply, needs, path);
  try {
    if (part.sensitive === true && !(await needs.services.recentFactor.isGiven(person.caller))) throw new DomainError('STEP_UP_REQUIRED');
    const flash = takeFlash(request, reply, flashName);
    const shown = await part.show(person, needs, flash);
    if (!('to' in shown)) return await sendPage(request, reply, needs, shown, { flash });
    keepFlash(reply, flashName, { ...flash, ...shown.flash });
    return reply.redirect(shown.to, 303);
  } catch (error) {
    const asked = await askFor(error, person, needs, path);
    if (asked === null) throw error;
    return asked;
  }
}

async function post(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, part: AccountPart): Promise<unknown> {
  await needs.services.hostedLogin.requireActive(request.call.stranger);
  requireOwnPage(request, needs.publicUrl);
  const fields = readFields(request.body);
  const path = addressOf(request, part);
  const person = await findPerson(request, reply, needs);
  // A form of somebody who was signed out meanwhile does nothing.
  if (person === null) return reply.redirect(path, 303);
  const isOwn = await needs.services.browserSessions.isOwnForm(person.caller, { page: part.name, formToken: fields.text('form') });
  if (!isOwn) throw new DomainError('FORBIDDEN', 'a form without the token of its page');
  try {
    const outcome = await part.act(person, fields, needs);
    if ('kind' in outcome) return followProgress(request, reply, outcome, needs);
    keepFlash(reply, flashName, outcome.flash ?? {});
    return reply.redirect(outcome.to, 303);
  } catch (error) {
    const asked = await askFor(error, person, needs, path);
    if (asked !== null) return asked;
    if (!(error instanceof DomainError) || !staysOnPage(error)) throw error;
    // What the form was about is not there any more, or belongs to somebody else.
    const gone = error.code === 'DEVICE_NOT_FOUND';
    const problem: Problem = gone ? { code: 'GONE' } : problemOf(request.server.asDomainError(error, request));
    keepFlash(reply, flashName, { problem, typed: part.keep?.(fields) ?? {} });
    return reply.redirect(path, 303);
  }
}

/** Declares the routes of a part of the account page. */
export function servePart(scope: FastifyInstance, needs: PagesNeeds, part: AccountPart): void {
  const url = partAt(part.name);
  scope.get(url, { exposeHeadRoute: false }, (request, reply) => get(request, reply, needs, part));
  scope.post(url, (request, reply) => post(request, reply, needs, part));
}

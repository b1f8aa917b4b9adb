import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Nobody } from '../../domain/access/actor.ts';
import { DomainError } from '../../domain/errors.ts';
import type { FormTarget } from '../view.ts';
import type { Fields } from './fields.ts';
import { readFields } from './fields.ts';
import type { Flash } from './flash.ts';
import { keepFlash, takeFlash } from './flash.ts';
import type { PagesNeeds } from './needs.ts';
import { formTokenFor, requireFormToken, requireOwnPage } from './own-form.ts';
import { problemOf, staysOnPage } from './problems.ts';
import type { Page } from './send.ts';
import { sendPage } from './send.ts';
import type { Visit } from './visit.ts';
import { addressOf, findVisit, stepAddress, surroundingsOf } from './visit.ts';

/** Somebody who is at a page that belongs to no step. The interaction that they came from is there to go back to. */
export interface PlainVisit {
  request: FastifyRequest;
  reply: FastifyReply;
  caller: Caller<Nobody>;
  visit: Visit | null;
  form: FormTarget;
  flash: Flash;
  /** The sign-in to go back to. Null if there is none. */
  backHref: string | null;
}

/** What a form leads to: another page, or the same one with something to say. */
export type PlainOutcome = { to: string; flashFor?: string; flash?: Flash } | { flash: Flash };

/** A page that belongs to no step. */
export interface PlainPage {
  path: string;
  /** Whether it is a way from the sign-in, and only there with it. Mailed links work while hosted login is switched off as well. */
  ofSignIn: boolean;
  show(visit: PlainVisit, needs: PagesNeeds): Promise<Page | { to: string }>;
  act(visit: PlainVisit, fields: Fields, needs: PagesNeeds): Promise<PlainOutcome>;
  /** Returns what stays on the page after an error. */
  keep?(fields: Fields): Flash['typed'];
}

/** The name by which messages for a page without an interaction are kept. */
export const flashNameOf = (path: string): string => path.replace(/\W+/g, '_');

const flashName = ({ visit }: Pick<PlainVisit, 'visit'>, path: string): string => visit?.handle ?? flashNameOf(path);

async function open(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, { path, ofSignIn }: PlainPage): Promise<PlainVisit> {
  const caller = request.call.stranger;
  const visit = ofSignIn ? await findVisit(request, reply, needs) : null;
  const address = visit === null ? path : addressOf(visit, path);
  const form = { action: address, token: formTokenFor(request, reply, path, needs.random) };
  return { request, reply, caller, visit, form, flash: {}, backHref: visit === null ? needs.homeUrl : stepAddress(visit) };
}

async function get(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, page: PlainPage): Promise<unknown> {
  const visit = await open(request, reply, needs, page);
  const flash = takeFlash(request, reply, flashName(visit, page.path));
  const shown = await page.show({ ...visit, flash }, needs);
  if ('to' in shown) return reply.redirect(shown.to, 303);
  return sendPage(request, reply, needs, shown, visit.visit === null ? { flash } : surroundingsOf(visit.visit, needs, flash));
}

async function post(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, page: PlainPage): Promise<unknown> {
  requireOwnPage(request, needs.publicUrl);
  const fields = readFields(request.body);
  requireFormToken(request, page.path, fields.text('form'));
  const visit = await open(request, reply, needs, page);
  const again = visit.visit === null ? page.path : addressOf(visit.visit, page.path);
  let outcome: PlainOutcome;
  try {
    outcome = await page.act(visit, fields, needs);
  } catch (error) {
    if (!(error instanceof DomainError) || !staysOnPage(error)) throw error;
    const problem = problemOf(request.server.asDomainError(error, request));
    outcome = { flash: { problem, typed: page.keep?.(fields) ?? {} } };
  }
  const [to, flashFor] = 'to' in outcome ? [outcome.to, outcome.flashFor ?? flashName(visit, page.path)] : [again, flashName(visit, page.path)];
  keepFlash(reply, flashFor, outcome.flash ?? {});
  return reply.redirect(to, 303);
}

/** Declares the routes of a page that belongs to no step. */
export function servePlain(scope: FastifyInstance, needs: PagesNeeds, page: PlainPage): void {
  scope.get(page.path, { exposeHeadRoute: false }, (request, reply) => get(request, reply, needs, page));
  scope.post(page.path, (request, reply) => post(request, reply, needs, page));
}

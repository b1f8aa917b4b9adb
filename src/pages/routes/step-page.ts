import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, PasswordExpired } from '../../domain/errors.ts';
import type { InteractionStep } from '../../domain/oauth/interaction.ts';
import type { Progress } from '../../services/oauth/authorization.ts';
import { stepPaths } from '../step-paths.ts';
import type { FormTarget } from '../view.ts';
import type { Fields } from './fields.ts';
import { readFields } from './fields.ts';
import type { Flash } from './flash.ts';
import { keepFlash, takeFlash } from './flash.ts';
import { openReset } from './links.ts';
import type { PagesNeeds } from './needs.ts';
import { requireOwnPage } from './own-form.ts';
import { problemOf, staysOnPage } from './problems.ts';
import type { Page } from './send.ts';
import { sendPage } from './send.ts';
import type { Visit } from './visit.ts';
import { addressOf, findVisit, formOf, stepAddress, surroundingsOf } from './visit.ts';

/** The page that a browser is sent to after a form of an interaction that does not exist any more. */
export const errorPath = '/oauth/account/error';

/** What a form leads to: the next step or the application, or the same page again, with something to say. */
export type Outcome = (Progress & { flash?: Flash }) | { kind: 'SAME'; flash: Flash; choice?: Readonly<Record<string, string>> };

/** The page of one step of an interaction. */
export interface StepPage {
  step: InteractionStep;
  /** Makes the page. It asks services what to show, and changes nothing. */
  show(visit: Visit, needs: PagesNeeds, flash: Flash): Promise<Page>;
  /** Does what a form of the page asks for. What it throws is shown on the page. */
  act(visit: Visit, fields: Fields, needs: PagesNeeds): Promise<Outcome>;
  /** Returns what the page says to somebody whom no form has sent here. */
  greet?(visit: Visit): Flash;
  /** Returns what stays on the page after an error: what was typed, and which way the person had chosen. */
  keep?(fields: Fields): { typed?: Flash['typed']; choice?: Readonly<Record<string, string>> };
}

/** Steps that wait for a second factor. Their challenge may expire before the interaction does. */
const waitsForFactor: readonly InteractionStep[] = ['SECOND_FACTOR', 'ENROLLMENT', 'STEP_UP'];

/** Sends the browser on, by a GET, so that a page that is loaded again sends no form again (RFC 9110 §15.4.4). */
function follow(visit: Visit, outcome: Outcome, { interactionCookies }: PagesNeeds): FastifyReply {
  const { reply, handle } = visit;
  if (outcome.kind === 'ANSWER') {
    interactionCookies.end(reply, handle);
    return reply.redirect(outcome.location, 303);
  }
  keepFlash(reply, handle, outcome.flash ?? {});
  if (outcome.kind === 'SAME') return reply.redirect(addressOf(visit, stepPaths[visit.shown.step], outcome.choice), 303);
  interactionCookies.advance(reply, handle, outcome.token);
  return reply.redirect(addressOf(visit, stepPaths[outcome.step]), 303);
}

/** Goes back to the first page, because the second factor took too long or was tried too often. */
async function signInAgain(visit: Visit, needs: PagesNeeds): Promise<FastifyReply> {
  const progress = await needs.services.interactions.restart(visit.caller, { token: visit.token });
  return follow(visit, { ...progress, flash: { problem: { code: 'CHALLENGE_EXPIRED' } } }, needs);
}

/** Returns where the person goes back without signing in. Once a recovery code was shown, there is nothing left to leave. */
const leaveOf = (visit: Visit): FormTarget | null => (visit.shown.request.isOwn || visit.shown.step === 'RECOVERY_CODE' ? null : formOf(visit));

async function get(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, page: StepPage): Promise<unknown> {
  const visit = await findVisit(request, reply, needs);
  if (visit === null) throw new DomainError('INTERACTION_EXPIRED');
  const { shown, handle } = visit;
  // The page of another step is open: another tab of this interaction went on, or somebody went back in the browser.
  if (shown.step !== page.step) return reply.redirect(stepAddress(visit), 303);
  if (waitsForFactor.includes(shown.step) && shown.challenge === null) return signInAgain(visit, needs);
  const kept = takeFlash(request, reply, handle);
  const flash = Object.keys(kept).length > 0 ? kept : (page.greet?.(visit) ?? {});
  try {
    return await sendPage(request, reply, needs, await page.show(visit, needs, flash), {
      ...surroundingsOf(visit, needs, flash),
      leave: leaveOf(visit),
    });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'CHALLENGE_EXPIRED') return signInAgain(visit, needs);
    throw error;
  }
}

async function post(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, page: StepPage): Promise<unknown> {
  requireOwnPage(request, needs.publicUrl);
  const fields = readFields(request.body);
  const visit = await findVisit(request, reply, needs);
  if (visit === null) return reply.redirect(errorPath, 303);
  const { caller, token, shown } = visit;
  // A form that is sent twice, or from a tab that is behind, does nothing. The browser goes to where the interaction is.
  if (shown.step !== page.step) return reply.redirect(stepAddress(visit), 303);
  if (!(await needs.services.interactions.isOwnForm(caller, { token, formToken: fields.text('form') })))
    throw new DomainError('FORBIDDEN', 'form token');
  try {
    const leaves = fields.text('action') === 'leave' && page.step !== 'RECOVERY_CODE';
    return follow(visit, await (leaves ? needs.services.interactions.leave(caller, { token }) : page.act(visit, fields, needs)), needs);
  } catch (error) {
    // The sign-in was complete, and leads to a new password. The interaction stays, and goes on with it.
    if (error instanceof PasswordExpired) return reply.redirect(openReset(reply, error.expired), 303);
    if (!(error instanceof DomainError) || !staysOnPage(error)) throw error;
    const known = request.server.asDomainError(error, request);
    if (known.code === 'INTERACTION_EXPIRED') return reply.redirect(errorPath, 303);
    if (known.code === 'CHALLENGE_EXPIRED') return signInAgain(visit, needs);
    const { typed = {}, choice = {} } = page.keep?.(fields) ?? {};
    return follow(visit, { kind: 'SAME', flash: { problem: problemOf(known), typed }, choice }, needs);
  }
}

/** Declares the routes of the page of a step. */
export function serveStep(scope: FastifyInstance, needs: PagesNeeds, page: StepPage): void {
  const url = stepPaths[page.step];
  // A page may be shown once. Nobody but a browser asks for it, and none does so by HEAD.
  scope.get(url, { exposeHeadRoute: false }, (request, reply) => get(request, reply, needs, page));
  scope.post(url, (request, reply) => post(request, reply, needs, page));
}

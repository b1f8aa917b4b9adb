import type { FastifyReply, FastifyRequest } from 'fastify';
import { logoPath } from '../../domain/oauth/logo.ts';
import { together } from '../../domain/together.ts';
import { formSourceOf, pageHeaders } from '../headers.ts';
import { languageFor } from '../messages/language.ts';
import { renderPage } from '../render.tsx';
import type { Branding, FormTarget, Frame, PageCaptcha, View } from '../view.ts';
import type { Flash } from './flash.ts';
import type { PagesNeeds } from './needs.ts';

/** A view with its model. */
export interface Page {
  /** Whether a form of it leads to what a captcha may stand before. */
  asksCaptcha: boolean;
  render(frame: Frame): string;
}

/** Joins a view with its model. */
export const pageOf = <Model>(view: View<Model>, model: Model): Page => ({
  asksCaptcha: view.asksCaptcha?.(model) ?? false,
  render: (frame) => renderPage(view, model, frame),
});

/** What a page follows from besides its view. */
export interface Surroundings {
  flash?: Flash;
  minutesLeft?: number | null;
  /** Where the person goes back to the application without signing in. */
  leave?: FormTarget | null;
  /** Languages that the application prefers. */
  locales?: string | null;
  /** Where the answer of the sign-in goes, so that a form may lead there. */
  redirectUri?: string | null;
}

async function brandingOf(request: FastifyRequest, { services }: PagesNeeds): Promise<Branding> {
  const { logo, ...branding } = await services.hostedLogin.publicBranding(request.call.stranger);
  return { ...branding, logoUrl: logo === null ? null : logoPath(logo) };
}

/** Returns how the page asks for a captcha. Null if its forms need none, or while the policy asks for none. */
async function captchaOf(request: FastifyRequest, { services, captcha }: PagesNeeds, { asksCaptcha }: Page): Promise<PageCaptcha | null> {
  const policy = asksCaptcha ? await services.captchaPolicy.forForms(request.call.stranger) : null;
  if (policy?.enabled !== true) return null;
  const { siteKey } = policy;
  return { siteKey, script: captcha.scriptUrl?.replaceAll('{siteKey}', () => encodeURIComponent(siteKey)) ?? null };
}

/** Sends a page in the language of the reader and in the look of the operator. */
export async function sendPage(request: FastifyRequest, reply: FastifyReply, needs: PagesNeeds, page: Page, surroundings: Surroundings = {}) {
  const { flash = {}, minutesLeft = null, leave = null, locales = null, redirectUri = null } = surroundings;
  const [branding, captcha] = await together(brandingOf(request, needs), captchaOf(request, needs, page));
  const frame: Frame = {
    language: languageFor({ uiLocales: locales, acceptLanguage: request.headers['accept-language'] }),
    branding,
    files: await needs.files.pathsFor(branding.primaryColor),
    captcha,
    problem: flash.problem ?? null,
    notice: flash.notice ?? null,
    minutesLeft,
    leave,
  };
  const formSource = redirectUri === null ? null : formSourceOf(redirectUri);
  return reply.headers(pageHeaders(formSource, captcha?.script == null ? [] : needs.captcha.origins)).send(page.render(frame));
}

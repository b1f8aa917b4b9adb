import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../domain/errors.ts';
import type { InteractionStep } from '../domain/oauth/interaction.ts';
import { acceptForms } from '../http/forms.ts';
import { mountFiles } from './files.ts';
import { serveAccount } from './routes/account/serve.ts';
import { serveEndings } from './routes/endings.ts';
import { enrollPage } from './routes/enroll.ts';
import { forgotPasswordPage } from './routes/forgot-password.ts';
import { joinTenantPage } from './routes/join-tenant.ts';
import { linkPages } from './routes/links.ts';
import { loginPage } from './routes/login.ts';
import { serveMagicLink } from './routes/magic-link.ts';
import type { PagesOptions } from './routes/needs.ts';
import { requireNavigation } from './routes/own-form.ts';
import { servePlain } from './routes/plain-page.ts';
import { recoverPage } from './routes/recover.ts';
import { recoveryCodePage } from './routes/recovery-code.ts';
import { secondFactorPage, stepUpPage } from './routes/second-factor.ts';
import { sendProblem } from './routes/send-problem.ts';
import { signUpPage } from './routes/sign-up.ts';
import { serveStep } from './routes/step-page.ts';
import { tenantPage } from './routes/tenant.ts';
import { stepPaths } from './step-paths.ts';

/** What stands beside the pages needs of them. */
export interface Pages {
  /** Returns the path of the page of a step, without its handle. */
  pathOf(step: InteractionStep): string;
  /** Answers with a page that says what is wrong. */
  sendProblem(request: FastifyRequest, reply: FastifyReply, error: DomainError): Promise<unknown>;
}

const stepPages = [loginPage, secondFactorPage, enrollPage, recoveryCodePage, tenantPage, stepUpPage];
const plainPages = [forgotPasswordPage, recoverPage, signUpPage, joinTenantPage, ...linkPages];

/** Serves the pages of hosted login. */
export async function mountPages(app: FastifyInstance, options: PagesOptions): Promise<Pages> {
  const needs = { ...options, files: mountFiles(app) };
  await app.register(async (scope) => {
    acceptForms(scope);
    scope.addHook('onRequest', requireNavigation);
    scope.setErrorHandler((error, request, reply) => sendProblem(request, reply, needs, request.server.asDomainError(error, request)));
    for (const page of stepPages) serveStep(scope, needs, page);
    for (const page of plainPages) servePlain(scope, needs, page);
    serveAccount(scope, needs);
    serveMagicLink(scope);
    serveEndings(scope, needs);
  });
  return {
    pathOf: (step) => stepPaths[step],
    sendProblem: (request, reply, error) => sendProblem(request, reply, needs, error),
  };
}

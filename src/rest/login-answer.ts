import type { FastifyReply } from 'fastify';
import type { AuthenticatorAppShow } from '../domain/authenticator/strategy.ts';
import { fail } from '../domain/errors.ts';
import type { CompletedLogin } from '../services/login/completion.ts';
import type { LoginResult } from '../services/login/gate.ts';
import type { CompletedEnrollment } from '../services/mfa/enrollment.ts';
import type { SignedSession } from '../services/session/sessions.ts';
import type { AuthResponse } from './login-response.ts';
import { challengeAnswer, tokensAnswer } from './login-response.ts';
import type { RestNeeds } from './route.ts';

/** Answers a session: with its tokens and its cookie. */
export function answerSession(session: SignedSession, reply: FastifyReply, { cookies }: RestNeeds): AuthResponse {
  cookies.keepSession(reply, session);
  return tokensAnswer(session);
}

/**
 * Answers a first factor or a refresh: with a session, or with the challenge for the second factor. If an authenticator app can be
 * enrolled, its enrollment starts here, because clients expect the QR code together with the challenge.
 */
export async function answerLogin(result: LoginResult, reply: FastifyReply, needs: RestNeeds): Promise<AuthResponse> {
  if (result.kind === 'SESSION') return answerSession(result.session, reply, needs);
  const { challenge } = result;
  const canEnrollApp = !challenge.enrolled && challenge.strategies.includes('AUTHENTICATOR_APP');
  return challengeAnswer(challenge, canEnrollApp ? await startApp(challenge.mfaToken, reply, needs) : null);
}

async function startApp(mfaToken: string, { request }: FastifyReply, { services }: RestNeeds): Promise<AuthenticatorAppShow> {
  const started = await services.enrollment.begin(request.call.stranger, { target: { mfaToken }, strategies: ['AUTHENTICATOR_APP'] });
  return started.show;
}

/** Answers a verified second factor: with tokens and both cookies. */
export function answerCompleted(
  login: CompletedLogin,
  reply: FastifyReply,
  { cookies }: RestNeeds,
  recoveryCode: string | null = null,
): AuthResponse {
  cookies.keepSession(reply, login.session);
  cookies.keepDevice(reply, login);
  return tokensAnswer(login.session, recoveryCode);
}

/** Answers an enrollment that completed a login: as `answerCompleted`, with the recovery code. */
export function answerEnrolled({ login, recoveryCode }: CompletedEnrollment, reply: FastifyReply, needs: RestNeeds): AuthResponse {
  return answerCompleted(login ?? fail('INTERNAL', 'an enrollment with an mfaToken completed no login'), reply, needs, recoveryCode);
}

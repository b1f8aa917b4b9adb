import { z } from 'zod';
import { maxInteger } from '../../domain/bounds.ts';
import { stepUpErrors } from '../../services/login/step-up.ts';
import { answerSession } from '../login-answer.ts';
import { authResponse, devicesOf, mfaDevices } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const stepUpChallenge = z
  .object({ mfaToken: z.string(), mfaEnrolled: z.literal(true), mfaDevices })
  .meta({ id: 'StepUpChallenge', description: 'The authenticators to verify for the step-up of the session.' });

/**
 * Serves `POST /auth/v1/user/step-up/generate`. The challenge contains neither tokens nor the user, because browsers take an
 * answer with them for a finished login.
 */
export const stepUpGenerate: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/step-up/generate',
    config: { access: 'user' },
    schema: {
      operationId: 'generateStepUp',
      summary: 'Begin a step-up of the session to multi-factor; the answer has tokens at once if the access token is recent enough',
      tags: ['MFA'],
      body: z.object({ maxAge: z.int().min(0).max(maxInteger).nullish().describe('The maximum age of the second factor in seconds.') }).nullish(),
      response: { 201: z.union([authResponse, stepUpChallenge]), ...errorResponses(stepUpErrors.generate, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { call, body } = request;
      const result = await needs.services.stepUp.generate(await call.caller(), { maxAgeSeconds: body?.maxAge ?? null });
      if (result.kind === 'SESSION') return reply.code(201).send(answerSession(result.session, reply, needs));
      const { challenge } = result;
      return reply.code(201).send({ mfaToken: challenge.mfaToken, mfaEnrolled: true, mfaDevices: devicesOf(challenge) });
    },
  });

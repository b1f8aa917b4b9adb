import { z } from 'zod';
import { maxInteger } from '../../domain/bounds.ts';
import { answerAdmission, authResponse, devicesOf, mfaDevices } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const stepUpChallenge = z
  .object({ mfaToken: z.string(), mfaEnrolled: z.literal(true), mfaDevices })
  .meta({ id: 'StepUpChallenge', description: 'What to verify, for the session of the token presented' });

/** The outstanding form carries neither tokens nor the user: browsers take such an answer for a finished login. */
export const stepUpGenerate: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/step-up/generate',
    config: { access: 'user' },
    schema: {
      operationId: 'generateStepUp',
      summary: 'Begin to raise the session to multi-factor, or tokens at once where the one presented is raised already',
      tags: ['MFA'],
      body: z
        .object({ maxAge: z.int().min(0).max(maxInteger).nullish().describe('Seconds since the second factor that are still recent enough') })
        .nullish(),
      response: { 201: z.union([authResponse, stepUpChallenge]), ...errorResponses(400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { call, body } = request;
      const admission = await needs.services.stepUp.generate({
        actor: await call.actor(),
        maxAgeSeconds: body?.maxAge ?? null,
        origin: call.origin,
      });
      if (admission.kind === 'SESSION') return reply.code(201).send(await answerAdmission(admission, reply, needs));
      const { challenge } = admission;
      return reply.code(201).send({ mfaToken: challenge.mfaToken, mfaEnrolled: true, mfaDevices: devicesOf(challenge) });
    },
  });

import { z } from 'zod';
import type { LoginResult } from '../../services/login/gate.ts';
import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { seconds } from '../builder/input-rules.ts';
import { unionErrors } from '../errors/placement.ts';
import { Session } from '../session/types.ts';
import { MfaDevice } from './challenge.ts';

const GenerateStepUpInput = builder.inputType('GenerateStepUpInput', {
  description: 'How recent the proof has to be.',
  validate: z.looseObject({ maxAgeSeconds: seconds(0).optional() }),
  fields: (t) => ({
    maxAgeSeconds: t.int({
      required: false,
      description:
        'Seconds: a token whose `auth_time` is no older will do as it is. Absent, or longer than an access token lives: that life. Null is refused.',
    }),
  }),
});

const StepUpChallenge = builder.objectRef<Extract<LoginResult, { kind: 'CHALLENGE' }>>('StepUpChallenge').implement({
  description: 'A factor has to be proven; the mutations that verify one then raise the session of the access token presented here.',
  fields: (t) => ({
    mfaToken: t.string({
      description: 'Opaque, shown once, bound to this session. No e-mail code answers it, and nothing can be enrolled with it.',
      resolve: ({ challenge }) => challenge.mfaToken,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it expires; it ends with the session, too.',
      resolve: ({ challenge }) => challenge.expiresAt,
    }),
    devices: t.field({
      type: [MfaDevice],
      description: 'Factors to verify with; never empty.',
      resolve: ({ challenge }) => challenge.authenticators,
    }),
  }),
});

const GenerateStepUpSuccess = builder.objectRef<Extract<LoginResult, { kind: 'SESSION' }>>('GenerateStepUpSuccess').implement({
  description: 'The token presented is recent enough. The new ones say the same of the second factor, `auth_time` included.',
  fields: (t) => ({ session: t.expose('session', { type: Session, description: 'New tokens of the same session.' }) }),
});

builder.mutationField('generateStepUp', (t) =>
  t.errorUnionField({
    types: [GenerateStepUpSuccess, StepUpChallenge, ...unionErrors(['ACCOUNT_LOCKED', 'INVALID_INPUT', 'NOT_ENROLLED'])],
    union: {
      description: 'What came of `generateStepUp`: a challenge for a factor, or tokens where none is needed, or a refusal.',
      resolveType: (value) => ('challenge' in value ? StepUpChallenge : GenerateStepUpSuccess),
    },
    description: 'Begins to raise the session to multi-factor, as `STEP_UP_REQUIRED` asks for. May be repeated. For users.',
    authScopes: { user: true },
    args: { input: t.arg({ type: GenerateStepUpInput, description: 'How recent the proof has to be.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.stepUp.generate({
        actor: await actorOf(context),
        maxAgeSeconds: input.maxAgeSeconds ?? null,
        origin: context.call.origin,
      }),
  }),
);

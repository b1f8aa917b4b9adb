import { z } from 'zod';
import type { LoginResult } from '../../services/login/gate.ts';
import { stepUpErrors } from '../../services/login/step-up.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { wholeNumber } from '../builder/input-rules.ts';
import { unionErrors } from '../errors/placement.ts';
import { Session } from '../session/types.ts';
import { MfaDevice } from './challenge.ts';

const GenerateStepUpInput = builder.inputType('GenerateStepUpInput', {
  description: 'How recently a second factor must have been verified.',
  validate: z.looseObject({ maxAgeSeconds: wholeNumber(0).optional() }),
  fields: (t) => ({
    maxAgeSeconds: t.int({
      required: false,
      description:
        'The maximum age of the second factor in seconds. An access token whose `auth_time` is not older is sufficient as it is. If absent, or longer than the lifetime of an access token, that lifetime applies. Null is refused.',
    }),
  }),
});

const StepUpChallenge = builder.objectRef<Extract<LoginResult, { kind: 'CHALLENGE' }>>('StepUpChallenge').implement({
  description: 'An authenticator has to be verified. The mutations that verify one then step up the session of the access token that was sent.',
  fields: (t) => ({
    mfaToken: t.string({
      description:
        'An opaque token for the mutations that verify an authenticator. It is shown once and belongs to this session. It accepts no e-mail code and enrolls nothing.',
      resolve: ({ challenge }) => challenge.mfaToken,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When `mfaToken` expires. It also stops working when the session ends.',
      resolve: ({ challenge }) => challenge.expiresAt,
    }),
    devices: t.field({
      type: [MfaDevice],
      description: 'The authenticators to verify with. Never empty.',
      resolve: ({ challenge }) => challenge.authenticators,
    }),
  }),
});

const GenerateStepUpSuccess = builder.objectRef<Extract<LoginResult, { kind: 'SESSION' }>>('GenerateStepUpSuccess').implement({
  description: 'The access token that was sent is recent enough. The new tokens carry the same second factor, with the same `auth_time`.',
  fields: (t) => ({ session: t.expose('session', { type: Session, description: 'The same session with new tokens.' }) }),
});

builder.mutationField('generateStepUp', (t) =>
  t.errorUnionField({
    types: [GenerateStepUpSuccess, StepUpChallenge, ...unionErrors(stepUpErrors.generate, 'INVALID_INPUT')],
    union: {
      description:
        'Result of `generateStepUp`: a challenge to verify an authenticator, new tokens if that is not needed, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? StepUpChallenge : GenerateStepUpSuccess),
    },
    description:
      'Begins a step-up of the session to multi-factor, which operations that answer `STEP_UP_REQUIRED` need. It can be repeated. Requires a user.',
    access: 'user',
    args: { input: t.arg({ type: GenerateStepUpInput, description: 'How recently a second factor must have been verified.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.stepUp.generate(await callerOf(context), { maxAgeSeconds: input.maxAgeSeconds ?? null }),
  }),
);

import { z } from 'zod';
import { sessionErrors } from '../../services/session/sessions.ts';
import { builder } from '../builder/builder.ts';
import { secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const LogOutInput = builder.inputType('LogOutInput', {
  description: 'The session to end.',
  validate: z.looseObject({ refreshToken: secret }),
  fields: (t) => ({ refreshToken: t.string({ description: 'A refresh token of the session.' }) }),
});

const LogOutSuccess = builder.objectRef<{ ended: true }>('LogOutSuccess').implement({
  description: 'No session lives under this refresh token.',
  fields: (t) => ({
    ended: t.exposeBoolean('ended', { description: 'Always true: also where the session had ended before, or the token was never one.' }),
  }),
});

builder.mutationField('logOut', (t) =>
  t.field({
    type: LogOutSuccess,
    description: 'Ends the session of a refresh token; its access tokens stop working with it.',
    authScopes: { public: true },
    errors: resultUnion('What came of `logOut`.', sessionErrors.logOut, 'INVALID_INPUT'),
    args: { input: t.arg({ type: LogOutInput, description: 'The refresh token.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await services.sessions.logOut(call.stranger, { refreshToken: input.refreshToken });
      return { ended: true } as const;
    },
  }),
);

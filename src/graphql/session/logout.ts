import { z } from 'zod';
import { logOutErrors } from '../../services/session/log-out.ts';
import { builder } from '../builder/builder.ts';
import { secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';

const LogOutInput = builder.inputType('LogOutInput', {
  description: 'The session to end.',
  validate: z.looseObject({ refreshToken: secret }),
  fields: (t) => ({ refreshToken: t.string({ description: 'A refresh token of the session.' }) }),
});

const LogOutSuccess = builder.objectRef<{ ended: true }>('LogOutSuccess').implement({
  description: 'The session of this refresh token does not exist any more.',
  fields: (t) => ({
    ended: t.exposeBoolean('ended', { description: 'Always true, even if the session had ended before or the refresh token never existed.' }),
  }),
});

builder.mutationField('logOut', (t) =>
  t.field({
    type: LogOutSuccess,
    description: 'Ends the session of a refresh token. Its access tokens stop working as well.',
    access: 'public',
    errors: resultUnion('logOut', logOutErrors.byRefreshToken, 'INVALID_INPUT'),
    args: { input: t.arg({ type: LogOutInput, description: 'The refresh token of the session.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await services.logOut.byRefreshToken(call.stranger, { refreshToken: input.refreshToken });
      return { ended: true } as const;
    },
  }),
);

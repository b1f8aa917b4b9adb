import { z } from 'zod';
import { refreshGraceSeconds } from '../../domain/session/session.ts';
import { refreshErrors } from '../../services/login/refresh.ts';
import { builder } from '../builder/builder.ts';
import { secret, tenantId } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { unionErrors } from '../errors/placement.ts';
import { MfaChallenge } from './challenge.ts';
import { deviceTokenDescription, loginSuccess } from './password.ts';

const RefreshSessionInput = builder.inputType('RefreshSessionInput', {
  description: 'The session to continue.',
  validate: z.looseObject({ refreshToken: secret, tenantId: tenantId.optional(), deviceToken: secret.optional() }),
  fields: (t) => ({
    refreshToken: t.string({
      description: `The refresh token that was issued last. For ${refreshGraceSeconds} seconds after it was replaced, an older one gets the token that replaced it. After that, using it ends the session, because it may have been stolen.`,
    }),
    tenantId: t.id({
      required: false,
      description: 'The tenant to continue in, by global id or `restId`. If absent, the tenant stays the same. Null is refused.',
    }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
  }),
});

const RefreshSessionSuccess = loginSuccess('RefreshSessionSuccess', 'The session continues with new tokens.');

builder.mutationFields((t) => ({
  refreshSession: t.errorUnionField({
    types: [RefreshSessionSuccess, MfaChallenge, ...unionErrors(refreshErrors.refresh, 'INVALID_INPUT')],
    union: {
      description:
        'Result of `refreshSession`: new tokens, a challenge if the tenant to enter needs a second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : RefreshSessionSuccess),
    },
    description:
      'Exchanges a refresh token for new tokens, in the same tenant or in another tenant of the user. The error is `FORBIDDEN` if the user is not a member of that tenant.',
    access: 'public',
    args: { input: t.arg({ type: RefreshSessionInput, description: 'The refresh token and, to switch, the tenant.' }) },
    resolve: (_root, { input }, { call, services }) =>
      services.refresh.refresh(call.stranger, {
        refreshToken: input.refreshToken,
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
        deviceToken: input.deviceToken ?? null,
      }),
  }),
}));

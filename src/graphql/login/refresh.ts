import { z } from 'zod';
import { refreshErrors } from '../../services/login/refresh.ts';
import { builder } from '../builder/builder.ts';
import { id, secret } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { unionErrors } from '../errors/placement.ts';
import { MfaChallenge } from './challenge.ts';
import { deviceTokenDescription, loginSuccess } from './password.ts';

const RefreshSessionInput = builder.inputType('RefreshSessionInput', {
  description: 'The session to go on with.',
  validate: z.looseObject({ refreshToken: secret, tenantId: id.optional(), deviceToken: secret.optional() }),
  fields: (t) => ({
    refreshToken: t.string({
      description:
        'The refresh token handed out last. An older one is honored for ten seconds; later it ends the session, as it may have been stolen.',
    }),
    tenantId: t.id({ required: false, description: 'The tenant to go on in: its global id or `restId`. Absent: the present one. Null is refused.' }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
  }),
});

const RefreshSessionSuccess = loginSuccess('RefreshSessionSuccess', 'The session goes on.');

builder.mutationFields((t) => ({
  refreshSession: t.errorUnionField({
    types: [RefreshSessionSuccess, MfaChallenge, ...unionErrors(refreshErrors.refresh, 'INVALID_INPUT')],
    union: {
      description: 'What came of `refreshSession`: new tokens, or a challenge where the tenant to enter asks for a second factor, or a refusal.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : RefreshSessionSuccess),
    },
    description: 'Exchanges the refresh token for new tokens, in the present tenant or another one of the user; `FORBIDDEN` for one that is not.',
    authScopes: { public: true },
    args: { input: t.arg({ type: RefreshSessionInput, description: 'The refresh token.' }) },
    resolve: (_root, { input }, { call, services }) =>
      services.refresh.refresh(call.stranger, {
        refreshToken: input.refreshToken,
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
        deviceToken: input.deviceToken ?? null,
      }),
  }),
}));

import { z } from 'zod';
import { recoveryCodeErrors } from '../../services/recovery/codes.ts';
import { recoveryErrors } from '../../services/recovery/recover.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { email, flag, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const RecoverMfaInput = builder.inputType('RecoverMfaInput', {
  description: 'Who has lost the factor, and the proof.',
  validate: z.looseObject({ email, recoveryCode: secret }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The address the user logs in with.' }),
    recoveryCode: t.string({ description: 'An unused recovery code. Letter case and hyphens do not count; I and L are read as 1, O as 0.' }),
  }),
});

const RecoverMfaSuccess = builder.objectRef<{ recovered: true }>('RecoverMfaSuccess').implement({
  description: 'The user has no factor any more. Nobody is logged in by this: the next login starts with the password.',
  fields: (t) => ({ recovered: t.exposeBoolean('recovered', { description: 'Always true.' }) }),
});

const GenerateRecoveryCodesInput = builder.inputType('GenerateRecoveryCodesInput', {
  description: 'Consent to losing the codes handed out before.',
  validate: z.looseObject({ replaceExisting: flag.refine((given) => given, 'must be true: the codes handed out before stop working') }),
  fields: (t) => ({ replaceExisting: t.boolean({ description: 'Must be true: the codes handed out before stop working, unused ones included.' }) }),
});

const GenerateRecoveryCodesSuccess = builder.objectRef<{ recoveryCodes: string[] }>('GenerateRecoveryCodesSuccess').implement({
  description: 'Shown once, on no node, in no log.',
  fields: (t) => ({
    recoveryCodes: t.exposeStringList('recoveryCodes', { description: 'Ten codes, each good once. Have them written down or printed.' }),
  }),
});

builder.mutationFields((t) => ({
  recoverMfa: t.field({
    ...checksCredential,
    type: RecoverMfaSuccess,
    description:
      'Removes all factors, recovery codes, remembered devices and sessions of a user by a recovery code. An unknown user and a wrong code get the same answer.',
    authScopes: { public: true },
    errors: resultUnion('What came of `recoverMfa`.', recoveryErrors.recover, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RecoverMfaInput, description: 'Address and code.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('RECOVER');
      await services.recovery.recover(call.stranger, { email: input.email, recoveryCode: input.recoveryCode });
      return { recovered: true } as const;
    },
  }),
  generateRecoveryCodes: t.field({
    type: GenerateRecoveryCodesSuccess,
    description: 'Ten new recovery codes in the place of all earlier ones. For users with a factor, proven in this session within five minutes.',
    authScopes: { user: true },
    errors: resultUnion('What came of `generateRecoveryCodes`.', recoveryCodeErrors.generate, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GenerateRecoveryCodesInput, description: 'Consent to the replacement.' }) },
    resolve: async (_root, _args, context) => ({
      recoveryCodes: await context.services.recoveryCodes.generate(await callerOf(context)),
    }),
  }),
}));

import { z } from 'zod';
import { recoveryCodesPerSet } from '../../domain/recovery/recovery-code.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import { recoveryCodeErrors } from '../../services/recovery/codes.ts';
import { recoveryErrors } from '../../services/recovery/recover.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { emailOfUser, flag, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const RecoverMfaInput = builder.inputType('RecoverMfaInput', {
  description: 'The user who lost the authenticators, and a recovery code.',
  validate: z.looseObject({ email: emailOfUser, recoveryCode: secret }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address the user logs in with.' }),
    recoveryCode: t.string({
      description: 'An unused recovery code. Letter case, blanks and dashes do not matter. I and L are read as 1, and O as 0.',
    }),
  }),
});

const RecoverMfaSuccess = builder.objectRef<{ recovered: true }>('RecoverMfaSuccess').implement({
  description: 'The user has no authenticator any more. This mutation does not log anybody in; the next login starts with the password.',
  fields: (t) => ({ recovered: t.exposeBoolean('recovered', { description: 'Always true.' }) }),
});

const GenerateRecoveryCodesInput = builder.inputType('GenerateRecoveryCodesInput', {
  description: 'The confirmation that existing recovery codes stop working.',
  validate: z.looseObject({ replaceExisting: flag.refine((given) => given, 'must be true: the codes handed out before stop working') }),
  fields: (t) => ({
    replaceExisting: t.boolean({ description: 'Must be true, to confirm that all existing recovery codes stop working, including unused ones.' }),
  }),
});

const GenerateRecoveryCodesSuccess = builder.objectRef<{ recoveryCodes: string[] }>('GenerateRecoveryCodesSuccess').implement({
  description: 'The new recovery codes. They are shown in this answer only, and in no log.',
  fields: (t) => ({
    recoveryCodes: t.exposeStringList('recoveryCodes', {
      description: `The ${recoveryCodesPerSet} codes. Each works once, so the person has to print them or write them down.`,
    }),
  }),
});

builder.mutationFields((t) => ({
  recoverMfa: t.field({
    ...checksCredential,
    type: RecoverMfaSuccess,
    description: `Removes all authenticators of a user by a recovery code. ${whatEnds('RECOVERY_USED')} An unknown user and a wrong code get the same answer.`,
    access: 'public',
    errors: resultUnion('recoverMfa', recoveryErrors.recover, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RecoverMfaInput, description: 'The e-mail address and the recovery code.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('RECOVER');
      await services.recovery.recover(call.stranger, { email: input.email, recoveryCode: input.recoveryCode });
      return { recovered: true } as const;
    },
  }),
  generateRecoveryCodes: t.field({
    type: GenerateRecoveryCodesSuccess,
    description: `Creates ${recoveryCodesPerSet} recovery codes, which replace all earlier ones. Requires a user who has an authenticator and whose session verified a second factor within the last ${recentFactorSeconds} seconds.`,
    access: 'user',
    errors: resultUnion('generateRecoveryCodes', recoveryCodeErrors.generate, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GenerateRecoveryCodesInput, description: 'The confirmation.' }) },
    resolve: async (_root, _args, context) => ({
      recoveryCodes: await context.services.recoveryCodes.generate(await callerOf(context)),
    }),
  }),
}));

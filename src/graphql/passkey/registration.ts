import { z } from 'zod';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import type { PublicPasskey } from '../../domain/passkey/passkey.ts';
import { carriedPasskeyName, maxPasskeys } from '../../domain/passkey/passkey.ts';
import type { StartedRegistration } from '../../services/passkey/registration.ts';
import { passkeyRegistrationErrors } from '../../services/passkey/registration.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { json, name, nonNull } from '../builder/input-rules.ts';
import { Passkey } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { credentialDescription, maxCredentialCharacters } from './fields.ts';
import { PasskeyDeviceType } from './passkey.ts';

const BeginPasskeyRegistrationSuccess = builder.objectRef<StartedRegistration>('BeginPasskeyRegistrationSuccess').implement({
  description: 'The options to create a passkey. Nothing is registered until the answer of the browser is checked.',
  fields: (t) => ({
    options: t.field({
      type: 'JSONObject',
      description: 'The options for `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`.',
      resolve: ({ options }) => options,
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the registration expires if the browser has not answered.' }),
  }),
});

const RegisterPasskeyInput = builder.inputType('RegisterPasskeyInput', {
  description: 'The passkey that the browser has made.',
  validate: z.looseObject({
    credential: json(maxCredentialCharacters),
    deviceType: nonNull.optional(),
    name: name(maxAuthenticatorNameCharacters).optional(),
  }),
  fields: (t) => ({
    credential: t.field({ type: 'JSONObject', description: credentialDescription }),
    deviceType: t.field({
      type: PasskeyDeviceType,
      required: false,
      description: 'Where its authenticator is. If absent, it is what the browser reports. Null is refused.',
    }),
    name: t.string({
      required: false,
      description: `The name that the person gives the passkey, 1 to ${maxAuthenticatorNameCharacters} characters. If absent, it is the browser for one that is built in, such as \`Chrome on Windows\`, and \`${carriedPasskeyName}\` for every other. Null is refused.`,
    }),
  }),
});

const RegisterPasskeySuccess = builder.objectRef<{ passkey: PublicPasskey }>('RegisterPasskeySuccess').implement({
  description: 'The passkey is registered and logs in from now on.',
  fields: (t) => ({ passkey: t.expose('passkey', { type: Passkey, description: 'The new passkey.' }) }),
});

builder.mutationFields((t) => ({
  beginPasskeyRegistration: t.field({
    type: BeginPasskeyRegistrationSuccess,
    description: `Begins to register a passkey of the user in this session. An earlier call of the session stops working. The environment must have \`passkeysEnabled\` switched on. A user has at most ${maxPasskeys} passkeys. It asks for what enrolling an authenticator asks for, because a passkey that verifies its user stands for a second factor.`,
    access: 'user',
    // The cost allows one call for each document, because a second would replace the first.
    complexity: 800,
    errors: resultUnion('beginPasskeyRegistration', passkeyRegistrationErrors.begin),
    resolve: async (_root, _args, context) => context.services.passkeyRegistration.begin(await callerOf(context)),
  }),
  registerPasskey: t.field({
    ...checksCredential,
    type: RegisterPasskeySuccess,
    description: 'Registers the passkey that the browser has made for `beginPasskeyRegistration` of this session, and tells the user by mail.',
    access: 'user',
    errors: resultUnion('registerPasskey', passkeyRegistrationErrors.register, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RegisterPasskeyInput, description: 'The answer of the browser.' }) },
    resolve: async (_root, { input: { credential: answer, deviceType, name } }, context) => {
      await context.call.takeFromAddress('WEBAUTHN_ENROLL_VERIFY');
      const command = { answer, deviceType: deviceType ?? null, name: name ?? null };
      return { passkey: await context.services.passkeyRegistration.register(await callerOf(context), command) };
    },
  }),
}));

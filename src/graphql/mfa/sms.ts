import { z } from 'zod';
import { maxAuthenticatorNameCharacters } from '../../domain/authenticator/authenticator.ts';
import { requireUser } from '../../services/access/permissions.ts';
import type { SentSmsCode } from '../../services/mfa/sms-codes.ts';
import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { flag, id, phone, secret, text } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription, completedLogin, rememberDeviceDescription } from '../session/types.ts';
import type { ConfirmedFactor } from './enrolled.ts';
import { confirmedFactor, mfaTokenDescription } from './enrolled.ts';

/** NIST 800-63B-4 §3.2.9: whoever binds a restricted authenticator is told of the risk and of what to use instead. */
const riskNotice =
  'Text messages can be read and redirected by others. An authenticator app or a security key protects better; add one as soon as you can.';

const otcTokenDescription = 'Opaque; goes back together with the code. A code sent before for the same purpose is void.';

const EnrollSmsInput = builder.inputType('EnrollSmsInput', {
  description: 'A phone to enroll.',
  validate: z.looseObject({ mfaToken: secret.optional(), phoneNumber: phone }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    phoneNumber: t.field({ type: 'PhoneNumber', description: 'A mobile number in a country this deployment sends to.' }),
  }),
});

const EnrollSmsSuccess = builder.objectRef<SentSmsCode>('EnrollSmsSuccess').implement({
  description: 'A code is on its way to the number. Nothing is enrolled before it was verified.',
  fields: (t) => ({
    otcToken: t.exposeString('otcToken', { description: otcTokenDescription }),
    phoneNumber: t.exposeString('phoneNumber', { description: 'The number, masked: `+44*******1234`.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
    riskNotice: t.string({ description: 'What to tell the person about this kind of factor, in English.', resolve: () => riskNotice }),
  }),
});

const VerifySmsEnrollmentInput = builder.inputType('VerifySmsEnrollmentInput', {
  description: 'The code that `enrollSms` sent.',
  validate: z.looseObject({
    mfaToken: secret.optional(),
    otcToken: secret,
    code: secret,
    name: text(maxAuthenticatorNameCharacters).optional(),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    otcToken: t.string({ description: 'From `enrollSms`, for the same challenge or user.' }),
    code: t.string({ description: codeDescription }),
    name: t.string({ required: false, description: 'What the person calls the phone, 1 to 100 characters. Absent: `Phone`. Null is refused.' }),
    rememberDevice: t.boolean({ required: false, description: `${rememberDeviceDescription} Without effect for a user who is logged in.` }),
  }),
});

const VerifySmsEnrollmentSuccess = confirmedFactor('VerifySmsEnrollmentSuccess', 'The phone is enrolled, and a login that waited for it completed.');

const SendSmsCodeInput = builder.inputType('SendSmsCodeInput', {
  description: 'The phone to send a code to.',
  validate: z.looseObject({ mfaToken: secret, deviceId: id }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'From `MfaChallenge`.' }),
    deviceId: t.id({ description: 'Which phone, from `MfaChallenge.devices`.' }),
  }),
});

const SendSmsCodeSuccess = builder.objectRef<SentSmsCode>('SendSmsCodeSuccess').implement({
  description: 'A code is on its way.',
  fields: (t) => ({
    otcToken: t.exposeString('otcToken', { description: otcTokenDescription }),
    phoneNumber: t.exposeString('phoneNumber', { description: 'The number, masked: `+44*******1234`.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
  }),
});

const VerifySmsInput = builder.inputType('VerifySmsInput', {
  description: 'A code received by text message.',
  validate: z.looseObject({ mfaToken: secret, deviceId: id, otcToken: secret, code: secret, rememberDevice: flag.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'From `MfaChallenge`.' }),
    deviceId: t.id({ description: 'The phone the code was sent to.' }),
    otcToken: t.string({ description: 'From `sendSmsCode`, for the same challenge and phone.' }),
    code: t.string({ description: codeDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifySmsSuccess = completedLogin('VerifySmsSuccess', 'The code was right: the login is completed, or the session raised.');

const limitsDescription =
  'Half a minute lies between two codes, five go out in a quarter of an hour to a user and five an hour to a number, those to an enrolled phone counted apart; client addresses and tenants have limits of their own.';

builder.mutationFields((t) => ({
  enrollSms: t.field({
    type: EnrollSmsSuccess,
    description: `Begins to enroll a phone by sending a code to it: during a login as the first factor, for a logged-in user as one of up to five phones. ${limitsDescription} \`SMS_UNAVAILABLE\` where the server cannot send texts.`,
    authScopes: { public: true },
    // One message a document.
    complexity: 800,
    errors: resultUnion(
      'What came of `enrollSms`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'CHALLENGE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: EnrollSmsInput, description: 'The challenge, if there is one, and the number.' }) },
    resolve: async (_root, { input: { mfaToken, phoneNumber } }, context) => {
      const { call, services } = context;
      await call.takeFromAddress('SMS_SEND');
      const enrolling = { phoneNumber, origin: call.origin };
      if (mfaToken != null) return services.smsLogin.beginEnrollment({ ...enrolling, mfaToken });
      return services.smsSelfService.begin(requireUser(await actorOf(context)), { ...enrolling, userId: null });
    },
  }),
  verifySmsEnrollment: t.field({
    ...checksCredential,
    type: VerifySmsEnrollmentSuccess,
    description: 'Confirms the phone begun with `enrollSms` by its code, and completes the login if there is one.',
    authScopes: { public: true },
    errors: resultUnion(
      'What came of `verifySmsEnrollment`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'CODE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: VerifySmsEnrollmentInput, description: 'Challenge, if there is one, `otcToken` and code.' }) },
    resolve: async (_root, { input: { mfaToken, otcToken, code, name = null, rememberDevice } }, context): Promise<ConfirmedFactor> => {
      const { call, services } = context;
      await call.takeFromAddress('ENROLL_VERIFY');
      const answer = { otcToken, code, name, origin: call.origin };
      if (mfaToken != null) return services.smsLogin.completeEnrollment({ ...answer, mfaToken, rememberDevice: rememberDevice ?? false });
      const applied = await services.smsSelfService.complete(requireUser(await actorOf(context)), { ...answer, userId: null });
      return { applied, session: null, rememberedDevice: null };
    },
  }),
  sendSmsCode: t.field({
    type: SendSmsCodeSuccess,
    description: `Sends a code to an enrolled phone, for a login or a step-up. ${limitsDescription} \`SMS_UNAVAILABLE\` where the server cannot send texts.`,
    authScopes: { public: true },
    complexity: 800,
    errors: resultUnion('What came of `sendSmsCode`.', 'ACCOUNT_LOCKED', 'CHALLENGE_EXPIRED', 'DEVICE_NOT_FOUND', 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: SendSmsCodeInput, description: 'Challenge and phone.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId } }, { call, services }) => {
      await call.takeFromAddress('SMS_SEND');
      return services.smsLogin.sendCode({ mfaToken, deviceId, origin: call.origin });
    },
  }),
  verifySms: t.field({
    ...checksCredential,
    type: VerifySmsSuccess,
    description: 'Completes a login, or raises a session, by a code received by text message.',
    authScopes: { public: true },
    errors: resultUnion(
      'What came of `verifySms`.',
      'ACCOUNT_LOCKED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'CODE_EXPIRED',
      'DEVICE_NOT_FOUND',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
    ),
    args: { input: t.arg({ type: VerifySmsInput, description: 'Challenge, phone, `otcToken` and code.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId, otcToken, code, rememberDevice } }, { call, services }) => {
      await call.takeFromAddress('SMS_VERIFY');
      return services.smsLogin.verify({ mfaToken, deviceId, otcToken, code, rememberDevice: rememberDevice ?? false, origin: call.origin });
    },
  }),
}));

import { z } from 'zod';
import { maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import type { SmsShow } from '../../domain/authenticator/strategy.ts';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import { chargesPerWindow, textGapSeconds, textSpacing } from '../../domain/limits/sliding-window.ts';
import { enrollmentErrors, errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { builder } from '../builder/builder.ts';
import { flag, idOf, name, phone, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription, completedLogin, rememberDeviceDescription } from '../session/types.ts';
import { confirmedFactor, enrolling, mfaTokenDescription } from './enrolled.ts';

/** The notice to a person who enrolls a phone: the risk, and what to use instead (NIST 800-63B-4 §3.2.9). */
const riskNotice =
  'Text messages can be read and redirected by others. An authenticator app or a security key protects better; add one as soon as you can.';

const otcTokenDescription = 'An opaque token to send back together with the code. Any earlier code for the same purpose stops working.';

const EnrollSmsInput = builder.inputType('EnrollSmsInput', {
  description: 'The phone to enroll.',
  validate: z.looseObject({ mfaToken: secret.optional(), phoneNumber: phone }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    phoneNumber: t.field({ type: 'PhoneNumber', description: 'A mobile number in a country to which this deployment sends text messages.' }),
  }),
});

/** A code that was sent. The number is masked. */
interface SentSmsCode {
  otcToken: string;
  phoneNumber: string;
  expiresAt: Date;
}

const sentCode = ({ token, show, expiresAt }: { token: string; show: SmsShow; expiresAt: Date }): SentSmsCode => ({
  otcToken: token,
  phoneNumber: show.phoneNumber,
  expiresAt,
});

const EnrollSmsSuccess = builder.objectRef<SentSmsCode>('EnrollSmsSuccess').implement({
  description: 'A code is on its way to the number. Nothing is enrolled until the code is verified.',
  fields: (t) => ({
    otcToken: t.exposeString('otcToken', { description: otcTokenDescription }),
    phoneNumber: t.exposeString('phoneNumber', { description: 'The phone number, masked: `+44*******1234`.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
    riskNotice: t.string({
      description: 'A text about the risk of this kind of factor, in English, to show to the person.',
      resolve: () => riskNotice,
    }),
  }),
});

const VerifySmsEnrollmentInput = builder.inputType('VerifySmsEnrollmentInput', {
  description: 'The code that `enrollSms` sent.',
  validate: z.looseObject({
    mfaToken: secret.optional(),
    otcToken: secret,
    code: secret,
    name: name(maxAuthenticatorNameCharacters).optional(),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    otcToken: t.string({ description: 'The `otcToken` that `enrollSms` returned for the same challenge or user.' }),
    code: t.string({ description: codeDescription }),
    name: t.string({
      required: false,
      description: `The name that the person gives the phone, 1 to ${maxAuthenticatorNameCharacters} characters. If absent, it is \`Phone\`. Null is refused.`,
    }),
    rememberDevice: t.boolean({ required: false, description: `${rememberDeviceDescription} It has no effect for a user who is logged in.` }),
  }),
});

const VerifySmsEnrollmentSuccess = confirmedFactor(
  'VerifySmsEnrollmentSuccess',
  'The phone is enrolled. If a login was waiting for it, the login is completed.',
);

const SendSmsCodeInput = builder.inputType('SendSmsCodeInput', {
  description: 'The phone to send a code to.',
  validate: z.looseObject({ mfaToken: secret, deviceId: idOf('Authenticator') }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: 'The id of the phone in `devices` of the challenge.' }),
  }),
});

const SendSmsCodeSuccess = builder.objectRef<SentSmsCode>('SendSmsCodeSuccess').implement({
  description: 'A code is on its way to the phone.',
  fields: (t) => ({
    otcToken: t.exposeString('otcToken', { description: otcTokenDescription }),
    phoneNumber: t.exposeString('phoneNumber', { description: 'The phone number, masked: `+44*******1234`.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
  }),
});

const VerifySmsInput = builder.inputType('VerifySmsInput', {
  description: 'A code received by text message.',
  validate: z.looseObject({ mfaToken: secret, deviceId: idOf('Authenticator'), otcToken: secret, code: secret, rememberDevice: flag.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: 'The id of the phone the code was sent to.' }),
    otcToken: t.string({ description: 'The `otcToken` that `sendSmsCode` returned for the same challenge and phone.' }),
    code: t.string({ description: codeDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifySmsSuccess = completedLogin('VerifySmsSuccess', 'The code is correct. The login is completed, or the session is stepped up.');

const limitsDescription = `Text messages are limited: at least ${textGapSeconds} seconds must pass between two of them, and each user can receive ${chargesPerWindow} in ${textSpacing.user.windowSeconds / 60} minutes and each number ${chargesPerWindow} in ${textSpacing.number.windowSeconds / 60} minutes, where an enrolled phone has a limit of its own. Client addresses and tenants have limits as well. The error is \`SMS_UNAVAILABLE\` if the server cannot send text messages.`;

builder.mutationFields((t) => ({
  enrollSms: t.field({
    type: EnrollSmsSuccess,
    description: `Begins to enroll a phone by sending a code to it. During a login this is the first authenticator; a user who is logged in can have up to ${maxFactorsOfAKind} phones. ${limitsDescription}`,
    access: 'public',
    // The cost allows one message for each document.
    complexity: 800,
    errors: resultUnion('enrollSms', errorsFor(enrollmentErrors.begin, { own: true, sends: 'SMS' }), 'INVALID_INPUT'),
    args: { input: t.arg({ type: EnrollSmsInput, description: 'The phone number and, during a login, the challenge.' }) },
    resolve: async (_root, { input: { mfaToken, phoneNumber } }, context) => {
      await context.call.takeFromAddress('SMS_SEND');
      const [caller, target] = await enrolling(context, mfaToken);
      return sentCode(await context.services.enrollment.begin(caller, { target, strategies: ['SMS'], phoneNumber }));
    },
  }),
  verifySmsEnrollment: t.field({
    ...checksCredential,
    type: VerifySmsEnrollmentSuccess,
    description: 'Confirms the phone of `enrollSms` by the code it received. During a login it also completes the login.',
    access: 'public',
    errors: resultUnion(
      'verifySmsEnrollment',
      errorsFor(enrollmentErrors.complete, { own: true, challenged: true }),
      'INVALID_INPUT',
      'RATE_LIMITED',
    ),
    args: { input: t.arg({ type: VerifySmsEnrollmentInput, description: 'The `otcToken`, the code and, during a login, the challenge.' }) },
    resolve: async (_root, { input: { mfaToken, otcToken: token, code: answer, name = null, rememberDevice } }, context) => {
      await context.call.takeFromAddress('ENROLL_VERIFY');
      const [caller, target] = await enrolling(context, mfaToken);
      const given = { token, answer, name, rememberDevice: rememberDevice ?? false };
      return context.services.enrollment.complete(caller, { target, strategy: 'SMS', ...given });
    },
  }),
  sendSmsCode: t.field({
    type: SendSmsCodeSuccess,
    description: `Sends a code to an enrolled phone, for a login or a step-up. ${limitsDescription}`,
    access: 'public',
    complexity: 800,
    errors: resultUnion('sendSmsCode', errorsFor(verificationErrors.begin, { device: 'REQUIRED', sends: 'SMS' }), 'INVALID_INPUT'),
    args: { input: t.arg({ type: SendSmsCodeInput, description: 'The challenge and the phone.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId } }, { call, services }) => {
      await call.takeFromAddress('SMS_SEND');
      return sentCode(await services.verification.begin(call.stranger, { mfaToken, strategies: ['SMS'], deviceId }));
    },
  }),
  verifySms: t.field({
    ...checksCredential,
    type: VerifySmsSuccess,
    description: 'Completes a login or a step-up by a code received by text message.',
    access: 'public',
    errors: resultUnion('verifySms', errorsFor(verificationErrors.verify, { device: 'REQUIRED', challenged: true }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: VerifySmsInput, description: 'The challenge, the phone, the `otcToken` and the code.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId, otcToken: token, code: answer, rememberDevice } }, { call, services }) => {
      await call.takeFromAddress('SMS_VERIFY');
      const given = { token, answer, rememberDevice: rememberDevice ?? false };
      return services.verification.verify(call.stranger, { mfaToken, strategies: ['SMS'], deviceId, ...given });
    },
  }),
}));

import { z } from 'zod';
import type { AuthenticatorAppShow } from '../domain/authenticator/strategy.ts';
import type { User } from '../domain/directory/user.ts';
import { isWebAuthn } from '../domain/strategy-name.ts';
import type { IssuedChallenge } from '../services/login/gate.ts';
import type { SignedSession } from '../services/session/sessions.ts';
import { deviceTypeToWire, strategyToWire, wireDeviceTypes, wireStrategies } from './wire-names.ts';

/** The enrolled authenticators of a user, in four lists. */
export const mfaDevices = z
  .object({
    webauthn: z.array(z.object({ id: z.string(), deviceType: z.enum(wireDeviceTypes), name: z.string() })),
    phones: z.array(z.object({ id: z.string(), phoneNumber: z.string() })),
    authenticators: z.array(z.object({ id: z.string() })),
    emails: z.array(z.object({ email: z.string() })),
  })
  .meta({ id: 'MfaDevices', description: 'The authenticators to verify with. All four lists are always present.' });

/** The answer of every login step. A field that does not apply is absent and never null, because clients test for its presence. */
export const authResponse = z
  .object({
    tokenType: z.literal('bearer'),
    mfaRequired: z.boolean().describe('Whether a second factor is needed. If so, `mfaToken` is present and no other token is.'),
    mfaToken: z.string().optional(),
    mfaEnrolled: z.boolean().optional(),
    mfaDevices: mfaDevices.optional(),
    mfaStrategies: z.array(z.enum(wireStrategies)).optional(),
    qrCode: z.string().optional().describe('The QR code of an authenticator app to enroll, as a PNG data URI.'),
    secret: z.string().optional().describe('The secret of the authenticator app, in Base32 without padding.'),
    recoveryCode: z.string().optional().describe('A recovery code. It is shown in this answer only.'),
    accessToken: z.string().optional(),
    refreshToken: z.string().optional(),
    expiresIn: z.number().optional().describe('How many seconds the access token is valid.'),
    expires: z.string().optional(),
    resetPasswordToken: z
      .string()
      .optional()
      .describe('Present instead of all tokens if the password has expired: the token that sets a new one. The new password then logs in.'),
    passwordExpiresIn: z.int().optional().describe('In how many minutes the password expires. Present if that is soon.'),
    notificationPeriod: z.int().optional().describe('For how many minutes before a password expires a login says so.'),
    userId: z.string(),
    userEmail: z.string(),
    emailVerified: z.boolean().optional().describe('Absent if the password has expired.'),
  })
  .meta({ id: 'AuthenticationResponse', description: 'The answer of a login step.' });
/** The answer of a login step as a route returns it. */
export type AuthResponse = z.input<typeof authResponse>;

const userFields = (user: User) => ({ userId: user.id, userEmail: user.email, emailVerified: user.verified });

/** Returns the answer with the tokens of a session, and after a first enrollment with the recovery code. */
export function tokensAnswer(session: SignedSession, recoveryCode: string | null = null): AuthResponse {
  return {
    tokenType: 'bearer',
    mfaRequired: false,
    accessToken: session.accessToken,
    refreshToken: session.refreshToken,
    expiresIn: session.expiresInSeconds,
    expires: session.expiresAt.toISOString(),
    ...(recoveryCode === null ? {} : { recoveryCode }),
    ...(session.passwordAge
      ? { passwordExpiresIn: session.passwordAge.minutesLeft, notificationPeriod: session.passwordAge.notificationPeriodMinutes }
      : {}),
    ...userFields(session.user),
  };
}

/** Returns the answer of a login that waits for its second factor. If an app is being enrolled, it shows the secret of the app. */
export function challengeAnswer(challenge: IssuedChallenge, app: AuthenticatorAppShow | null): AuthResponse {
  const { mfaToken, enrolled, user } = challenge;
  const base = { tokenType: 'bearer', mfaRequired: true, mfaToken, mfaEnrolled: enrolled, ...userFields(user) } as const;
  if (enrolled) return { ...base, mfaDevices: devicesOf(challenge) };
  return { ...base, mfaStrategies: challenge.strategies.map(strategyToWire), ...(app === null ? {} : { qrCode: app.qrCode, secret: app.secret }) };
}

/** Sorts authenticators into the four lists of the answer. */
export function devicesOf({
  authenticators,
  strategies,
  user,
}: Pick<IssuedChallenge, 'authenticators' | 'strategies' | 'user'>): z.input<typeof mfaDevices> {
  return {
    webauthn: authenticators.flatMap(({ id, strategy, label }) =>
      isWebAuthn(strategy) ? [{ id, deviceType: deviceTypeToWire(strategy), name: label }] : [],
    ),
    phones: authenticators.flatMap(({ id, phoneNumber }) => (phoneNumber === undefined ? [] : [{ id, phoneNumber }])),
    authenticators: authenticators.filter((factor) => factor.strategy === 'AUTHENTICATOR_APP').map(({ id }) => ({ id })),
    emails: strategies.includes('EMAIL_CODE') ? [{ email: user.email }] : [],
  };
}

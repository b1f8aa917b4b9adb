import { codeDigits } from '../../domain/bounds.ts';
import type { RememberedDeviceToken } from '../../services/device/recognition.ts';
import type { CompletedLogin } from '../../services/login/completion.ts';
import type { SignedSession } from '../../services/session/sessions.ts';
import { builder } from '../builder/builder.ts';
import { globalId } from '../builder/node-ids.ts';

/** The object type of a session with its tokens. */
export const Session = builder.objectRef<SignedSession>('Session').implement({
  description: 'A completed login. Its tokens are shown in this answer only. Store them where scripts of others cannot read them.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'The access token, a signed JWT. Send it as `Authorization: Bearer …`.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the access token stops working. Refresh the session before that.' }),
    expiresInSeconds: t.exposeInt('expiresInSeconds', {
      description: 'How many seconds the access token is valid, for clients whose clock differs.',
    }),
    refreshToken: t.exposeString('refreshToken', {
      description: 'The opaque refresh token. `refreshSession` exchanges it once for a new pair of tokens.',
    }),
    refreshExpiresAt: t.expose('refreshExpiresAt', {
      type: 'DateTime',
      description: 'When the session ends for good, however often it is refreshed.',
    }),
    refreshExpiresInSeconds: t.exposeInt('refreshExpiresInSeconds', { description: 'How many seconds remain until `refreshExpiresAt`.' }),
    passwordExpiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the password expires that the user has just logged in by. Null if that is not soon, and after a refresh.',
      resolve: ({ passwordAge }) => passwordAge?.expiresAt ?? null,
    }),
    userId: t.id({
      description: 'The global id of the user. With the access token, `viewer` returns the user.',
      resolve: ({ user }) => globalId('User', user.id),
    }),
    tenantId: t.id({ description: 'The global id of the tenant of the session.', resolve: ({ tenantId }) => globalId('Tenant', tenantId) }),
  }),
});

/** The object type of the token of a remembered device. */
export const RememberedDevice = builder.objectRef<RememberedDeviceToken>('RememberedDeviceToken').implement({
  description: 'The token of a remembered device. Whoever has it and the first factor logs in without a second factor.',
  fields: (t) => ({
    token: t.exposeString('token', {
      description: 'The opaque token, shown in this answer only. Logins and `refreshSession` take it as `deviceToken`.',
    }),
    lifetimeSeconds: t.exposeInt('lifetimeSeconds', {
      description: 'How many seconds the token works, unless a policy becomes stricter in the meantime.',
    }),
  }),
});

/** The description of a `rememberedDevice` in an answer. */
export const rememberedDeviceDescription =
  'The token that lets later logins in this browser skip the second factor. Null if `rememberDevice` was not true or the policy does not allow it.';
/** The description of an optional `rememberDevice`. */
export const rememberDeviceDescription =
  'Whether this browser becomes a remembered device, which skips the second factor, if the policy allows it. If absent, it is false. Null is refused.';

/** The description of a code. */
export const codeDescription = `A code has ${codeDigits} digits. Spaces are not removed.`;

/** Makes the success of a mutation that verifies a second factor. */
export const completedLogin = (name: string, description: string) =>
  builder.objectRef<CompletedLogin>(name).implement({
    description,
    fields: (t) => ({
      session: t.expose('session', { type: Session, description: 'The session with its tokens.' }),
      rememberedDevice: t.expose('rememberedDevice', { type: RememberedDevice, nullable: true, description: rememberedDeviceDescription }),
    }),
  });

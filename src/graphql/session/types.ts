import type { CompletedLogin, RememberedDeviceToken } from '../../services/login/completion.ts';
import type { SignedSession } from '../../services/session/sessions.ts';
import { builder } from '../builder/builder.ts';
import { globalId } from '../builder/node-ids.ts';

export const Session = builder.objectRef<SignedSession>('Session').implement({
  description: 'A completed login. The tokens are shown once; keep them where scripts of others cannot read them.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', { description: 'A signed token (JWT). Send it as `Authorization: Bearer …`.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the access token stops working; refresh before.' }),
    expiresInSeconds: t.exposeInt('expiresInSeconds', { description: 'Life of the access token in seconds, for clocks that differ.' }),
    refreshToken: t.exposeString('refreshToken', { description: 'Opaque. `refreshSession` exchanges it, once, for a new pair.' }),
    refreshExpiresAt: t.expose('refreshExpiresAt', {
      type: 'DateTime',
      description: 'When the session ends for good, however often it is refreshed.',
    }),
    refreshExpiresInSeconds: t.exposeInt('refreshExpiresInSeconds', { description: 'Seconds until `refreshExpiresAt`.' }),
    userId: t.id({
      description: 'Global id of the user; `viewer` with the access token answers the rest.',
      resolve: ({ user }) => globalId('User', user.id),
    }),
    tenantId: t.id({ description: 'Global id of the tenant that was entered.', resolve: ({ tenantId }) => globalId('Tenant', tenantId) }),
  }),
});

export const RememberedDevice = builder.objectRef<RememberedDeviceToken>('RememberedDeviceToken').implement({
  description: 'Proof that this device passed a second factor. Whoever holds it and the password is let in without one.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'Opaque, shown once. Give it to `logIn` and `refreshSession` as `deviceToken`.' }),
    lifetimeSeconds: t.exposeInt('lifetimeSeconds', { description: 'Seconds it is honored, unless the policy is tightened meanwhile.' }),
  }),
});

export const rememberedDeviceDescription =
  'Proof for later logins on this device. Null when `rememberDevice` was not asked for or the policy does not allow it.';
export const rememberDeviceDescription =
  'Whether to spare the second factor on this device from now on, if the policy allows it. Absent: false. Null is refused.';

export const codeDescription = 'Six digits. Nothing is trimmed or guessed.';

/** What a second factor that was proven answers. */
export const completedLogin = (name: string, description: string) =>
  builder.objectRef<CompletedLogin<void>>(name).implement({
    description,
    fields: (t) => ({
      session: t.expose('session', { type: Session, description: 'The tokens.' }),
      rememberedDevice: t.expose('rememberedDevice', { type: RememberedDevice, nullable: true, description: rememberedDeviceDescription }),
    }),
  });
